//! What is needed of a flash.

use alloc::boxed::Box;
use core::{error, fmt};

/// Bytes that are erased at a time.
pub const SECTOR_BYTES: u32 = 4096;

/// Bytes of the unit that is written; writes begin at a multiple of it and have whole ones.
pub const WORD_BYTES: u32 = 4;

/// A part of a NOR flash: erasing sets all bits of a sector, writing only clears bits. A word may be written again, which
/// clears further bits.
///
/// Buffers at multiples of 4 in memory may be quicker.
pub trait Flash: fmt::Debug + Send {
    /// How much there is, bytes.
    fn size(&self) -> u32;

    /// Reads whole words.
    ///
    /// # Errors
    /// The words are not all in the flash, or it fails.
    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError>;

    /// Writes whole words.
    ///
    /// # Errors
    /// The words are not all in the flash, or it fails; what is there then is anything between former and new.
    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError>;

    /// Erases the sector that begins at `at`.
    ///
    /// # Errors
    /// There is no such sector, or the flash fails; what is there then is anything.
    fn erase(&mut self, at: u32) -> Result<(), FlashError>;
}

impl<F: Flash + ?Sized> Flash for Box<F> {
    fn size(&self) -> u32 {
        (**self).size()
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        (**self).read(at, into)
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        (**self).write(at, bytes)
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        (**self).erase(at)
    }
}

/// The flash has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FlashError {
    /// What was tried.
    pub operation: Operation,
    /// Where, bytes from the beginning of the part.
    pub at: u32,
}

/// What was tried with the flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Erasing.
    Erase,
    /// Reading what had been written or erased just before: it was something else.
    ReadBack,
}

impl fmt::Display for FlashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = match self.operation {
            Operation::Read => "cannot be read",
            Operation::Write => "cannot be written",
            Operation::Erase => "cannot be erased",
            Operation::ReadBack => "does not keep what is written",
        };
        write!(f, "the flash at {:#x} {failed}", self.at)
    }
}

impl error::Error for FlashError {}
