//! Flash drivers that speak embedded-storage.

use core::fmt;

use embedded_storage::nor_flash::MultiwriteNorFlash;

use crate::{
    SECTOR_BYTES, WORD_BYTES,
    flash::{Flash, FlashError, Operation},
};

/// A flash driver that speaks embedded-storage: a `NorFlash` whose words may be written more than once.
///
/// Drivers with other units than whole divisors of [`WORD_BYTES`] and [`SECTOR_BYTES`] do not compile.
pub struct Nor<F>(pub F);

impl<F: MultiwriteNorFlash> Nor<F> {
    const UNITS_FIT: () = assert!(
        (WORD_BYTES as usize).is_multiple_of(F::READ_SIZE)
            && (WORD_BYTES as usize).is_multiple_of(F::WRITE_SIZE)
            && (SECTOR_BYTES as usize).is_multiple_of(F::ERASE_SIZE),
        "a flash with words of 4 and sectors of 4096 bytes is needed"
    );
}

impl<F> fmt::Debug for Nor<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Nor").finish_non_exhaustive()
    }
}

impl<F: MultiwriteNorFlash + Send> Flash for Nor<F> {
    fn size(&self) -> u32 {
        let () = Self::UNITS_FIT;
        u32::try_from(self.0.capacity()).unwrap_or(u32::MAX)
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        self.0.read(at, into).map_err(|_| FlashError { operation: Operation::Read, at })
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        self.0.write(at, bytes).map_err(|_| FlashError { operation: Operation::Write, at })
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        let failed = FlashError { operation: Operation::Erase, at };
        let end = at.checked_add(SECTOR_BYTES).ok_or(failed)?;
        self.0.erase(at, end).map_err(|_| failed)
    }
}
