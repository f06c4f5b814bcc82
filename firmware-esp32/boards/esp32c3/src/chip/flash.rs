//! The part of the flash that is for apps: a partition of its own.
//!
//! Reading and writing go to the ROM's functions without esp-storage's buffer of 4 KB on the stack, which would be there
//! in the middle of a guest's run too.

#![allow(unsafe_code, reason = "calls the ROM's functions, which take any address")]

use alloc::boxed::Box;
use core::fmt;

use app_storage::{Flash, FlashError, Operation, SECTOR_BYTES, WORD_BYTES};
use esp_bootloader_esp_idf::partitions::{FlashStorage, read_partition_table};
use esp_hal::peripherals::FLASH;
use esp_storage::ll;

/// What the partition is called; `image/partitions.csv` has it.
const LABEL: &str = "apps";

/// ESP-IDF's number for partitions of data.
const DATA: u8 = 1;

/// Bytes of the partition table that are looked at: 16 entries of 32.
const TABLE_BYTES: usize = 512;

/// Bytes that are copied at a time to where the ROM's functions can take them.
const PIECE_BYTES: usize = 64;

/// The part of the flash that is for apps.
pub(super) struct Partition {
    flash: FlashStorage<'static>,
    start: u32,
    size: u32,
    /// The flash lets itself be written.
    is_unlocked: bool,
}

#[repr(align(4))]
struct Words<const N: usize>([u8; N]);

/// Finds the partition; `None` if the table has none, or one that is not wholly in the flash.
pub(super) fn open(flash: FLASH<'static>) -> Option<Box<dyn Flash>> {
    let mut flash = FlashStorage::new(flash);
    let mut table = Words([0; TABLE_BYTES]);
    let table = read_partition_table(&mut flash, &mut table.0).ok()?;
    let apps = table.iter().find(|entry| entry.raw_type() == DATA && entry.label_as_str() == LABEL)?;
    let (start, size) = (apps.offset(), apps.len());
    let in_flash = start.checked_add(size)? as usize <= flash.capacity();
    let whole = start.is_multiple_of(SECTOR_BYTES) && !apps.is_read_only();
    (in_flash && whole)
        .then(|| Box::new(Partition { flash, start, size, is_unlocked: false }) as Box<dyn Flash>)
}

impl Partition {
    /// The address in the flash of `len` bytes, if they are whole words of the partition.
    fn address(&self, at: u32, len: usize, operation: Operation) -> Result<u32, FlashError> {
        let failed = FlashError { operation, at };
        let end = u32::try_from(len).ok().and_then(|len| at.checked_add(len)).ok_or(failed)?;
        let words = at.is_multiple_of(WORD_BYTES) && end.is_multiple_of(WORD_BYTES);
        if words && end <= self.size { Ok(self.start + at) } else { Err(failed) }
    }
}

impl fmt::Debug for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partition").field("start", &self.start).field("size", &self.size).finish()
    }
}

impl Flash for Partition {
    fn size(&self) -> u32 {
        self.size
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        let address = self.address(at, into.len(), Operation::Read)?;
        for (piece, offset) in into.chunks_mut(PIECE_BYTES).zip((0..).step_by(PIECE_BYTES)) {
            let mut words = Words([0; PIECE_BYTES]);
            // SAFETY: the words are in the partition, which is in the flash; the buffer has as many.
            let read = unsafe {
                ll::spiflash_read(address + offset, words.0.as_mut_ptr().cast(), piece.len() as u32)
            };
            read.map_err(|_| FlashError { operation: Operation::Read, at: at + offset })?;
            piece.copy_from_slice(&words.0[..piece.len()]);
        }
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let address = self.address(at, bytes.len(), Operation::Write)?;
        if !self.is_unlocked {
            // SAFETY: there are no conditions.
            let unlocked = unsafe { ll::spiflash_unlock() };
            unlocked.map_err(|_| FlashError { operation: Operation::Write, at })?;
            self.is_unlocked = true;
        }
        for (piece, offset) in bytes.chunks(PIECE_BYTES).zip((0..).step_by(PIECE_BYTES)) {
            let mut words = Words([0; PIECE_BYTES]);
            words.0[..piece.len()].copy_from_slice(piece);
            // SAFETY: as above.
            let written =
                unsafe { ll::spiflash_write(address + offset, words.0.as_ptr().cast(), piece.len() as u32) };
            written.map_err(|_| FlashError { operation: Operation::Write, at: at + offset })?;
        }
        Ok(())
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        let address = self.address(at, SECTOR_BYTES as usize, Operation::Erase)?;
        let erased = self.flash.erase(address, address.saturating_add(SECTOR_BYTES));
        erased.map_err(|_| FlashError { operation: Operation::Erase, at })
    }
}
