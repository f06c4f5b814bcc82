//! A simulated flash: keeps the rules of NOR flash, loses its power on demand, and wears out.

use std::sync::{Arc, Mutex, MutexGuard};

use app_storage::{Flash, FlashError, Operation, SECTOR_BYTES};

/// A simulated flash. Clones are the same flash.
#[derive(Debug, Clone)]
pub(crate) struct Chip(Arc<Mutex<Cells>>);

#[derive(Debug)]
struct Cells {
    bytes: Vec<u8>,
    /// Writes and erases since the power came.
    done: u32,
    /// The power goes in the middle of this one.
    cut_at: Option<u32>,
    has_power: bool,
    random: Random,
    faults: Vec<(u32, Fault)>,
}

/// What a worn sector does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Reading fails.
    Unreadable,
    /// Writing fails.
    Unwritable,
    /// Erasing fails.
    Unerasable,
    /// Some bits stay 1 when they are written, and nobody says so.
    Forgets,
    /// Some bits stay 0 when they are erased, not everywhere, and nobody says so.
    Sticks,
}

impl Fault {
    pub(crate) const ALL: [Self; 5] =
        [Self::Unreadable, Self::Unwritable, Self::Unerasable, Self::Forgets, Self::Sticks];
}

/// xorshift64*: what happens when the power goes depends on a seed alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 8
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

impl Chip {
    /// A flash of so many sectors, erased.
    pub(crate) fn new(sectors: u32) -> Self {
        Self::with_bytes(vec![0xff; (sectors * SECTOR_BYTES) as usize])
    }

    pub(crate) fn with_bytes(bytes: Vec<u8>) -> Self {
        let random = Random::new(1);
        let faults = Vec::new();
        let cells = Cells { bytes, done: 0, cut_at: None, has_power: true, random, faults };
        Self(Arc::new(Mutex::new(cells)))
    }

    pub(crate) fn cells(&self) -> Vec<u8> {
        self.lock().bytes.clone()
    }

    /// Writes and erases since the power came.
    pub(crate) fn done(&self) -> u32 {
        self.lock().done
    }

    /// The power goes in the middle of the write or erase that comes after `operations`; `seed` decides how.
    pub(crate) fn cut_after(&self, operations: u32, seed: u64) {
        let mut cells = self.lock();
        cells.cut_at = Some(cells.done + operations);
        cells.random = Random::new(seed);
    }

    /// The power comes, or comes back.
    pub(crate) fn power_on(&self) {
        let mut cells = self.lock();
        (cells.done, cells.cut_at, cells.has_power) = (0, None, true);
    }

    pub(crate) fn has_power(&self) -> bool {
        self.lock().has_power
    }

    pub(crate) fn wear(&self, sector: u32, fault: Fault) {
        self.lock().faults.push((sector, fault));
    }

    pub(crate) fn renew(&self) {
        self.lock().faults.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Cells> {
        self.0.lock().unwrap()
    }
}

impl Cells {
    /// Whether the power goes now.
    fn goes_now(&mut self) -> bool {
        let now = self.cut_at == Some(self.done);
        self.done += 1;
        self.has_power &= !now;
        now
    }

    fn is(&self, at: u32, fault: Fault) -> bool {
        self.faults.contains(&(at / SECTOR_BYTES, fault))
    }
}

impl Flash for Chip {
    fn size(&self) -> u32 {
        self.lock().bytes.len() as u32
    }

    fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), FlashError> {
        assert!(
            at.is_multiple_of(4) && into.len().is_multiple_of(4),
            "read of {} bytes at {at:#x}",
            into.len()
        );
        let cells = self.lock();
        let from = &cells.bytes[at as usize..][..into.len()];
        let mut sectors = at / SECTOR_BYTES..=(at + into.len().saturating_sub(1) as u32) / SECTOR_BYTES;
        if !cells.has_power || sectors.any(|sector| cells.is(sector * SECTOR_BYTES, Fault::Unreadable)) {
            return Err(FlashError { operation: Operation::Read, at });
        }
        into.copy_from_slice(from);
        Ok(())
    }

    fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let failed = Err(FlashError { operation: Operation::Write, at });
        assert!(
            at.is_multiple_of(4) && bytes.len().is_multiple_of(4),
            "write of {} bytes at {at:#x}",
            bytes.len()
        );
        assert!(!bytes.is_empty(), "write of nothing at {at:#x}");
        let mut cells = self.lock();
        if !cells.has_power {
            return failed;
        }
        let (unwritable, forgets) = (cells.is(at, Fault::Unwritable), cells.is(at, Fault::Forgets));
        let whole_words =
            if cells.goes_now() { cells.random.below(bytes.len() / 4 + 1) } else { bytes.len() / 4 };
        // Of the last word, some bits are written, or none.
        let untouched = if cells.random.below(2) == 0 { 0xff } else { 0 };
        for (word, new) in bytes.chunks(4).enumerate().take(whole_words + 1) {
            let place = at as usize + word * 4;
            for (offset, &new) in new.iter().enumerate() {
                let old = cells.bytes[place + offset];
                // Only where nothing is worn: there, what is read need not be what was erased.
                assert!(
                    new & !old == 0 || !cells.faults.is_empty(),
                    "write of {new:#04x} over {old:#04x} at {:#x}",
                    place + offset
                );
                let missed = if word == whole_words { cells.random.next() as u8 | untouched } else { 0 };
                let missed = if unwritable { 0xff } else { missed | if forgets { 0x11 } else { 0 } };
                cells.bytes[place + offset] = old & (new | missed);
            }
        }
        if cells.has_power && !unwritable { Ok(()) } else { failed }
    }

    fn erase(&mut self, at: u32) -> Result<(), FlashError> {
        let failed = Err(FlashError { operation: Operation::Erase, at });
        assert!(at.is_multiple_of(SECTOR_BYTES), "erase at {at:#x}");
        let mut cells = self.lock();
        if !cells.has_power {
            return failed;
        }
        let (unerasable, sticks) = (cells.is(at, Fault::Unerasable), cells.is(at, Fault::Sticks));
        let way = if cells.goes_now() { cells.random.below(5) } else { 3 };
        if unerasable {
            return failed;
        }
        // What belongs together may go one after the other.
        let from = at as usize + [4, 48, 64, 2048][cells.random.below(4)];
        for place in at as usize..(at + SECTOR_BYTES) as usize {
            let random = cells.random.next() as u8;
            let old = cells.bytes[place];
            cells.bytes[place] = match way {
                0 => old,
                1 => old | random,
                2 => random,
                4 if place < from => old,
                _ if sticks && place % 128 >= 64 => old | 0xee,
                _ => 0xff,
            };
        }
        if cells.has_power { Ok(()) } else { failed }
    }
}
