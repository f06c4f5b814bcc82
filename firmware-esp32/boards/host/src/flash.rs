//! A file as flash: apps outlive the process.

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::FileExt,
    path::Path,
};

use app_storage::{Flash, FlashError, Operation, SECTOR_BYTES, SMALLEST_BYTES, flash_bytes};
use rustix::fs::{FlockOperation, flock};

/// Bytes of a new file, like a chip's partition: what limits an app is the memory that it runs in.
const NEW_BYTES: u32 = flash_bytes(312 * 1024);

/// A file as flash. Behaves like NOR flash: erasing sets bits, writing only clears them.
#[derive(Debug)]
pub(crate) struct FileFlash {
    file: File,
    size: u32,
}

impl FileFlash {
    /// Opens the file, and makes it if it is missing.
    ///
    /// # Errors
    /// It cannot be opened, has the size of no flash, or belongs to another board.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
            rustix::io::Errno::WOULDBLOCK => io::Error::other("another board has it open"),
            error => error.into(),
        })?;
        let bytes = file.metadata()?.len();
        if bytes == 0 {
            file.set_len(NEW_BYTES.into())?;
            let mut flash = Self { file, size: NEW_BYTES };
            for at in (0..NEW_BYTES).step_by(SECTOR_BYTES as usize) {
                flash.fill(at)?;
            }
            return Ok(flash);
        }
        let whole = u32::try_from(bytes).ok();
        let size = whole.filter(|size| size.is_multiple_of(SECTOR_BYTES) && *size >= SMALLEST_BYTES);
        let size = size.ok_or_else(|| {
            let wanted =
                format!("a multiple of {SECTOR_BYTES} from {SMALLEST_BYTES} on is needed, or an empty file");
            io::Error::other(format!("it has {bytes} bytes, {wanted}"))
        })?;
        Ok(Self { file, size })
    }

    fn fill(&mut self, at: u32) -> io::Result<()> {
        self.file.write_all_at(&[0xff; SECTOR_BYTES as usize], at.into())
    }
}

impl Flash for FileFlash {
    fn size(&self) -> u32 {
        self.size
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        self.file.read_exact_at(into, at.into()).map_err(|_| FlashError { operation: Operation::Read, at })
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let failed = FlashError { operation: Operation::Write, at };
        let mut offset = u64::from(at);
        if offset + bytes.len() as u64 > self.size.into() {
            return Err(failed);
        }
        let mut cells = [0; 256];
        for piece in bytes.chunks(cells.len()) {
            let cells = &mut cells[..piece.len()];
            self.file.read_exact_at(cells, offset).map_err(|_| failed)?;
            for (cell, byte) in cells.iter_mut().zip(piece) {
                *cell &= byte;
            }
            self.file.write_all_at(cells, offset).map_err(|_| failed)?;
            offset += piece.len() as u64;
        }
        Ok(())
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        let failed = FlashError { operation: Operation::Erase, at };
        if !at.is_multiple_of(SECTOR_BYTES) || at >= self.size {
            return Err(failed);
        }
        self.fill(at).map_err(|_| failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn it_behaves_like_flash_and_outlives_the_process() {
        let path = std::env::temp_dir().join(format!("twinboard-flash-{}", std::process::id()));
        let _ = fs::remove_file(&path);
        let mut flash = FileFlash::open(&path).unwrap();
        assert_eq!(flash.size(), 655_360);
        let mut word = [0; 4];
        flash.read(655_356, &mut word).unwrap();
        assert_eq!(word, [0xff; 4]);
        flash.write(4096, &[0xf0; 4]).unwrap();
        flash.write(4096, &[0x3c; 4]).unwrap();
        let error = FileFlash::open(&path).unwrap_err();
        assert_eq!(error.to_string(), "another board has it open");
        drop(flash);
        let mut flash = FileFlash::open(&path).unwrap();
        flash.read(4096, &mut word).unwrap();
        assert_eq!(word, [0x30; 4]);
        flash.erase(4096).unwrap();
        flash.read(4096, &mut word).unwrap();
        assert_eq!(word, [0xff; 4]);
        assert!(flash.erase(4097).is_err() && flash.erase(655_360).is_err());
        assert!(flash.write(655_356, &[0; 8]).is_err() && flash.read(655_356, &mut [0; 8]).is_err());
        drop(flash);
        fs::write(&path, [0; 5000]).unwrap();
        let error = FileFlash::open(&path).unwrap_err().to_string();
        assert_eq!(error, "it has 5000 bytes, a multiple of 4096 from 24576 on is needed, or an empty file");
        fs::remove_file(&path).unwrap();
    }
}
