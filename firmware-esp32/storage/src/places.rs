//! Where in the flash everything is.

use core::fmt;

use crate::{SECTOR_BYTES, flash::Flash};

/// Sectors of the journal.
const JOURNAL_SECTORS: u32 = 2;

/// Bytes of the smallest flash that can hold apps: the journal, and two slots with a header and a sector of module.
pub const SMALLEST_BYTES: u32 = flash_bytes(1);

/// Bytes of flash that a store needs for apps of so many bytes.
#[must_use]
pub const fn flash_bytes(app: u32) -> u32 {
    let slot_sectors = 1 + app.div_ceil(SECTOR_BYTES);
    (JOURNAL_SECTORS + 2 * slot_sectors) * SECTOR_BYTES
}

/// Where an app can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::A, Self::B];

    pub(crate) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "a",
            Self::B => "b",
        })
    }
}

/// Where in the flash everything is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Places {
    /// Sectors of a slot, its header included.
    slot_sectors: u32,
}

impl Places {
    /// The places in a flash, if it is large enough.
    pub(crate) fn new(flash: &impl Flash) -> Option<Self> {
        let sectors = flash.size() / SECTOR_BYTES;
        let slot_sectors = sectors.checked_sub(JOURNAL_SECTORS)? / 2;
        (slot_sectors >= 2).then_some(Self { slot_sectors })
    }

    /// Bytes of module that fit into a slot.
    pub(crate) fn room(self) -> u32 {
        (self.slot_sectors - 1) * SECTOR_BYTES
    }

    /// A sector of the journal.
    pub(crate) fn journal(half: Slot) -> u32 {
        half.index() as u32 * SECTOR_BYTES
    }

    /// A slot's header sector.
    pub(crate) fn header(self, slot: Slot) -> u32 {
        (JOURNAL_SECTORS + slot.index() as u32 * self.slot_sectors) * SECTOR_BYTES
    }

    /// A slot's module.
    pub(crate) fn module(self, slot: Slot) -> u32 {
        self.header(slot) + SECTOR_BYTES
    }
}
