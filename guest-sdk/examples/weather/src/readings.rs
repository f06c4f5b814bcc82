//! What was measured, kept in an AT24C256 EEPROM across restarts.
//!
//! The first page holds the number of readings that were ever stored, in 4 bytes; each reading has 8 bytes, from the
//! second page on, the oldest making room for the newest.

use eeprom24x::{Eeprom24x, SlaveAddr, addr_size::TwoBytes, page_size::B64, unique_serial::No};
use embedded_hal::delay::DelayNs as _;
use twinboard_guest::{Delay, Error, I2c};

use crate::Tenths;

/// An EEPROM as it came from the factory is full of these.
const NEVER: u32 = u32::MAX;

/// Bytes of a reading: a page holds a whole number of them, so that none crosses a page.
const READING_BYTES: usize = 8;

/// Where readings begin.
const FIRST: u32 = 64;

/// How many readings there is room for: 32 KiB less the first page.
const ROOM: u32 = (32 * 1024 - FIRST) / READING_BYTES as u32;

/// The longest that the chip is busy after a write, milliseconds (datasheet DS20006042, tWR).
const WRITE_CYCLE_MS: u32 = 5;

type Eeprom = Eeprom24x<I2c, B64, TwoBytes, No>;

/// What goes wrong with the EEPROM.
pub(crate) type EepromError = eeprom24x::Error<Error>;

/// One measurement, in tenths of °C, % and hPa.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    pub(crate) temperature: Tenths,
    pub(crate) humidity: Tenths,
    pub(crate) pressure: Tenths,
}

/// The readings in the EEPROM.
pub(crate) struct Readings {
    eeprom: Eeprom,
    /// How many were ever stored.
    stored: u32,
}

impl Readings {
    /// Finds out what the EEPROM on `i2c` holds.
    pub(crate) fn open(i2c: I2c) -> Result<Self, EepromError> {
        let mut eeprom = Eeprom24x::new_24x256(i2c, SlaveAddr::default());
        let mut stored = [0; 4];
        eeprom.read_data(0, &mut stored)?;
        let stored = u32::from_le_bytes(stored);
        Ok(Self { eeprom, stored: if stored == NEVER { 0 } else { stored } })
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u32 {
        self.stored.min(ROOM)
    }

    /// Stores a reading.
    pub(crate) fn push(&mut self, reading: Reading) -> Result<(), EepromError> {
        let mut bytes = [0; READING_BYTES];
        let Reading { temperature, humidity, pressure } = reading;
        for (place, tenths) in bytes.chunks_exact_mut(2).zip([temperature, humidity, pressure]) {
            place.copy_from_slice(&tenths.0.to_le_bytes());
        }
        self.write(address(self.stored), &bytes)?;
        self.stored = self.stored.wrapping_add(1);
        self.write(0, &self.stored.to_le_bytes())
    }

    /// The lowest and the highest temperature of the readings that are there; `None` if there is none.
    pub(crate) fn temperatures(&mut self) -> Result<Option<(Tenths, Tenths)>, EepromError> {
        let mut range: Option<(Tenths, Tenths)> = None;
        for number in self.stored - self.len()..self.stored {
            let mut tenths = [0; 2];
            self.eeprom.read_data(address(number), &mut tenths)?;
            let tenths = Tenths(i16::from_le_bytes(tenths));
            let (low, high) = range.unwrap_or((tenths, tenths));
            range = Some((low.min(tenths), high.max(tenths)));
        }
        Ok(range)
    }

    /// Writes within a page, and waits until the chip answers again.
    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), EepromError> {
        self.eeprom.write_page(address, bytes)?;
        Delay.delay_ms(WRITE_CYCLE_MS);
        Ok(())
    }
}

/// Where reading `number` is.
fn address(number: u32) -> u32 {
    FIRST + number % ROOM * READING_BYTES as u32
}
