//! The BME280 model under the driver crate `bme280-multibus`, unchanged: Bosch's integer formulas, status polling,
//! normal mode, and control registers written in an order of its own.

mod bme280_board;
mod support;

use bme280_board::board;
use bme280_multibus::{
    Bme280, Config, CtrlMeas, Error, Filter, Mode, Oversampling, Settings, Standby,
    i2c1::{Address, Bme280Bus},
};
use embedded_hal::delay::DelayNs;
use proptest::prelude::*;
use support::{Clock, DriverBus};

type Driver = Bme280<Bme280Bus<DriverBus>>;

fn driver((bus, mut clock): (DriverBus, Clock)) -> Driver {
    let mut driver = Bme280::from_i2c1(bus, Address::SdoGnd).unwrap();
    driver.reset().unwrap();
    while driver.status().unwrap().im_update() {
        clock.delay_us(100);
    }
    driver
}

/// One sample of everything, filter off, standby 62.5 ms.
fn once(mode: Mode) -> Settings {
    Settings {
        config: Config::RESET.set_standby_time(Standby::Micros62500).set_filter(Filter::Off),
        ctrl_meas: CtrlMeas::RESET.set_osrs_t(Oversampling::X1).set_osrs_p(Oversampling::X1).set_mode(mode),
        ctrl_hum: Oversampling::X1,
    }
}

/// Polls every 100 us until the measurement is over.
fn wait_until_measured(driver: &mut Driver, clock: &mut Clock) {
    while driver.status().unwrap().measuring() {
        clock.delay_us(100);
    }
}

#[test]
fn nobody_at_the_address_shows_when_the_driver_is_made() {
    let (bus, _) = board(0x77, 20.0, 50.0, 1000.0);
    let error = Bme280::from_i2c1(bus, Address::SdoGnd).unwrap_err();
    assert_eq!(error.message, "i2c.0: no chip at address 0x76 (the bus has 0x77)");
}

#[test]
fn the_chip_tells_what_it_is() {
    let (bus, _) = board(0x77, 20.0, 50.0, 1000.0);
    assert_eq!(Bme280::from_i2c1(bus, Address::SdoVddio).unwrap().chip_id().unwrap(), 0x60);
}

#[test]
fn polling_ends_when_a_forced_measurement_does() {
    let (bus, mut clock) = board(0x76, 60.0, 10.0, 300.0);
    let mut driver = driver((bus, clock.clone()));
    let before_ns = clock.now_ns();
    driver.settings(&once(Mode::Forced)).unwrap();
    wait_until_measured(&mut driver, &mut clock);
    let waited_us = (clock.now_ns() - before_ns) / 1000;
    assert!((8_000..8_400).contains(&waited_us), "8 ms, the bus and the poll: {waited_us} us");
    assert!((driver.sample().unwrap().temperature - 60.0).abs() < 0.011);
}

#[test]
fn normal_mode_measures_by_itself() {
    let (bus, mut clock) = board(0x76, -12.25, 80.0, 850.0);
    let mut driver = driver((bus, clock.clone()));
    driver.settings(&once(Mode::Normal)).unwrap();
    assert!(matches!(driver.sample(), Err(Error::Sample)), "nothing has been measured yet");
    wait_until_measured(&mut driver, &mut clock);
    let sample = driver.sample().unwrap();
    assert!((sample.temperature + 12.25).abs() < 0.011, "{sample:?}");
    assert!((sample.humidity - 80.0).abs() < 0.05, "{sample:?}");
    assert!((sample.pressure - 85_000.0).abs() < 2.0, "{sample:?}");

    clock.delay_ms(10);
    assert!(!driver.status().unwrap().measuring(), "standby");
    clock.delay_ms(53);
    assert!(driver.status().unwrap().measuring(), "the next round");
}

proptest! {
    #[test]
    fn every_sample_shows_what_the_board_says(
        celsius in -40.0..=85.0,
        percent in 0.0..=100.0,
        hectopascals in 300.0..=1100.0,
    ) {
        let (bus, mut clock) = board(0x76, celsius, percent, hectopascals);
        let mut driver = driver((bus, clock.clone()));
        driver.settings(&once(Mode::Forced)).unwrap();
        wait_until_measured(&mut driver, &mut clock);
        let sample = driver.sample().unwrap();
        // The integer formulas give 0.01 °C, 1/256 Pa and 1/1024 %, from converter values of 16 bits.
        prop_assert!((f64::from(sample.temperature) - celsius).abs() < 0.011, "{:?}", sample);
        prop_assert!((f64::from(sample.humidity) - percent).abs() < 0.03, "{:?}", sample);
        prop_assert!((f64::from(sample.pressure) - hectopascals * 100.0).abs() < 2.0, "{:?}", sample);
    }
}
