//! Memory as a board's flash, which outlives the board.

use std::sync::{Arc, Mutex, MutexGuard};

use app_storage::{Flash, FlashError, Operation, SECTOR_BYTES, flash_bytes};

/// Memory as flash. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Cells(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    bytes: Vec<u8>,
    has_power: bool,
    /// Sectors that take nothing any more.
    worn: Vec<u32>,
}

impl Cells {
    /// For apps of 64 KB.
    pub(crate) fn new() -> Self {
        let bytes = vec![0xff; flash_bytes(64 * 1024) as usize];
        Self(Arc::new(Mutex::new(State { bytes, has_power: true, worn: Vec::new() })))
    }

    /// From now on nothing changes, until [`power_on`](Cells::power_on).
    pub(crate) fn power_off(&self) {
        self.state().has_power = false;
    }

    pub(crate) fn power_on(&self) {
        self.state().has_power = true;
    }

    pub(crate) fn wear(&self, sector: u32) {
        self.state().worn.push(sector);
    }

    /// Changes one byte.
    pub(crate) fn damage(&self, at: usize) {
        self.state().bytes[at] ^= 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn change(
        &self,
        at: u32,
        operation: Operation,
        change: impl FnOnce(&mut [u8]),
    ) -> Result<(), FlashError> {
        let mut state = self.state();
        if !state.has_power || state.worn.contains(&(at / SECTOR_BYTES)) {
            return Err(FlashError { operation, at });
        }
        change(&mut state.bytes[at as usize..]);
        Ok(())
    }
}

impl Flash for Cells {
    fn size(&self) -> u32 {
        self.state().bytes.len() as u32
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        into.copy_from_slice(&self.state().bytes[at as usize..][..into.len()]);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        self.change(at, Operation::Write, |cells| {
            cells.iter_mut().zip(bytes).for_each(|(cell, byte)| *cell &= byte);
        })
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        self.change(at, Operation::Erase, |cells| cells[..SECTOR_BYTES as usize].fill(0xff))
    }
}
