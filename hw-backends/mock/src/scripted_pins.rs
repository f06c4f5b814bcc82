//! Pins of which some are answered by expectations, and the others by whatever was there.

use std::collections::BTreeSet;

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{Gpio, Line, PinUse, Reply};

use crate::MockGpio;

/// The pins of a board, some of them answered by expectations.
#[derive(Debug)]
pub(crate) struct ScriptedPins {
    scripted: BTreeSet<u32>,
    script: MockGpio,
    others: Box<dyn Gpio>,
}

impl ScriptedPins {
    pub(crate) fn new(scripted: BTreeSet<u32>, script: MockGpio, others: Box<dyn Gpio>) -> Self {
        Self { scripted, script, others }
    }

    fn answering(&mut self, pin: u32) -> &mut dyn Gpio {
        if self.scripted.contains(&pin) { &mut self.script } else { &mut *self.others }
    }
}

impl Gpio for ScriptedPins {
    /// What the board says, for every pin: an expectation gives no board a pin that it lacks.
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.others.pin_use(pin)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        self.answering(pin).open(at_ns, pin, mode, initial)
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        self.answering(pin).read(at_ns, pin)
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        self.answering(pin).write(at_ns, pin, level)
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        self.answering(pin).close(at_ns, pin)
    }

    /// What is really there; nobody knows the line that an expectation stands for.
    fn line(&self, pin: u32) -> Option<Line> {
        if self.scripted.contains(&pin) { self.script.line(pin) } else { self.others.line(pin) }
    }
}
