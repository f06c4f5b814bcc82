//! Waits in each unit.

#![no_std]

use core::time::Duration;

use embedded_hal::delay::DelayNs as _;
use twinboard_guest::{Delay, clock, entry};

entry!(wait);

fn wait() -> i32 {
    Delay.delay_ns(1_500);
    Delay.delay_us(20);
    Delay.delay_ms(3);
    clock::sleep(Duration::from_micros(50));
    i32::from(clock::now() >= Duration::from_nanos(3_071_500))
}
