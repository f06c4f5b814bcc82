//! A board with a BME280 on it.

use hw_chips::model;

use crate::support::{Clock, DriverBus, wire};

/// A bus with a BME280 at `address`, set as a board file would set it.
pub(crate) fn board(
    address: u8,
    temperature_c: f64,
    humidity_percent: f64,
    pressure_hpa: f64,
) -> (DriverBus, Clock) {
    let bme280 = model("bme280").unwrap();
    let mut values = bme280.defaults();
    for (name, value) in [
        ("temperature-c", temperature_c),
        ("humidity-percent", humidity_percent),
        ("pressure-hpa", pressure_hpa),
    ] {
        values[bme280.parameter(name).unwrap()] = value;
    }
    wire(address, (bme280.build)(&values))
}
