//! Pins whose changes are recorded.

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{Gpio, PinUse, Reply};

use crate::Recorder;

/// Wraps the pins of a board, is them, and tells a [`Recorder`] what changes.
///
/// What the outside does to an input is seen when the guest reads it, unless the outside tells of it
/// ([`Recorder::outside_level`]): the wrapper asks for nothing that the guest does not ask for. Calls that fail change
/// nothing and are left out.
#[derive(Debug)]
pub struct TracedPins<G> {
    gpio: G,
    recorder: Recorder,
}

impl<G: Gpio> TracedPins<G> {
    /// Records what changes at `gpio`.
    pub fn new(gpio: G, recorder: Recorder) -> Self {
        Self { gpio, recorder }
    }
}

impl<G: Gpio> Gpio for TracedPins<G> {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.gpio.pin_use(pin)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        let reply = self.gpio.open(at_ns, pin, mode, initial);
        if reply.result.is_ok() {
            self.recorder.pin_opened(at_ns, pin, mode, initial);
        }
        reply
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        let reply = self.gpio.read(at_ns, pin);
        if let Ok(level) = reply.result {
            self.recorder.pin_read(at_ns, pin, level);
        }
        reply
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        let reply = self.gpio.write(at_ns, pin, level);
        if reply.result.is_ok() {
            self.recorder.pin_written(at_ns, pin, level);
        }
        reply
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        let reply = self.gpio.close(at_ns, pin);
        if reply.result.is_ok() {
            self.recorder.pin_closed(at_ns, pin);
        }
        reply
    }
}
