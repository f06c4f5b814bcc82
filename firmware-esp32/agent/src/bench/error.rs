//! What goes wrong at the other end of the line.

use core::fmt;

use device_abi::types::ErrorCode;
use hw_core::backend::DeviceError;

/// An error of the host's hardware. The host keeps the error itself for its operator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RemoteError(pub(crate) ErrorCode);

impl DeviceError for RemoteError {
    fn code(&self) -> ErrorCode {
        self.0
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl core::error::Error for RemoteError {}

/// The host does not answer any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disconnected;

impl DeviceError for Disconnected {
    fn code(&self) -> ErrorCode {
        ErrorCode::Disconnected
    }
}

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the host does not answer")
    }
}

impl core::error::Error for Disconnected {}
