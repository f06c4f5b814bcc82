//! Blinks the LED on pin 3: half a second on, half a second off, for ever.

#![no_std]

use embedded_hal::delay::DelayNs as _;
use embedded_hal::digital::StatefulOutputPin as _;
use twinboard_guest::{Delay, Error, Level, Output, entry};

entry!(blink);

fn blink() -> Result<(), Error> {
    let mut led = Output::open(3, Level::Low)?;
    loop {
        led.toggle()?;
        Delay.delay_ms(500);
    }
}
