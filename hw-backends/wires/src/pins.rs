//! Pins whose changes are recorded.

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{Gpio, Line, PinUse, Reply};

use crate::Recorder;

/// Wraps the pins of a board, is them, and tells a [`Recorder`] what changes.
///
/// After each call it asks the pins what the line is like ([`Gpio::line`]), which is no call. Pins that cannot tell are
/// what the guest's calls say of them. What the outside does between the calls is there when the outside tells of it
/// ([`Recorder::line`]), or else when the guest next calls. Calls that fail change nothing and are left out.
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
            let told = self.gpio.line(pin);
            self.recorder.pin(at_ns, pin, |line| line.opened(mode, initial, told));
        }
        reply
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        let reply = self.gpio.read(at_ns, pin);
        if let Ok(level) = reply.result {
            let told = self.gpio.line(pin);
            self.recorder.pin(at_ns, pin, |line| line.read(level, told));
        }
        reply
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        let reply = self.gpio.write(at_ns, pin, level);
        if reply.result.is_ok() {
            let told = self.gpio.line(pin);
            self.recorder.pin(at_ns, pin, |line| line.written(level, told));
        }
        reply
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        let reply = self.gpio.close(at_ns, pin);
        if reply.result.is_ok() {
            let told = self.gpio.line(pin);
            self.recorder.pin(at_ns, pin, |line| line.closed(told));
        }
        reply
    }

    fn line(&self, pin: u32) -> Option<Line> {
        self.gpio.line(pin)
    }
}
