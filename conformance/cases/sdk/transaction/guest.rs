//! One transaction of two writes and two reads.

#![no_std]

use embedded_hal::i2c::{I2c as _, Operation};
use twinboard_guest::{Error, I2c, entry};

entry!(transact);

fn transact() -> Result<i32, Error> {
    let (mut id, mut rest) = ([0], [0; 2]);
    let mut operations = [
        Operation::Write(&[0xd0]),
        Operation::Read(&mut id),
        Operation::Write(&[0x88]),
        Operation::Read(&mut rest),
    ];
    I2c::open(0)?.transaction(0x76, &mut operations)?;
    Ok(id[0].into())
}
