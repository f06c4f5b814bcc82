//! What a driver crate needs: a bus, a delay, and one clock that both of them move.

use std::{cell::Cell, rc::Rc};

use device_abi::types::ErrorCode;
use embedded_hal::{
    delay::DelayNs,
    i2c::{Error, ErrorKind, ErrorType, I2c, NoAcknowledgeSource, Operation},
};
use hw_chips::{ChipBus, I2cChip};
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

/// A bus with `chip` at `address`, and the clock of both.
pub(crate) fn wire(address: u8, chip: Box<dyn I2cChip>) -> (DriverBus, Clock) {
    let mut bus = ChipBus::new(0);
    bus.attach(address, chip).unwrap();
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
