//! The device's side of an install: pieces in, checked; where they are stored is the caller's business.

use crc::{Digest, Table};

use crate::{Data, LinkError, Progress, frame::CRC32};

/// An install that has begun.
#[derive(Clone)]
pub struct Installation {
    number: u16,
    length: u32,
    expected: u32,
    received: u32,
    window: u32,
    crc: Digest<'static, u32, Table<1>>,
}

/// What to do about a piece of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Where in the module `bytes` belong.
    pub offset: u32,
    /// What is to be stored; empty if nothing of the piece is new, or something before it is missing.
    pub bytes: &'a [u8],
    /// What to tell the host.
    pub progress: Progress,
}

impl Installation {
    /// Begins an install that request `number` announced. `room` bytes can be stored; `window` bytes may be on their way
    /// at a time (what the device can hold between two looks at the line).
    ///
    /// # Errors
    /// [`LinkError::AppTooLarge`]
    pub fn begin(number: u16, length: u32, crc32: u32, room: u32, window: u32) -> Result<Self, LinkError> {
        if length > room {
            return Err(LinkError::AppTooLarge { bytes: length, room });
        }
        Ok(Self { number, length, expected: crc32, received: 0, window, crc: CRC32.digest() })
    }

    /// The announced length, bytes.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// The first offset that the host must not send yet.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.received.saturating_add(self.window).min(self.length)
    }

    /// Takes data that came with `number`; `None` if it belongs to an install that is over. What repeats is left out,
    /// what leaves a gap is not taken, what goes beyond the announced length is cut off.
    pub fn data<'d>(&mut self, number: u16, data: Data<'d>) -> Option<Piece<'d>> {
        if number != self.number {
            return None;
        }
        let offset = self.received;
        let again = data.offset > self.received;
        let known = (self.received.saturating_sub(data.offset)) as usize;
        let bytes = if again { &[] } else { data.bytes.get(known..).unwrap_or(&[]) };
        let left = (self.length - self.received) as usize;
        let bytes = bytes.get(..left).unwrap_or(bytes);
        self.crc.update(bytes);
        self.received += bytes.len() as u32;
        Some(Piece {
            offset,
            bytes,
            progress: Progress { received: self.received, limit: self.limit(), again },
        })
    }

    /// Whether all bytes have come and are those that were announced.
    ///
    /// # Errors
    /// [`LinkError::InstallIncomplete`], after which the install may go on; [`LinkError::InstallDamaged`].
    pub fn check(&self) -> Result<(), LinkError> {
        if self.received < self.length {
            return Err(LinkError::InstallIncomplete { received: self.received, length: self.length });
        }
        let found = self.crc.clone().finalize();
        if found != self.expected {
            return Err(LinkError::InstallDamaged { found, expected: self.expected });
        }
        Ok(())
    }
}

impl core::fmt::Debug for Installation {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Installation")
            .field("length", &self.length)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
