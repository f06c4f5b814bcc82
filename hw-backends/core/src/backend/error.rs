//! From a backend's own error to the code that the guest sees.

use core::fmt;

use device_abi::types::ErrorCode;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};

/// A backend's own error: rich for the operator, one code for the guest.
pub trait DeviceError: core::error::Error + Send {
    /// The code that the guest sees.
    fn code(&self) -> ErrorCode;
}

/// A bus error with nothing more to say than embedded-hal's kind of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BusError(pub ErrorKind);

impl DeviceError for BusError {
    fn code(&self) -> ErrorCode {
        error_code(self.0)
    }
}

impl fmt::Display for BusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for BusError {}

/// The one mapping from embedded-hal's I2C error kinds to error codes.
#[must_use]
pub fn error_code(kind: ErrorKind) -> ErrorCode {
    match kind {
        ErrorKind::Bus => ErrorCode::Bus,
        ErrorKind::ArbitrationLoss => ErrorCode::ArbitrationLost,
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address) => ErrorCode::NoAcknowledgeAddress,
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data) => ErrorCode::NoAcknowledgeData,
        ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown) => ErrorCode::NoAcknowledgeUnknown,
        ErrorKind::Overrun => ErrorCode::Overrun,
        // embedded-hal's enum may grow.
        _ => ErrorCode::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_code() {
        let table = [
            (ErrorKind::Bus, ErrorCode::Bus),
            (ErrorKind::ArbitrationLoss, ErrorCode::ArbitrationLost),
            (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address), ErrorCode::NoAcknowledgeAddress),
            (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data), ErrorCode::NoAcknowledgeData),
            (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown), ErrorCode::NoAcknowledgeUnknown),
            (ErrorKind::Overrun, ErrorCode::Overrun),
            (ErrorKind::Other, ErrorCode::Other),
        ];
        for (kind, code) in table {
            assert_eq!(BusError(kind).code(), code, "{kind:?}");
        }
    }
}
