//! Lets a line go that something outside holds low.

#![no_std]

use embedded_hal::digital::{InputPin as _, OutputPin as _};
use twinboard_guest::{Error, Level, OpenDrain, entry};

entry!(share);

fn share() -> Result<i32, Error> {
    let mut line = OpenDrain::open(4, Level::Low)?;
    line.set_high()?;
    Ok(line.is_high()?.into())
}
