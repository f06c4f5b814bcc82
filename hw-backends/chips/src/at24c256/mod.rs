//! The Microchip AT24C256C: an EEPROM of 32 768 bytes (datasheet DS20006042; section numbers are from its revision A).
//!
//! Modelled: device addresses, byte and page writes with the wrap inside the page, the internally timed write cycle
//! during which the chip does not answer, current address, random and sequential reads with the wrap at the end. Not
//! modelled: the write protect pin (taken to be low), wear, power loss, and a stop in the middle of a byte. A poll is
//! answered if the cycle is over at its acknowledge; the chip wants it over at the start condition, one byte earlier
//! (section 7.4). The datasheet leaves open where the address counter stands at power-on and after a write that ended
//! inside the word address: here it is 0, and unmoved.

mod page;

use alloc::{boxed::Box, vec};

use crate::{Ack, ChipModel, Direction, I2cChip, Parameter};
use page::PageBuffer;

/// Bytes in the array (section 6).
pub const BYTES: usize = 32_768;
/// Bytes in a page; one write changes one page (section 7.2).
pub const PAGE_BYTES: usize = 64;
/// What every byte holds as delivered (section 9).
const DELIVERED: u8 = 0xff;
/// The bits of the word address that count: the first one sent is "don't care" (section 6.1).
const WORD_ADDRESS_MASK: u16 = BYTES as u16 - 1;
/// The longest write cycle, tWR, from the stop on (sections 4.4 and 7.4).
const LONGEST_WRITE_CYCLE_MS: f64 = 5.0;
const NS_PER_MS: f64 = 1e6;
/// What is read from a chip that does not drive the line: the pull-up's level.
const RELEASED: u8 = 0xff;

/// The model as board files see it.
pub(crate) const MODEL: ChipModel = ChipModel {
    name: "at24c256",
    about: "Microchip AT24C256C EEPROM, 32 KiB",
    // 1010 and the levels of A2, A1, A0 (section 6.1).
    addresses: &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    parameters: &[Parameter {
        name: "write-cycle-ms",
        about: "how long the chip does not answer after a write, ms",
        default: LONGEST_WRITE_CYCLE_MS,
        min: 0.0,
        max: LONGEST_WRITE_CYCLE_MS,
    }],
    memory_bytes: BYTES as u32,
    build: |values| {
        Box::new(At24c256::new(nanoseconds(values.first().copied().unwrap_or(LONGEST_WRITE_CYCLE_MS))))
    },
};

/// Rounded to the nearest; what is no time becomes none.
fn nanoseconds(ms: f64) -> u64 {
    (ms * NS_PER_MS + 0.5) as u64
}

/// An AT24C256C on a two-wire bus.
#[derive(Debug, Clone)]
pub struct At24c256 {
    contents: Box<[u8]>,
    /// The byte that is read next or was to be written next; below [`BYTES`]. Stays between transactions
    /// (section 8.1).
    counter: u16,
    /// What the present message has brought so far.
    progress: Progress,
    page: PageBuffer,
    write_cycle_ns: u64,
    /// When the present write cycle is over, or the last one was.
    ready_ns: u64,
}

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// There is none for this chip.
    Idle,
    /// The first word address byte is awaited.
    HighByte,
    /// The second one; this was the first.
    LowByte(u8),
    /// Data is written.
    Data,
    /// Data is read.
    Read,
}

impl At24c256 {
    /// A chip as delivered, every byte 0xff, with write cycles of `write_cycle_ns`; the datasheet promises at most
    /// 5 ms.
    #[must_use]
    pub fn new(write_cycle_ns: u64) -> Self {
        Self {
            contents: vec![DELIVERED; BYTES].into_boxed_slice(),
            counter: 0,
            progress: Progress::Idle,
            page: PageBuffer::default(),
            write_cycle_ns,
            ready_ns: 0,
        }
    }

    /// The array, [`BYTES`] long. A write shows from its stop on.
    #[must_use]
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// The array, to be filled before a run. No write cycle follows.
    pub fn contents_mut(&mut self) -> &mut [u8] {
        &mut self.contents
    }
}

impl I2cChip for At24c256 {
    fn fill(&mut self, at: u32, bytes: &[u8]) {
        let free = self.contents.get_mut(at as usize..).unwrap_or_default();
        free.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
    }

    fn start(&mut self, at_ns: u64, direction: Direction) -> Ack {
        // Only a stop begins a write cycle (section 7.1): what was loaded before a repeated start is lost.
        self.page = PageBuffer::default();
        if at_ns < self.ready_ns {
            // Still idle: the cycle began at a stop.
            return Ack::Nack;
        }
        self.progress = match direction {
            Direction::Write => Progress::HighByte,
            Direction::Read => Progress::Read,
        };
        Ack::Ack
    }

    fn write(&mut self, _at_ns: u64, byte: u8) -> Ack {
        match self.progress {
            Progress::Idle | Progress::Read => return Ack::Nack,
            Progress::HighByte => self.progress = Progress::LowByte(byte),
            Progress::LowByte(high) => {
                self.counter = u16::from_be_bytes([high, byte]) & WORD_ADDRESS_MASK;
                self.progress = Progress::Data;
            }
            Progress::Data => self.counter = self.page.load(self.counter, byte),
        }
        Ack::Ack
    }

    fn read(&mut self, _at_ns: u64) -> u8 {
        if self.progress != Progress::Read {
            return RELEASED;
        }
        let byte = self.contents[usize::from(self.counter)];
        // From the last byte of the last page to the first of the first (section 8.3).
        self.counter = (self.counter + 1) & WORD_ADDRESS_MASK;
        byte
    }

    fn stop(&mut self, at_ns: u64) {
        if self.progress == Progress::Data && self.page.store(&mut self.contents) {
            self.ready_ns = at_ns.saturating_add(self.write_cycle_ns);
        }
        self.progress = Progress::Idle;
    }

    /// A write cycle that has begun ends when it would have.
    fn set(&mut self, _at_ns: u64, parameter: &str, value: f64) -> bool {
        let known = MODEL.parameter(parameter).is_some();
        if known {
            self.write_cycle_ns = nanoseconds(value);
        }
        known
    }
}
