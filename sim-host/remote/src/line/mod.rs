//! Lines: bytes to and from a device.

mod access;
mod child;
mod said;
mod serial;
mod tcp;

use std::{path::PathBuf, time::Duration};

use crate::LineError;

pub use access::Access;
pub(crate) use child::Child;
pub(crate) use serial::Serial;
pub(crate) use tcp::Tcp;

/// Bytes to and from a device.
pub trait Line: std::fmt::Debug + Send {
    /// Waits for bytes, at most for `timeout`, and takes those that have come; 0 when none have.
    ///
    /// # Errors
    /// The line has failed, or the other end is gone.
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError>;

    /// Sends bytes.
    ///
    /// # Errors
    /// The line has failed, or the other end is gone.
    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError>;

    /// Its bit rate, baud; `None` where it has none.
    fn rate(&self) -> Option<u32> {
        None
    }

    /// Changes the bit rate, after everything that was written has left.
    ///
    /// # Errors
    /// The port cannot go at this rate, or the line has none.
    fn set_rate(&mut self, baud: u32) -> Result<(), LineError> {
        Err(LineError::NoRate { baud })
    }

    /// The program at its other end, if it is one that was started for the purpose.
    fn program(&mut self) -> Option<Program> {
        None
    }
}

/// A program that was started to be the other end of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The firmware that it is, or that it emulates.
    pub image: PathBuf,
    /// The first line that it has said besides, if any.
    pub said: Option<String>,
}

/// The shortest wait that all kinds of lines know: 0 would be for ever, or an error.
const SHORTEST: Duration = Duration::from_millis(1);

/// Takes a read with a time limit apart.
fn taken(read: std::io::Result<usize>) -> Result<usize, LineError> {
    use std::io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    match read {
        Ok(0) => Err(LineError::Closed),
        Ok(len) => Ok(len),
        Err(error) if matches!(error.kind(), Interrupted | TimedOut | WouldBlock) => Ok(0),
        Err(error) => Err(error.into()),
    }
}
