//! What a run is started with.

use core::fmt;

use device_abi::system::ResetReason;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{List, wire};

/// What a run is started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start<'a> {
    /// Whose hardware the calls land on.
    pub mode: Mode,
    /// Seed of `system.random`.
    pub seed: u64,
    /// What `system.argument` gives.
    #[serde(borrow)]
    pub arguments: List<'a, &'a str>,
    /// The run ends as `stopped` here, nanoseconds of device time.
    pub stop_after_ns: Option<u64>,
    /// The run ends as `limit time` here, nanoseconds of device time.
    pub time_ns: Option<u64>,
    /// The run ends as `limit compute` after this much real time without an ABI call, milliseconds.
    pub compute_ms: Option<u32>,
    /// Bytes of trace after which the run ends as `limit trace`; `None`: no trace is sent.
    pub trace_bytes: Option<u64>,
    /// 1 to 16 bytes, what `system.device-id` gives; empty: the device's own.
    #[serde(borrow, with = "wire::bytes")]
    pub device_id: &'a [u8],
    /// What `system.last-reset` gives.
    #[serde(with = "wire::reset_reason")]
    pub reset_reason: ResetReason,
    /// What each pin of the board is there for.
    #[serde(borrow)]
    pub pins: Pins<'a>,
    /// The board's I2C buses.
    #[serde(borrow)]
    pub i2c: List<'a, I2cWires>,
    /// Bench mode: what the outside wants when the run begins.
    pub outlook: Outlook,
}

impl<'a> Start<'a> {
    /// The bytes of it, as they are in a frame, at the start of `out`: for a device that keeps them. `None` if they do not
    /// fit.
    #[must_use]
    pub fn write_to(&self, out: &mut [u8]) -> Option<usize> {
        postcard::to_slice(self, out).ok().map(|written| written.len())
    }

    /// What [`write_to`](Self::write_to) has written, and nothing behind it.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        match postcard::take_from_bytes(bytes) {
            Ok((start, [])) => Some(start),
            _ => None,
        }
    }
}

/// Whose hardware a run's calls land on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mode {
    /// The host's, over the link, in virtual time.
    Bench,
    /// The device's own pins, in its own time.
    Native,
}

/// An I2C bus of the board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct I2cWires {
    /// The bus number that guests open.
    pub number: u32,
    /// The highest frequency, which is also the default, hertz.
    pub frequency_hz: u32,
    /// The pin of the data line, where the board names one.
    pub sda: Option<u32>,
    /// The pin of the clock line, where the board names one.
    pub scl: Option<u32>,
}

/// What a pin is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PinUse {
    /// The board does not have it.
    Absent = 0,
    /// Guests may open it.
    Free = 1,
    /// A bus uses it.
    Bus = 2,
    /// The chip itself needs it.
    Reserved = 3,
}

impl PinUse {
    /// All cases, by number.
    pub const ALL: [Self; 4] = [Self::Absent, Self::Free, Self::Bus, Self::Reserved];
}

/// What each pin is there for: one byte per pin, by pin number.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Pins<'a>(&'a [u8]);

impl<'a> Pins<'a> {
    /// Takes the number of a [`PinUse`] for each pin, from pin 0; `None` if a byte is not one.
    #[must_use]
    pub const fn new(uses: &'a [u8]) -> Option<Self> {
        let mut pin = 0;
        while pin < uses.len() {
            if uses[pin] as usize >= PinUse::ALL.len() {
                return None;
            }
            pin += 1;
        }
        Some(Self(uses))
    }

    /// What pin `pin` is there for.
    #[must_use]
    pub fn of(&self, pin: u32) -> PinUse {
        let number = usize::try_from(pin).ok().and_then(|pin| self.0.get(pin));
        number.and_then(|number| PinUse::ALL.get(usize::from(*number))).copied().unwrap_or(PinUse::Absent)
    }

    /// The bytes, one per pin.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for Pins<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Pins<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pins<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(<&'de [u8]>::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no such pin use"))
    }
}

/// What the outside wants next: `hw_core::backend::Outlook` on its way. The default: nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outlook {
    /// When the next thing happens, nanoseconds of device time; `None` when nothing will unless the guest does
    /// something first.
    pub next_ns: Option<u64>,
    /// Whether the host wants [`What::SeenCall`](crate::What::SeenCall) and [`What::SeenLog`](crate::What::SeenLog). It
    /// goes from true to false, if at all.
    pub listens: bool,
    /// Whether the run is to end now, as `stopped`.
    pub end: bool,
}
