//! Memory that stands for flash: it outlives a restart of the machine, like flash that of a chip, but not QEMU.

#![allow(unsafe_code, reason = "names addresses of the linker script")]

use core::ptr;

use app_storage::{Flash, FlashError, Operation, SECTOR_BYTES, flash_bytes};
use device_abi::Profile;

unsafe extern "C" {
    /// Defined by memory.x. The size is the symbol's address.
    static mut _apps_start: u8;
    static _apps_size: u8;
}

/// Memory that stands for flash. Behaves like NOR flash: erasing sets bits, writing only clears them.
#[derive(Debug)]
pub(super) struct MemoryFlash {
    cells: &'static mut [u8],
}

impl MemoryFlash {
    /// Takes the memory. Called once.
    pub(super) fn new() -> Self {
        let (start, size) = (&raw mut _apps_start, (&raw const _apps_size) as usize);
        assert!(size >= flash_bytes(Profile::ESP32C3.module_bytes) as usize, "too small for two apps");
        // SAFETY: the linker puts nothing there, the machine has memory there, and nobody else names it. Every content
        // is one of bytes.
        let cells = unsafe { &mut *ptr::slice_from_raw_parts_mut(start, size) };
        Self { cells }
    }

    fn part(&mut self, at: u32, len: usize, operation: Operation) -> Result<&mut [u8], FlashError> {
        let part = self.cells.get_mut(at as usize..).and_then(|cells| cells.get_mut(..len));
        part.ok_or(FlashError { operation, at })
    }
}

impl Flash for MemoryFlash {
    fn size(&self) -> u32 {
        self.cells.len() as u32
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        into.copy_from_slice(self.part(at, into.len(), Operation::Read)?);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let cells = self.part(at, bytes.len(), Operation::Write)?;
        for (cell, byte) in cells.iter_mut().zip(bytes) {
            *cell &= byte;
        }
        Ok(())
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        self.part(at, SECTOR_BYTES as usize, Operation::Erase)?.fill(0xff);
        Ok(())
    }
}
