//! The LED, if the board has one where the build was told.
//!
//! On: a host is there. One short flash a second: waiting for a host. The same with a second flash right behind it: an app
//! runs on the chip's own pins meanwhile. Dark, or stuck: the firmware does not run.

#![allow(unsafe_code, reason = "the pin's number is chosen when the firmware is built")]

use esp_hal::gpio::{AnyPin, Level, Output, OutputConfig};

use super::native;

/// The pin, and whether its high level is light; written by build.rs.
const PIN: Option<(u8, bool)> = include!(concat!(env!("OUT_DIR"), "/led.rs"));

/// A flash, from it to a second one, and from the first to the next first, nanoseconds.
const FLASH_NS: u64 = 50_000_000;
const GAP_NS: u64 = 250_000_000;
const PERIOD_NS: u64 = 1_000_000_000;

/// The LED's pin, if there is one: not for guests.
pub(super) const fn pin() -> Option<u8> {
    match PIN {
        Some((pin, _)) => Some(pin),
        None => None,
    }
}

/// The LED, if there is one.
pub(super) struct Led(Option<(Output<'static>, bool)>);

impl Led {
    pub(super) fn new() -> Self {
        Self(PIN.map(|(pin, high)| {
            // SAFETY: build.rs lets no pin through that the firmware itself uses, and nobody else takes pins.
            let pin = unsafe { AnyPin::steal(pin) };
            (Output::new(pin, level(!high), OutputConfig::default()), high)
        }))
    }

    /// Shows whether a host is there.
    pub(super) fn show(&mut self, host: bool, now_ns: u64) {
        if let Some((pin, high)) = &mut self.0 {
            let flashes = if native::runs() { 2 } else { 1 };
            let (flash, in_flash) = (now_ns % PERIOD_NS / GAP_NS, now_ns % PERIOD_NS % GAP_NS < FLASH_NS);
            let light = host || (flash < flashes && in_flash);
            pin.set_level(level(light == *high));
        }
    }
}

fn level(high: bool) -> Level {
    if high { Level::High } else { Level::Low }
}
