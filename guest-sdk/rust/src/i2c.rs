//! embedded-hal's I2C, with 7-bit addresses.

use embedded_hal::i2c::{self, ErrorType, SevenBitAddress};

use crate::abi;
use crate::abi::i2c::Operation;
use crate::{Error, ErrorCode};

/// An open I2C bus. The same bus may be opened many times, once for each driver: a transaction is never
/// interleaved with another.
///
/// ```no_run
/// use embedded_hal::i2c::I2c as _;
/// use twinboard_guest::{Error, I2c};
///
/// fn chip_id() -> Result<u8, Error> {
///     let mut bus = I2c::open(0)?;
///     let mut id = [0];
///     bus.write_read(0x76, &[0xd0], &mut id)?;
///     Ok(id[0])
/// }
/// ```
#[derive(Debug)]
pub struct I2c {
    handle: abi::i2c::I2cHandle,
}

/// The most operations in one transaction: what the largest profile allows.
const OPERATIONS: usize = 64;

impl I2c {
    /// Opens bus `bus` at the board's own frequency, which is also the highest.
    ///
    /// # Errors
    /// `not-found`: the board has no such bus. `limit-reached`: no free handle.
    pub fn open(bus: u32) -> Result<Self, Error> {
        Self::open_at(bus, 0)
    }

    /// Opens bus `bus` at `frequency_hz`; 0 is the board's own frequency.
    ///
    /// # Errors
    /// As [`I2c::open`]; `not-supported`: above the board's frequency.
    pub fn open_at(bus: u32, frequency_hz: u32) -> Result<Self, Error> {
        Ok(Self { handle: abi::i2c::open(bus, frequency_hz)? })
    }
}

impl Drop for I2c {
    fn drop(&mut self) {
        // The handle is open, so this cannot fail.
        let _ = abi::i2c::close(self.handle);
    }
}

impl ErrorType for I2c {
    type Error = Error;
}

impl i2c::I2c<SevenBitAddress> for I2c {
    fn read(&mut self, address: u8, read: &mut [u8]) -> Result<(), Error> {
        Ok(abi::i2c::read(self.handle, address.into(), read)?)
    }

    fn write(&mut self, address: u8, write: &[u8]) -> Result<(), Error> {
        Ok(abi::i2c::write(self.handle, address.into(), write)?)
    }

    fn write_read(&mut self, address: u8, write: &[u8], read: &mut [u8]) -> Result<(), Error> {
        Ok(abi::i2c::write_read(self.handle, address.into(), write, read)?)
    }

    /// The list is made on the stack: 64 operations at most, more are `too-large`.
    fn transaction(&mut self, address: u8, operations: &mut [i2c::Operation<'_>]) -> Result<(), Error> {
        if operations.len() > OPERATIONS {
            return Err(ErrorCode::TooLarge.into());
        }
        let count = operations.len();
        let mut list = [const { Operation::write(&[]) }; OPERATIONS];
        for (entry, operation) in list.iter_mut().zip(operations) {
            *entry = match operation {
                i2c::Operation::Read(buffer) => Operation::read(buffer),
                i2c::Operation::Write(data) => Operation::write(data),
            };
        }
        Ok(abi::i2c::transaction(self.handle, address.into(), &mut list[..count])?)
    }
}
