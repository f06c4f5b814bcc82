//! A weather station: a BME280 on I2C bus 0, measured once a second, and an LED on pin 2 that flashes with
//! each measurement.
//!
//! The driver is the public crate `bme280`, as it is: it knows embedded-hal and nothing of this SDK.

#![no_std]

use bme280::Error::Bus;
use bme280::i2c::BME280;
use embedded_hal::delay::DelayNs as _;
use embedded_hal::digital::OutputPin as _;
use twinboard_guest::{Delay, Error, I2c, Level, Output, entry};

entry!(station);

fn station() -> Result<(), bme280::Error<Error>> {
    let mut led = Output::open(2, Level::Low).map_err(Bus)?;
    let mut sensor = BME280::new_primary(I2c::open(0).map_err(Bus)?);
    sensor.init(&mut Delay)?;
    loop {
        led.set_high().map_err(Bus)?;
        let now = sensor.measure(&mut Delay)?;
        led.set_low().map_err(Bus)?;
        log::info!(
            "temperature {:.1} °C, humidity {:.1} %, pressure {:.1} hPa",
            now.temperature,
            now.humidity,
            now.pressure / 100.0
        );
        Delay.delay_ms(1000);
    }
}
