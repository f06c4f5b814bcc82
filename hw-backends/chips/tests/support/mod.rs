//! What a driver crate needs: a bus, a delay, and one clock that both of them move.

use std::{cell::Cell, rc::Rc};

use device_abi::types::ErrorCode;
use embedded_hal::{
    delay::DelayNs,
    i2c::{Error, ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation},
};
use hw_chips::{ChipBus, model};
use hw_core::backend::I2cBus;

/// Fast mode.
const FREQUENCY_HZ: u32 = 400_000;

/// A bus as a driver sees it; every transaction takes the time that its bits take.
#[derive(Debug)]
pub(crate) struct DriverBus {
    bus: ChipBus,
    clock: Clock,
}

/// The device time, and the delay that lets it pass.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock(Rc<Cell<u64>>);

impl Clock {
    /// Nanoseconds since the start.
    pub(crate) fn now_ns(&self) -> u64 {
        self.0.get()
    }
}

impl DelayNs for Clock {
    fn delay_ns(&mut self, ns: u32) {
        self.0.set(self.0.get() + u64::from(ns));
    }
}

/// A bus error as the driver sees it, and as the operator does.
#[derive(Debug)]
pub(crate) struct DriverError {
    code: ErrorCode,
    pub(crate) message: String,
}

impl Error for DriverError {
    fn kind(&self) -> ErrorKind {
        match self.code {
            ErrorCode::NoAcknowledgeAddress => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            ErrorCode::NoAcknowledgeData => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data),
            _ => ErrorKind::Other,
        }
    }
}

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
    let mut bus = ChipBus::new(0);
    bus.attach(address, (bme280.build)(&values)).unwrap();
    let clock = Clock::default();
    (DriverBus { bus, clock: clock.clone() }, clock)
}

impl ErrorType for DriverBus {
    type Error = DriverError;
}

impl I2c for DriverBus {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), DriverError> {
        let bytes: usize = operations
            .iter()
            .map(|operation| match operation {
                Operation::Read(into) => into.len(),
                Operation::Write(data) => data.len(),
            })
            .sum();
        let reply = self.bus.transaction(self.clock.now_ns(), address, FREQUENCY_HZ, operations);
        // Close enough for a driver: every operation with its own address byte.
        let bits = 9 * (bytes + operations.len()) as u64 + 2;
        self.clock.0.set(self.clock.now_ns() + bits * 1_000_000_000 / u64::from(FREQUENCY_HZ));
        reply.result.map_err(|error| DriverError { code: error.code(), message: error.to_string() })
    }
}
