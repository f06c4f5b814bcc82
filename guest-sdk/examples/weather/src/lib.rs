//! A weather station: a BME280 on I2C bus 0, measured with a second between, and an LED on pin 2 that
//! flashes with each measurement.
//!
//! The driver is the public crate `bme280`, as it is: it knows embedded-hal and nothing of this SDK.

#![no_std]

use core::fmt;

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
        let (temperature, humidity) = (Tenths(now.temperature), Tenths(now.humidity));
        let pressure = Tenths(now.pressure / 100.0);
        log::info!("temperature {temperature} °C, humidity {humidity} %, pressure {pressure} hPa");
        Delay.delay_ms(1000);
    }
}

/// A number with one decimal. `{:.1}` would do the same, and double the size of the app.
struct Tenths(f32);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0 + 0.5_f32.copysign(self.0)) as i32;
        let sign = if tenths < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{}", tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10)
    }
}
