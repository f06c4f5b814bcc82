//! Flash operations that look at what they have done.

use crc::{CRC_32_ISO_HDLC, Crc, Digest, NoTable};

use crate::flash::{Flash, FlashError, Operation, SECTOR_BYTES, WORD_BYTES};

/// What erased flash reads as.
pub(crate) const BLANK: u8 = 0xff;

/// The same CRC-32 as the link's. Without a table: an app is summed up twice in its life, and the table is 1 KB of flash.
pub(crate) static CRC32: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Bytes that are looked at at a time.
const CHUNK: usize = 64;

/// A buffer that flash drivers can use as it is.
#[derive(Debug, Clone, Copy)]
#[repr(align(4))]
pub(crate) struct Aligned<const N: usize>(pub(crate) [u8; N]);

/// `bytes` and what fills up the last word.
pub(crate) const fn whole_words(bytes: u32) -> u32 {
    bytes.next_multiple_of(WORD_BYTES)
}

/// Writes bytes, fills the last word up with ones, and reads all of them again.
pub(crate) fn write(flash: &mut impl Flash, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
    for (bytes, at) in bytes.chunks(CHUNK).zip((at..).step_by(CHUNK)) {
        let mut chunk = Aligned([BLANK; CHUNK]);
        chunk.0[..bytes.len()].copy_from_slice(bytes);
        let words = &chunk.0[..whole_words(bytes.len() as u32) as usize];
        flash.write(at, words)?;
        let mut stored = Aligned([0; CHUNK]);
        flash.read(at, &mut stored.0[..words.len()])?;
        if stored.0[..words.len()] != *words {
            return Err(FlashError { operation: Operation::ReadBack, at });
        }
    }
    Ok(())
}

/// Erases a sector and looks whether it is blank.
pub(crate) fn erase(flash: &mut impl Flash, at: u32) -> Result<(), FlashError> {
    flash.erase(at)?;
    if is_blank(flash, at, SECTOR_BYTES)? {
        Ok(())
    } else {
        Err(FlashError { operation: Operation::ReadBack, at })
    }
}

/// Whether all of `len` bytes, a multiple of 4, are erased.
pub(crate) fn is_blank(flash: &mut impl Flash, at: u32, len: u32) -> Result<bool, FlashError> {
    let mut blank = true;
    each_chunk(flash, at, len, |bytes| blank &= bytes.iter().all(|&byte| byte == BLANK))?;
    Ok(blank)
}

/// Adds `len` bytes to a checksum.
pub(crate) fn sum(
    flash: &mut impl Flash,
    at: u32,
    len: u32,
    digest: &mut Digest<'static, u32, NoTable>,
) -> Result<(), FlashError> {
    each_chunk(flash, at, len, |bytes| digest.update(bytes))
}

/// Reads `len` bytes, in pieces. What cannot be read is left out, and the first such place is the error.
fn each_chunk(
    flash: &mut impl Flash,
    at: u32,
    len: u32,
    mut look: impl FnMut(&[u8]),
) -> Result<(), FlashError> {
    let mut result = Ok(());
    for offset in (0..len).step_by(CHUNK) {
        let left = (len - offset).min(CHUNK as u32);
        let mut chunk = Aligned([0; CHUNK]);
        match flash.read(at + offset, &mut chunk.0[..whole_words(left) as usize]) {
            Ok(()) => look(&chunk.0[..left as usize]),
            Err(error) => result = result.and(Err(error)),
        }
    }
    result
}

/// Reads `into.len()` bytes, which need not be whole words.
pub(crate) fn read(flash: &mut impl Flash, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
    let words = into.len() / WORD_BYTES as usize * WORD_BYTES as usize;
    let (whole, rest) = into.split_at_mut(words);
    flash.read(at, whole)?;
    if !rest.is_empty() {
        let mut word = Aligned([0; WORD_BYTES as usize]);
        flash.read(at + words as u32, &mut word.0)?;
        rest.copy_from_slice(&word.0[..rest.len()]);
    }
    Ok(())
}
