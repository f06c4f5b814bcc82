//! Measures once with the BME280's driver crate.

#![no_std]

use bme280::i2c::BME280;
use twinboard_guest::{Delay, I2c, entry};

entry!(measure);

fn measure() -> Result<(), bme280::Error<twinboard_guest::Error>> {
    let mut sensor = BME280::new_primary(I2c::open(0).map_err(bme280::Error::Bus)?);
    sensor.init(&mut Delay)?;
    let measured = sensor.measure(&mut Delay)?;
    log::info!("{:.1} °C", measured.temperature);
    Ok(())
}
