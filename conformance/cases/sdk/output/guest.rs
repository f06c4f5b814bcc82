//! Drives a pin.

#![no_std]

use embedded_hal::digital::{OutputPin as _, StatefulOutputPin as _};
use twinboard_guest::{Error, Level, Output, entry};

entry!(drive);

fn drive() -> Result<(), Error> {
    let mut led = Output::open(1, Level::High)?;
    led.set_low()?;
    led.toggle()?;
    drop(led);
    Output::open(1, Level::Low).map(drop)
}
