//! What a device tells by itself.

use core::ops::AddAssign;

use device_abi::{Function, log::Level, types::ErrorCode};
use postcard::ser_flavors::Size;
use serde::{Deserialize, Serialize};

use crate::{EndOfRun, Heap, wire};

/// What a device tells by itself, about the app in the frame's header. Events are numbered one by one from 0 in each
/// session, and wait for [`Credit`](crate::Credit).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event<'a> {
    /// A guest wrote a message.
    Log(#[serde(borrow)] LogLine<'a>),
    /// The next bytes of the calls trace ([`device_abi::trace`]); a record may begin in one event and end in another.
    Trace(#[serde(borrow, with = "wire::bytes")] &'a [u8]),
    /// A backend failed.
    Error {
        /// Device time, nanoseconds.
        time_ns: u64,
        /// The function that the guest called.
        #[serde(with = "wire::function")]
        function: Function,
        /// What it saw.
        #[serde(with = "wire::error_code")]
        code: ErrorCode,
    },
    /// A run has ended. The last event of a run.
    Ended(#[serde(borrow)] Ended<'a>),
    /// The firmware itself failed and restarts. Sent at once, whatever the credit, and not repeated.
    Panic {
        /// What it says.
        text: &'a str,
    },
}

impl Event<'_> {
    /// What the host misses without it.
    #[must_use]
    pub fn loss(&self) -> Dropped {
        match self {
            Self::Log(_) => Dropped { log_lines: 1, ..Dropped::default() },
            Self::Trace(bytes) => Dropped { trace_bytes: bytes.len() as u64, ..Dropped::default() },
            Self::Error { .. } => Dropped { errors: 1, ..Dropped::default() },
            Self::Ended(_) | Self::Panic { .. } => Dropped::default(),
        }
    }

    /// What the host misses without the event whose payload begins like this. Reads no more than it needs: a device has no
    /// other use for decoding what it says itself.
    pub(crate) fn loss_of(payload: &[u8]) -> Option<Dropped> {
        let (case, body) = postcard::take_from_bytes::<u32>(payload.get(crate::HEADER_BYTES..)?).ok()?;
        Some(match case {
            0 => Dropped { log_lines: 1, ..Dropped::default() },
            1 => {
                let (bytes, _) = postcard::take_from_bytes::<u32>(body).ok()?;
                Dropped { trace_bytes: bytes.into(), ..Dropped::default() }
            }
            2 => Dropped { errors: 1, ..Dropped::default() },
            _ => Dropped::default(),
        })
    }

    /// Bytes of a payload that are not those of [`Event::Trace`]: header, case, length (as a varint, 5 bytes at most).
    pub const TRACE_OVERHEAD: usize = crate::HEADER_BYTES + 1 + 5;
}

/// A message of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine<'a> {
    /// Start of the call that wrote it, nanoseconds of device time.
    pub time_ns: u64,
    /// Which app wrote it.
    pub app: u8,
    /// How much it matters.
    #[serde(with = "wire::log_level")]
    pub level: Level,
    /// The text, at most [`TEXT_BYTES`](device_abi::trace::TEXT_BYTES).
    pub text: &'a str,
    /// How many bytes were cut off.
    pub cut: u32,
}

/// How a run ended, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended<'a> {
    /// How it ended.
    #[serde(borrow)]
    pub outcome: EndOfRun<'a>,
    /// Device time at its end, nanoseconds.
    pub time_ns: u64,
    /// What it took.
    pub counters: Counters,
    /// What was not sent.
    pub dropped: Dropped,
    /// Memory after the run, when everything of it was given back.
    pub heap: Heap,
}

impl Ended<'_> {
    /// The same, with a refusal's detail cut so that the payload has at most `limit` bytes. A module with long names
    /// can have long details; what is compared is whole.
    #[must_use]
    pub fn within(mut self, limit: usize) -> Self {
        let size = postcard::serialize_with_flavor(&self, Size::default()).unwrap_or(limit);
        let excess = (crate::HEADER_BYTES + 1 + size).saturating_sub(limit);
        if excess > 0
            && let EndOfRun::Refused { detail, .. } = &mut self.outcome
        {
            *detail = &detail[..detail.floor_char_boundary(detail.len().saturating_sub(excess))];
        }
        self
    }
}

/// What a run took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    /// ABI calls started and events delivered.
    pub activity: u64,
    /// Bench mode: calls of the host's hardware.
    pub calls: u64,
    /// Processor instructions or cycles from start to end, where the device can count them, else 0.
    pub cycles: u64,
    /// Bytes of memory that were taken for the run when the guest was loaded, before its first call; its module, which was
    /// there before, is not among them.
    pub heap_bytes: u32,
}

/// What the host has missed of a run in native mode: what was dropped because it was too slow, and what it had not acknowledged
/// when it began another session. In bench mode it misses nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dropped {
    /// Log lines.
    pub log_lines: u32,
    /// Bytes of trace.
    pub trace_bytes: u64,
    /// Backend errors.
    pub errors: u32,
}

/// The numbers stay at their highest value rather than begin anew.
impl AddAssign for Dropped {
    fn add_assign(&mut self, other: Self) {
        self.log_lines = self.log_lines.saturating_add(other.log_lines);
        self.trace_bytes = self.trace_bytes.saturating_add(other.trace_bytes);
        self.errors = self.errors.saturating_add(other.errors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Message, ToHost, encode};

    #[test]
    fn a_payload_tells_what_is_lost_with_it_as_its_event_does() {
        let line = LogLine { time_ns: 1 << 40, app: 3, level: Level::Warn, text: "id 60", cut: 0 };
        let outcome = EndOfRun::from(&device_abi::Outcome::Stopped);
        let (counters, dropped, heap) = Default::default();
        let events = [
            Event::Log(line),
            Event::Trace(&[7; 300]),
            Event::Trace(&[]),
            Event::Error { time_ns: 9, function: Function::GpioRead, code: ErrorCode::Other },
            Event::Ended(Ended { outcome, time_ns: 5, counters, dropped, heap }),
            Event::Panic { text: "out of memory" },
        ];
        for event in events {
            let mut frame = [0; 512];
            let bytes = encode(&Message { app: 1, number: 515, body: ToHost::Event(event) }, 500, &mut frame)
                .unwrap();
            let (mut scratch, mut frame) = ([0; 512], &frame[..bytes]);
            let payload = crate::Receiver::new(&mut scratch[..]).next_payload(&mut frame).unwrap().to_vec();
            assert_eq!(Event::loss_of(&payload), Some(event.loss()), "{event:?}");
        }
        assert_eq!(Event::loss_of(&[0x85, 0, 0]), None);
    }
}
