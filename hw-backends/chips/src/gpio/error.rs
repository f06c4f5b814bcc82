//! What a simulated pin refuses.

use core::fmt;

use device_abi::types::ErrorCode;
use hw_core::backend::DeviceError;

/// Why a pin could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GpioError {
    /// The board has no pin of this number.
    NoSuchPin(u32),
    /// The pin is not an output at present.
    NotAnOutput(u32),
}

impl DeviceError for GpioError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuchPin(_) => ErrorCode::NotFound,
            Self::NotAnOutput(_) => ErrorCode::NotPermitted,
        }
    }
}

impl fmt::Display for GpioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchPin(pin) => write!(f, "gpio: the board has no pin {pin}"),
            Self::NotAnOutput(pin) => write!(f, "gpio: pin {pin} is written, but is not an output"),
        }
    }
}

impl core::error::Error for GpioError {}
