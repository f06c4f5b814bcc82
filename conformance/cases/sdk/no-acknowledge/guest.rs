//! Asks who is at an address where nobody is.

#![no_std]

use embedded_hal::i2c::{Error as _, ErrorKind, I2c as _, NoAcknowledgeSource};
use twinboard_guest::{Error, I2c, entry};

entry!(ask);

fn ask() -> Result<i32, Error> {
    let mut bus = I2c::open(0)?;
    let error = bus.write(0x33, &[1, 2]).map_err(|error| error.kind());
    Ok(i32::from(error == Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address))))
}
