//! A weather station: a BME280 on I2C bus 0, measured with a second between, and an LED on pin 3 that flashes with
//! each measurement. Readings are kept in an EEPROM on the same bus; the button on pin 4 shows their range.
//!
//! The drivers are the public crates `bme280` and `eeprom24x`, as they are: they know embedded-hal and nothing of this
//! SDK.

#![no_std]

mod readings;

use core::fmt;

use bme280::Error::Bus;
use bme280::i2c::BME280;
use embedded_hal::delay::DelayNs as _;
use embedded_hal::digital::{InputPin as _, OutputPin as _};
use twinboard_guest::{Delay, Error, I2c, Input, Level, Output, Pull, entry};

use readings::{EepromError, Reading, Readings};

/// Milliseconds between two measurements, and how often the button is looked at meanwhile.
const PERIOD_MS: u32 = 1000;
const LOOK_MS: u32 = 50;

entry!(station);

fn station() -> Result<(), bme280::Error<Error>> {
    let mut led = Output::open(3, Level::Low).map_err(Bus)?;
    let mut button = Input::open(4, Pull::Up).map_err(Bus)?;
    let mut sensor = BME280::new_primary(I2c::open(0).map_err(Bus)?);
    sensor.init(&mut Delay)?;
    let mut readings = kept(Readings::open(I2c::open(0).map_err(Bus)?));
    let mut was_pressed = false;
    loop {
        led.set_high().map_err(Bus)?;
        let now = sensor.measure(&mut Delay)?;
        led.set_low().map_err(Bus)?;
        let reading = Reading {
            temperature: now.temperature.into(),
            humidity: now.humidity.into(),
            pressure: (now.pressure / 100.0).into(),
        };
        let Reading { temperature, humidity, pressure } = reading;
        log::info!("temperature {temperature} °C, humidity {humidity} %, pressure {pressure} hPa");
        if let Some(kept_readings) = &mut readings
            && kept(kept_readings.push(reading)).is_none()
        {
            readings = None;
        }
        for _ in 0..PERIOD_MS / LOOK_MS {
            Delay.delay_ms(LOOK_MS);
            let is_pressed = button.is_low().map_err(Bus)?;
            if is_pressed && !was_pressed {
                show(&mut readings);
            }
            was_pressed = is_pressed;
        }
    }
}

/// What came of using the EEPROM. The station goes on without it.
fn kept<T>(result: Result<T, EepromError>) -> Option<T> {
    result.map_err(|error| log::warn!("readings are not kept: {error:?}")).ok()
}

/// Shows the range of the readings.
fn show(readings: &mut Option<Readings>) {
    let Some(readings) = readings else { return };
    if let Some(Some((low, high))) = kept(readings.temperatures()) {
        log::info!("{} readings kept, from {low} °C to {high} °C", readings.len());
    }
}

/// A number with one decimal. A float's `{:.1}` would do the same, and double the size of the app.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tenths(i16);

impl From<f32> for Tenths {
    fn from(number: f32) -> Self {
        Self((number * 10.0 + 0.5_f32.copysign(number)) as i16)
    }
}

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let tenths = self.0.unsigned_abs();
        write!(f, "{sign}{}.{}", tenths / 10, tenths % 10)
    }
}
