//! Probes a chip at 100 kHz on a bus of 400 kHz.

#![no_std]

use embedded_hal::i2c::I2c as _;
use twinboard_guest::{Error, I2c, entry};

entry!(probe);

fn probe() -> Result<(), Error> {
    I2c::open_at(0, 100_000)?.write(0x76, &[])
}
