//! The one error of this crate, and what embedded-hal calls it.

use core::fmt;

use embedded_hal::{digital, i2c};

use crate::ErrorCode;

/// Why the device did not do what it was asked to do.
///
/// ```
/// use embedded_hal::i2c::{Error as _, ErrorKind, NoAcknowledgeSource};
/// use twinboard_guest::{Error, ErrorCode};
///
/// let error = Error::from(ErrorCode::NoAcknowledgeAddress);
/// assert_eq!(error.code(), ErrorCode::NoAcknowledgeAddress);
/// assert_eq!(error.kind(), ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error(ErrorCode);

impl Error {
    /// The device's own word for it.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        self.0
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Self(code)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl core::error::Error for Error {}

impl i2c::Error for Error {
    fn kind(&self) -> i2c::ErrorKind {
        use i2c::{ErrorKind, NoAcknowledgeSource};
        match self.0 {
            ErrorCode::NoAcknowledgeAddress => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            ErrorCode::NoAcknowledgeData => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data),
            ErrorCode::NoAcknowledgeUnknown => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown),
            ErrorCode::ArbitrationLost => ErrorKind::ArbitrationLoss,
            ErrorCode::Bus => ErrorKind::Bus,
            ErrorCode::Overrun => ErrorKind::Overrun,
            _ => ErrorKind::Other,
        }
    }
}

impl digital::Error for Error {
    /// embedded-hal knows no other kind; [`Error::code`] says more.
    fn kind(&self) -> digital::ErrorKind {
        digital::ErrorKind::Other
    }
}

#[cfg(test)]
mod tests {
    use embedded_hal::i2c::{Error as _, ErrorKind, NoAcknowledgeSource};

    use super::*;

    #[test]
    fn bus_errors_keep_their_kind() {
        let table = [
            (ErrorCode::NoAcknowledgeAddress, ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)),
            (ErrorCode::NoAcknowledgeData, ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data)),
            (ErrorCode::NoAcknowledgeUnknown, ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown)),
            (ErrorCode::ArbitrationLost, ErrorKind::ArbitrationLoss),
            (ErrorCode::Bus, ErrorKind::Bus),
            (ErrorCode::Overrun, ErrorKind::Overrun),
            (ErrorCode::TimedOut, ErrorKind::Other),
            (ErrorCode::InvalidHandle, ErrorKind::Other),
        ];
        for (code, kind) in table {
            assert_eq!(Error::from(code).kind(), kind, "{code:?}");
        }
    }
}
