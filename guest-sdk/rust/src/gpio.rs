//! embedded-hal's digital pins.

use embedded_hal::digital::{ErrorType, InputPin, OutputPin, StatefulOutputPin};

use crate::Error;
use crate::abi::gpio::{self, Level, Mode, PinHandle};

/// The chip's own resistor at an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pull {
    /// None.
    #[default]
    None,
    /// To the supply voltage.
    Up,
    /// To ground.
    Down,
}

/// A pin that is read.
///
/// ```no_run
/// use embedded_hal::digital::InputPin as _;
/// use twinboard_guest::{Error, Input, Pull};
///
/// fn is_pressed() -> Result<bool, Error> {
///     Input::open(9, Pull::Up)?.is_low()
/// }
/// ```
#[derive(Debug)]
pub struct Input {
    pin: Pin,
}

impl Input {
    /// Opens pin `number`, by the chip's own numbering.
    ///
    /// # Errors
    /// `not-found`: no such pin. `not-permitted`: it serves the chip itself. `not-supported`: it has no such
    /// resistor. `busy`: somebody else has it. `limit-reached`: no free handle.
    pub fn open(number: u32, pull: Pull) -> Result<Self, Error> {
        let mode = match pull {
            Pull::None => Mode::Input,
            Pull::Up => Mode::InputPullUp,
            Pull::Down => Mode::InputPullDown,
        };
        // An input drives nothing; the level is not looked at.
        Ok(Self { pin: Pin::open(number, mode, Level::Low)? })
    }
}

impl ErrorType for Input {
    type Error = Error;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Error> {
        self.pin.is_high()
    }

    fn is_low(&mut self) -> Result<bool, Error> {
        self.pin.is_high().map(|high| !high)
    }
}

/// Makes an output of a struct with the fields `pin` and `driven`.
macro_rules! output {
    ($name:ident, $mode:expr) => {
        impl $name {
            /// Opens pin `number`, by the chip's own numbering, and drives `initial` from the first moment on.
            ///
            /// # Errors
            /// `not-found`: no such pin. `not-permitted`: it serves the chip itself. `not-supported`: it
            /// cannot be such an output. `busy`: somebody else has it. `limit-reached`: no free handle.
            pub fn open(number: u32, initial: Level) -> Result<Self, Error> {
                Ok(Self { pin: Pin::open(number, $mode, initial)?, driven: initial })
            }

            fn drive(&mut self, level: Level) -> Result<(), Error> {
                gpio::write(self.pin.handle, level)?;
                self.driven = level;
                Ok(())
            }
        }

        impl ErrorType for $name {
            type Error = Error;
        }

        impl OutputPin for $name {
            fn set_low(&mut self) -> Result<(), Error> {
                self.drive(Level::Low)
            }

            fn set_high(&mut self) -> Result<(), Error> {
                self.drive(Level::High)
            }
        }

        /// What was last driven, not what the line has: that may differ.
        impl StatefulOutputPin for $name {
            fn is_set_high(&mut self) -> Result<bool, Error> {
                Ok(self.driven == Level::High)
            }

            fn is_set_low(&mut self) -> Result<bool, Error> {
                Ok(self.driven == Level::Low)
            }

            fn toggle(&mut self) -> Result<(), Error> {
                gpio::toggle(self.pin.handle)?;
                self.driven = opposite(self.driven);
                Ok(())
            }
        }
    };
}

/// A pin that is driven, low and high.
///
/// ```no_run
/// use embedded_hal::digital::{OutputPin as _, StatefulOutputPin as _};
/// use twinboard_guest::{Error, Level, Output};
///
/// fn flash() -> Result<(), Error> {
///     let mut led = Output::open(2, Level::Low)?;
///     led.set_high()?;
///     led.toggle()
/// }
/// ```
#[derive(Debug)]
pub struct Output {
    pin: Pin,
    driven: Level,
}

output!(Output, Mode::Output);

/// A pin that is driven low, or let go and then read: one line that many share.
///
/// ```no_run
/// use embedded_hal::digital::{InputPin as _, OutputPin as _};
/// use twinboard_guest::{Error, Level, OpenDrain};
///
/// fn is_held_by_another(line: &mut OpenDrain) -> Result<bool, Error> {
///     line.set_high()?;
///     line.is_low()
/// }
/// ```
#[derive(Debug)]
pub struct OpenDrain {
    pin: Pin,
    driven: Level,
}

output!(OpenDrain, Mode::OutputOpenDrain);

impl InputPin for OpenDrain {
    fn is_high(&mut self) -> Result<bool, Error> {
        self.pin.is_high()
    }

    fn is_low(&mut self) -> Result<bool, Error> {
        self.pin.is_high().map(|high| !high)
    }
}

/// An open pin of any kind.
#[derive(Debug)]
struct Pin {
    handle: PinHandle,
}

impl Pin {
    fn open(number: u32, mode: Mode, initial: Level) -> Result<Self, Error> {
        Ok(Self { handle: gpio::open(number, mode, initial)? })
    }

    fn is_high(&self) -> Result<bool, Error> {
        Ok(gpio::read(self.handle)? == Level::High)
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        // The handle is open, so this cannot fail.
        let _ = gpio::close(self.handle);
    }
}

fn opposite(level: Level) -> Level {
    if level == Level::High { Level::Low } else { Level::High }
}
