//! Frames: a payload and its checksum, stuffed so that a zero byte can only be a frame's border.
//!
//! A frame is `00`, COBS(payload, CRC), `00`. COBS (Cheshire and Baker, "Consistent Overhead Byte Stuffing", 1999) makes
//! the border unmistakable at a cost of one byte in 254. The border in front as well costs one byte, and keeps
//! whatever garbage stood on the line from taking the next frame with it.

use crc::{CRC_32_ISO_HDLC, Crc, Digest, Table};
use postcard::ser_flavors::Flavor;

/// The checksum of frames, and of installed apps.
///
/// CRC-32/ISO-HDLC, lowest byte first: it finds any three wrong bits in payloads up to 11 KB and any burst of up to 32
/// bits, lets one damaged frame in 2^32 pass otherwise, and is in every language's library. With 16 bits it would be one
/// in 65,536, too many for a line that carries programs.
pub(crate) static CRC32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// Bytes of the checksum.
pub(crate) const CRC_BYTES: usize = 4;

/// The longest payload that everybody takes, bytes. Hellos, and whatever is not bulk, fit into it.
pub const SMALLEST_LIMIT: usize = 1024;

/// Most bytes that a COBS block holds beside its own length.
const BLOCK_BYTES: usize = 254;

/// The most bytes of a frame whose payload has `payload` bytes: the size of a buffer to [`encode`](crate::encode) into.
#[must_use]
pub const fn frame_bytes(payload: usize) -> usize {
    let content = payload + CRC_BYTES;
    content + content / BLOCK_BYTES + 1 + 2
}

/// The size of the buffer that a [`Receiver`](crate::Receiver) needs for payloads of up to `payload` bytes.
#[must_use]
pub const fn receive_bytes(payload: usize) -> usize {
    payload + CRC_BYTES
}

/// The longest payload of bench mode, where transfers have at most `max_transfer_bytes`: what both sides must take.
///
/// The longest is the record of an `i2c.transaction` of [`Profile::MAX_OPERATIONS`](device_abi::Profile::MAX_OPERATIONS)
/// operations: 34 bytes and 9 for each of them beside the transfer, in a call of up to 20.
#[must_use]
pub const fn bench_payload(max_transfer_bytes: u32) -> usize {
    max_transfer_bytes as usize + 9 * device_abi::Profile::MAX_OPERATIONS as usize + 64
}

/// The checksum that an install is announced with.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    CRC32.checksum(bytes)
}

/// Why a message was not encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodeError {
    /// Its payload is longer than the other side takes.
    TooLong,
    /// The frame does not fit into the buffer.
    NoRoom,
}

impl core::fmt::Display for EncodeError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the message is longer than the other side takes",
            Self::NoRoom => "the frame does not fit into the buffer",
        })
    }
}

impl core::error::Error for EncodeError {}

/// Writes one frame, byte by byte as postcard serializes the payload.
pub(crate) struct Writer<'o> {
    out: &'o mut [u8],
    /// Where the next byte goes.
    at: usize,
    /// Where the length of the current block goes.
    block: usize,
    /// Payload bytes that may still come.
    left: usize,
    crc: Digest<'static, u32, Table<1>>,
    /// Why the last byte did not go in.
    pub(crate) failed: EncodeError,
}

impl<'o> Writer<'o> {
    /// Begins a frame in `out`, with a payload of at most `limit` bytes.
    pub(crate) fn new(out: &'o mut [u8], limit: usize) -> Result<Self, EncodeError> {
        if out.len() < 2 {
            return Err(EncodeError::NoRoom);
        }
        out[0] = 0;
        Ok(Self { out, at: 2, block: 1, left: limit, crc: CRC32.digest(), failed: EncodeError::NoRoom })
    }

    /// Adds bytes of the payload.
    pub(crate) fn payload(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(EncodeError::TooLong)?;
        self.crc.update(bytes);
        bytes.iter().try_for_each(|byte| self.stuff(*byte))
    }

    /// Ends the frame. Returns its length.
    pub(crate) fn finish(mut self) -> Result<usize, EncodeError> {
        for byte in self.crc.clone().finalize().to_le_bytes() {
            self.stuff(byte)?;
        }
        self.end_block();
        // The place of the next block's length is the border.
        *self.out.get_mut(self.at - 1).ok_or(EncodeError::NoRoom)? = 0;
        Ok(self.at)
    }

    fn stuff(&mut self, byte: u8) -> Result<(), EncodeError> {
        if self.at - self.block > BLOCK_BYTES {
            self.end_block();
        }
        if self.at >= self.out.len() {
            return Err(EncodeError::NoRoom);
        }
        if byte == 0 {
            self.end_block();
        } else {
            self.out[self.at] = byte;
            self.at += 1;
        }
        Ok(())
    }

    /// Writes the block's length into its place and leaves one for the next block's.
    fn end_block(&mut self) {
        self.out[self.block] = (self.at - self.block) as u8;
        self.block = self.at;
        self.at += 1;
    }
}

/// So that postcard can write into the frame. What went wrong is in `failed`: postcard's errors have no room for it.
impl Flavor for Writer<'_> {
    type Output = ();

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.payload(data).map_err(|error| {
            self.failed = error;
            postcard::Error::SerializeBufferFull
        })
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.try_extend(&[data])
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}
