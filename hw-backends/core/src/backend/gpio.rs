//! Pins at the seam.

use alloc::boxed::Box;

use device_abi::gpio::{Level, Mode};

use super::{Line, Reply};

/// The pins of a board. Numbers are the chip's own.
///
/// The core has already checked handle, owner, number and direction.
pub trait Gpio: core::fmt::Debug + Send {
    /// What pin `pin` is there for, or `None` if the board does not have it.
    fn pin_use(&self, pin: u32) -> Option<PinUse>;

    /// Sets up pin `pin`; an output drives `initial` without a glitch.
    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply;

    /// The level that the line has.
    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level>;

    /// Drives an output.
    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply;

    /// Makes the pin a floating input again.
    fn close(&mut self, at_ns: u64, pin: u32) -> Reply;

    /// The line at pin `pin` as somebody with a probe sees it, whether the pin is open or not; `None` where the backend
    /// cannot tell. Asking is no call of the guest's and changes nothing.
    fn line(&self, pin: u32) -> Option<Line> {
        let _ = pin;
        None
    }
}

impl<G: Gpio + ?Sized> Gpio for Box<G> {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        (**self).pin_use(pin)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        (**self).open(at_ns, pin, mode, initial)
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        (**self).read(at_ns, pin)
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        (**self).write(at_ns, pin, level)
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        (**self).close(at_ns, pin)
    }

    fn line(&self, pin: u32) -> Option<Line> {
        (**self).line(pin)
    }
}

/// What a pin is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinUse {
    /// Guests may open it.
    Free,
    /// A bus uses it; guests find it busy.
    Bus,
    /// The chip itself needs it: flash, USB, device link.
    Reserved,
}
