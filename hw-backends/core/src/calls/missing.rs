//! What the board does not have, for the operator: the guest only sees `not-found`.

use core::fmt;

use device_abi::types::ErrorCode;

use crate::backend::DeviceError;

/// Something that a guest wants to open and the board does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// An I2C bus, by its number.
    I2cBus(u32),
    /// A pin, by its number.
    Pin(u32),
}

impl DeviceError for Missing {
    fn code(&self) -> ErrorCode {
        ErrorCode::NotFound
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I2cBus(bus) => write!(f, "the board has no i2c bus {bus} (board file: [i2c.{bus}])"),
            Self::Pin(pin) => write!(f, "the board has no pin {pin} (board file: [gpio.pins])"),
        }
    }
}

impl core::error::Error for Missing {}
