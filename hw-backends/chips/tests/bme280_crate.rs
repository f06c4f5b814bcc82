//! The BME280 model under the driver crate `bme280`, unchanged: floating point formulas, a fixed delay.

mod bme280_board;
mod support;

use bme280::{Configuration, Error, IIRFilter, Oversampling, i2c::BME280};
use bme280_board::board;
use proptest::prelude::*;

/// 1, 2, 4, 8 or 16 samples, as 0 to 4 doublings.
fn samples(doublings: u8) -> Oversampling {
    match doublings {
        0 => Oversampling::Oversampling1X,
        1 => Oversampling::Oversampling2X,
        2 => Oversampling::Oversampling4X,
        3 => Oversampling::Oversampling8X,
        _ => Oversampling::Oversampling16X,
    }
}

#[test]
fn a_wrong_address_fails_with_the_bus_and_what_is_there() {
    let (bus, mut clock) = board(0x77, 21.5, 50.0, 1013.25);
    let Err(Error::Bus(error)) = BME280::new_primary(bus).init(&mut clock) else { panic!("nobody is there") };
    assert_eq!(error.message, "i2c.0: no chip at address 0x76 (the bus has 0x77)");
}

#[test]
fn the_first_measurement_shows_what_the_board_says() {
    for address in [0x76, 0x77] {
        let (bus, mut clock) = board(address, 21.5, 48.0, 1013.25);
        let mut driver = BME280::new(bus, address);
        driver.init(&mut clock).unwrap();
        let seen = driver.measure(&mut clock).unwrap();
        assert_eq!(
            format!("{:.2} {:.2} {:.1}", seen.temperature, seen.humidity, seen.pressure),
            "21.50 48.00 101325.0"
        );
    }
}

#[test]
fn a_driver_that_waits_too_little_sees_what_was_there_before() {
    // 16 samples of everything take 98 ms; the driver waits 40.
    let (bus, mut clock) = board(0x76, -20.0, 20.0, 500.0);
    let mut driver = BME280::new_primary(bus);
    let everything = Configuration::default()
        .with_temperature_oversampling(samples(4))
        .with_pressure_oversampling(samples(4))
        .with_humidity_oversampling(samples(4));
    driver.init_with_config(&mut clock, everything).unwrap();
    let seen = driver.measure(&mut clock).unwrap();
    assert!(seen.temperature > 20.0, "the reset value 0x80000 is no -20 °C: {}", seen.temperature);
    // The driver resets a chip that still measures, so the second try loses its oversampling: 1 ms, all skipped.
    let seen = driver.measure(&mut clock).unwrap();
    assert!(seen.temperature > 20.0, "{}", seen.temperature);
}

proptest! {
    #[test]
    fn every_measurement_shows_what_the_board_says(
        celsius in -40.0..=85.0,
        percent in 0.0..=100.0,
        hectopascals in 300.0..=1100.0,
        // 1 + 2·4 + (2·4 + 0.5) + (2·4 + 0.5) = 26 ms is below the 40 ms that the driver waits.
        temperature_samples in 0u8..=2,
        pressure_samples in 0u8..=2,
        filtered: bool,
    ) {
        let (bus, mut clock) = board(0x76, celsius, percent, hectopascals);
        let mut driver = BME280::new_primary(bus);
        let filter = if filtered { IIRFilter::Coefficient16 } else { IIRFilter::Off };
        let configuration = Configuration::default()
            .with_temperature_oversampling(samples(temperature_samples))
            .with_pressure_oversampling(samples(pressure_samples))
            .with_humidity_oversampling(samples(2))
            .with_iir_filter(filter);
        driver.init_with_config(&mut clock, configuration).unwrap();
        for _ in 0..2 {
            let seen = driver.measure(&mut clock).unwrap();
            // Half a step of the converter, one and a half beside the mark for "skipped", and the driver's own
            // 32-bit rounding.
            let step = |samples: u8| if filtered { 1.0 } else { 16.0 / f64::from(1 << samples) };
            let temperature = 0.000_5 * step(temperature_samples) + 0.000_05;
            prop_assert!((f64::from(seen.temperature) - celsius).abs() < temperature, "{:?}", seen);
            let pressure = 0.1 * step(pressure_samples) + 0.15;
            prop_assert!((f64::from(seen.pressure) - hectopascals * 100.0).abs() < pressure, "{:?}", seen);
            prop_assert!((f64::from(seen.humidity) - percent).abs() < 0.01, "{:?}", seen);
        }
    }
}
