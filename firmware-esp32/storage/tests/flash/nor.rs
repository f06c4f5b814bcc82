//! A driver that speaks embedded-storage.

use app_storage::{Flash, FlashError, Nor, Operation, SECTOR_BYTES, Store};
use embedded_storage::nor_flash::{
    ErrorType, MultiwriteNorFlash, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read,
    check_write,
};

/// A driver for memory.
struct Driver(Vec<u8>);

impl ErrorType for Driver {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Driver {
    const READ_SIZE: usize = 4;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        bytes.copy_from_slice(&self.0[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Driver {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = SECTOR_BYTES as usize;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        self.0[from as usize..to as usize].fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        for (cell, byte) in self.0[offset as usize..].iter_mut().zip(bytes) {
            *cell &= byte;
        }
        Ok(())
    }
}

impl MultiwriteNorFlash for Driver {}

#[test]
fn a_driver_serves_a_store() {
    let module: Vec<u8> = (0..=255).collect();
    let mut store = Store::open(Nor(Driver(vec![0xff; 6 * SECTOR_BYTES as usize]))).unwrap();
    store.begin(256, crate::model::crc32(&module), "esp32c3").unwrap();
    store.append(&module).unwrap();
    store.commit().unwrap();
    let boxed: Box<dyn Flash> = Box::new(store.into_flash());
    let mut store = Store::open(boxed).unwrap();
    let mut read = [0; 256];
    store.load(&mut read).unwrap();
    assert_eq!(read[..], module);
    assert_eq!(store.app().unwrap().profile.as_str(), "esp32c3");
}

#[test]
fn a_driver_refuses() {
    let mut flash = Nor(Driver(vec![0xff; SECTOR_BYTES as usize]));
    assert_eq!(flash.size(), SECTOR_BYTES);
    let failed = |operation, at| Err(FlashError { operation, at });
    assert_eq!(flash.read(4096, &mut [0; 4]), failed(Operation::Read, 4096));
    assert_eq!(flash.write(2, &[0; 4]), failed(Operation::Write, 2));
    assert_eq!(flash.erase(4096), failed(Operation::Erase, 4096));
    assert_eq!(flash.erase(u32::MAX), failed(Operation::Erase, u32::MAX));
}
