//! Native mode: the chip's I2C controller.
//!
//! The pins get the chip's own pull-up resistors (about 45 kOhm), which are too weak for a fast bus: a board has its own.

#![allow(unsafe_code, reason = "which pins the bus has is known only when a guest starts")]

use core::fmt;

use alloc::boxed::Box;

use device_abi::types::ErrorCode;
use device_link::LinkError;
use esp_hal::{
    Blocking,
    gpio::AnyPin,
    i2c::master::{Config, Error, I2c, SoftwareTimeout},
    peripherals::I2C0,
    time::{Duration, Rate},
};
use hw_core::{
    adapter::{HalI2c, I2cDetails},
    backend::{BYTE_BITS, CONDITION_BITS, DeviceError, I2cWires},
};

use super::{clock, heap::PROFILE, native::floating};
use crate::plan::Bus;

/// The slowest clock, hertz: the longest transfer takes a second then, and is over long before the watchdog. Also the
/// slowest that SMBus knows (System Management Bus Specification 3.2, section 4.2.2).
const LOWEST_HZ: u32 = 10_000;

/// Clock cycles of the longest transaction that the profile grants: each operation may be a message of its own.
const LONGEST_BITS: u64 = (PROFILE.max_transfer_bytes + PROFILE.max_operations) as u64 * BYTE_BITS
    + (PROFILE.max_operations + 1) as u64 * CONDITION_BITS;

/// How long devices may stretch the clock in one transaction, beside the time that it takes anyway, microseconds.
const STRETCHING_US: u64 = 100_000;

/// The bus, for a guest.
pub(super) fn wires(bus: Bus) -> Result<I2cWires, LinkError> {
    let Bus { frequency_hz, sda, scl } = bus;
    // SAFETY: nobody else takes the controller, and there is one run at a time.
    let controller = unsafe { I2C0::steal() };
    // They are floating inputs again however this goes on.
    let pins = Pins([sda, scl]);
    let i2c = I2c::new(controller, config(frequency_hz.max(LOWEST_HZ)))
        .map_err(|_| LinkError::I2cBus { bus: 0 })?;
    // SAFETY: the plan gives these pins to nobody else.
    let i2c = unsafe { i2c.with_sda(AnyPin::steal(sda)).with_scl(AnyPin::steal(scl)) };
    Ok(I2cWires { number: 0, frequency_hz, bus: Box::new(HalI2c::new(i2c, pins, clock::now_ns)) })
}

fn config(hz: u32) -> Config {
    let longest_us = LONGEST_BITS * 1_000_000 / u64::from(hz);
    let timeout = Duration::from_micros(2 * longest_us + STRETCHING_US);
    let config = Config::default().with_frequency(Rate::from_hz(hz));
    // A bus that hangs never hangs the chip.
    config.with_software_timeout(SoftwareTimeout::Transaction(timeout))
}

/// The pins of the bus; they become floating inputs when this is dropped, which is after the driver.
struct Pins([u8; 2]);

impl Drop for Pins {
    fn drop(&mut self) {
        for pin in self.0 {
            floating(pin);
        }
    }
}

impl I2cDetails<I2c<'static, Blocking>> for Pins {
    type Error = Frequency;

    fn set_frequency(&mut self, i2c: &mut I2c<'static, Blocking>, hz: u32) -> Result<(), Frequency> {
        if hz < LOWEST_HZ {
            return Err(Frequency(hz));
        }
        i2c.apply_config(&config(hz)).map_err(|_| Frequency(hz))
    }

    fn code(&self, error: &Error) -> Option<ErrorCode> {
        matches!(error, Error::Timeout | Error::ExecutionIncomplete).then_some(ErrorCode::TimedOut)
    }
}

/// A frequency that the controller cannot do, hertz.
#[derive(Debug, Clone, Copy)]
struct Frequency(u32);

impl DeviceError for Frequency {
    fn code(&self) -> ErrorCode {
        ErrorCode::NotSupported
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the controller has no clock of {} Hz: the lowest is {LOWEST_HZ}", self.0)
    }
}

impl core::error::Error for Frequency {}
