//! Pins whose changes are recorded.

use std::collections::BTreeMap;

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{Gpio, PinUse, Reply};

use crate::{PinChange, PinEvent, Recorder, WireEvent};

/// Wraps the pins of a board, is them, and tells a [`Recorder`] what changes.
///
/// What the outside does to an input is seen when the guest reads it, not before: the wrapper asks for nothing
/// that the guest does not ask for. Calls that fail change nothing and are left out.
#[derive(Debug)]
pub struct TracedPins<G> {
    gpio: G,
    recorder: Recorder,
    /// The level that each pin last had.
    levels: BTreeMap<u32, Level>,
}

impl<G: Gpio> TracedPins<G> {
    /// Records what changes at `gpio`.
    pub fn new(gpio: G, recorder: Recorder) -> Self {
        Self { gpio, recorder, levels: BTreeMap::new() }
    }

    fn record(&self, at_ns: u64, pin: u32, change: PinChange) {
        self.recorder.record(WireEvent::Pin(PinEvent { pin, at_ns, change }));
    }

    /// Records a level that differs from the one before.
    fn level(&mut self, at_ns: u64, pin: u32, level: Level) {
        if self.levels.insert(pin, level) != Some(level) {
            self.record(at_ns, pin, PinChange::Level(level));
        }
    }
}

impl<G: Gpio> Gpio for TracedPins<G> {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.gpio.pin_use(pin)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        let reply = self.gpio.open(at_ns, pin, mode, initial);
        if reply.result.is_ok() {
            let driven = matches!(mode, Mode::Output | Mode::OutputOpenDrain).then_some(initial);
            match driven {
                Some(level) => self.levels.insert(pin, level),
                None => self.levels.remove(&pin),
            };
            self.record(at_ns, pin, PinChange::Opened(mode, driven));
        }
        reply
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        let reply = self.gpio.read(at_ns, pin);
        if let Ok(level) = reply.result {
            self.level(at_ns, pin, level);
        }
        reply
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        let reply = self.gpio.write(at_ns, pin, level);
        if reply.result.is_ok() {
            self.level(at_ns, pin, level);
        }
        reply
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        let reply = self.gpio.close(at_ns, pin);
        if reply.result.is_ok() {
            self.levels.remove(&pin);
            self.record(at_ns, pin, PinChange::Closed);
        }
        reply
    }
}
