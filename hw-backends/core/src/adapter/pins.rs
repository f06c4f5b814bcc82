//! Objects with embedded-hal's pin traits, as the pins of a board.

use alloc::vec::Vec;
use core::fmt;

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use embedded_hal::digital::{InputPin, OutputPin, PinState};

use super::Answered;
use crate::{
    backend::{Gpio, PinUse, Reply},
    calls::missing::Missing,
};

/// Sets up pins of type `P`.
pub trait SetUp<P>: Send {
    /// Lets the pin be used as `mode` says; an output drives `initial` without a glitch.
    fn open(&mut self, pin: &mut P, mode: Mode, initial: Level);

    /// Makes the pin a floating input.
    fn close(&mut self, pin: &mut P);
}

/// Pins with embedded-hal's traits, by number. Those that are open when it is dropped are closed then.
pub struct HalPins<P, S: SetUp<P>> {
    /// By number; what is not there is not on the board.
    pins: Vec<Slot<P>>,
    set_up: S,
}

enum Slot<P> {
    Absent,
    /// Not for guests.
    Taken(PinUse),
    Free {
        pin: P,
        is_open: bool,
    },
}

impl<P, S: SetUp<P>> HalPins<P, S> {
    /// A board without pins.
    #[must_use]
    pub fn new(set_up: S) -> Self {
        Self { pins: Vec::new(), set_up }
    }

    /// Makes `pin` the pin `number`, which guests may open. Small numbers: there is a place for each below it.
    #[must_use]
    pub fn free(mut self, number: u8, pin: P) -> Self {
        *self.slot(number) = Slot::Free { pin, is_open: false };
        self
    }

    /// Has a pin `number` that guests cannot open, because it is there for something else.
    #[must_use]
    pub fn taken(mut self, number: u8, pin_use: PinUse) -> Self {
        *self.slot(number) = Slot::Taken(pin_use);
        self
    }

    fn slot(&mut self, number: u8) -> &mut Slot<P> {
        let number = usize::from(number);
        if self.pins.len() <= number {
            self.pins.resize_with(number + 1, || Slot::Absent);
        }
        &mut self.pins[number]
    }

    /// The pin of this number, if guests may open it.
    fn pin(&mut self, number: u32) -> Option<&mut P> {
        match self.pins.get_mut(number as usize)? {
            Slot::Free { pin, .. } => Some(pin),
            Slot::Absent | Slot::Taken(_) => None,
        }
    }
}

impl<P, S> Gpio for HalPins<P, S>
where
    P: InputPin + OutputPin + Send,
    P::Error: Send + 'static,
    S: SetUp<P>,
{
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        match self.pins.get(pin as usize)? {
            Slot::Absent => None,
            Slot::Taken(pin_use) => Some(*pin_use),
            Slot::Free { .. } => Some(PinUse::Free),
        }
    }

    fn open(&mut self, _at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        let Some(Slot::Free { pin, is_open }) = self.pins.get_mut(pin as usize) else { return missing(pin) };
        self.set_up.open(pin, mode, initial);
        *is_open = true;
        Reply::ok(())
    }

    fn read(&mut self, _at_ns: u64, pin: u32) -> Reply<Level> {
        self.pin(pin).map_or_else(|| missing(pin), |pin| reply(pin.is_high().map(level)))
    }

    fn write(&mut self, _at_ns: u64, pin: u32, level: Level) -> Reply {
        self.pin(pin).map_or_else(|| missing(pin), |pin| reply(pin.set_state(pin_state(level))))
    }

    fn close(&mut self, _at_ns: u64, pin: u32) -> Reply {
        let Some(Slot::Free { pin, is_open }) = self.pins.get_mut(pin as usize) else { return missing(pin) };
        self.set_up.close(pin);
        *is_open = false;
        Reply::ok(())
    }
}

impl<P, S: SetUp<P>> Drop for HalPins<P, S> {
    fn drop(&mut self) {
        for slot in &mut self.pins {
            if let Slot::Free { pin, is_open: true } = slot {
                self.set_up.close(pin);
            }
        }
    }
}

/// The level that embedded-hal calls high, or not.
#[must_use]
pub fn level(is_high: bool) -> Level {
    if is_high { Level::High } else { Level::Low }
}

/// The level, as embedded-hal calls it.
#[must_use]
pub fn pin_state(level: Level) -> PinState {
    PinState::from(level == Level::High)
}

/// embedded-hal's pins have no kinds of error that mean something here.
fn reply<T, E: fmt::Debug + Send + 'static>(result: Result<T, E>) -> Reply<T> {
    match result {
        Ok(value) => Reply::ok(value),
        Err(error) => Reply::failed(Answered { code: ErrorCode::Other, error }, 0),
    }
}

/// The core asks what a pin is there for before it opens it.
fn missing<T>(pin: u32) -> Reply<T> {
    Reply::failed(Missing::Pin(pin), 0)
}

impl<P, S: SetUp<P>> fmt::Debug for HalPins<P, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HalPins").field("pins", &self.pins.len()).finish_non_exhaustive()
    }
}
