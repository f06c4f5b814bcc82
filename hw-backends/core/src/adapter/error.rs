//! What a driver answered.

use core::{convert::Infallible, fmt};

use device_abi::types::ErrorCode;

use crate::backend::DeviceError;

/// An error of a driver, with the code that the guest sees for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered<E> {
    /// What the guest sees.
    pub code: ErrorCode,
    /// The driver's own error, for whoever operates the device.
    pub error: E,
}

impl<E: fmt::Debug + Send> DeviceError for Answered<E> {
    fn code(&self) -> ErrorCode {
        self.code
    }
}

impl<E: fmt::Debug> fmt::Display for Answered<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the driver answered {:?}", self.error)
    }
}

impl<E: fmt::Debug> core::error::Error for Answered<E> {}

/// What cannot happen.
impl DeviceError for Infallible {
    fn code(&self) -> ErrorCode {
        match *self {}
    }
}
