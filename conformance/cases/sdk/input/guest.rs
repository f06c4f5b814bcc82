//! Reads a pin with each resistor.

#![no_std]

use embedded_hal::digital::InputPin as _;
use twinboard_guest::{Error, Input, Pull, entry};

entry!(read);

fn read() -> Result<i32, Error> {
    let up = Input::open(7, Pull::Up)?.is_high()?;
    let down = Input::open(7, Pull::Down)?.is_high()?;
    Ok(i32::from(up) * 10 + i32::from(down))
}
