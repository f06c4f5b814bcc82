//! The seam: what the core asks of whatever the calls land on.
//!
//! The traits have embedded-hal's shape, with two additions that a simulator and a serial link need: calls come
//! with the device time at which they start, and a [`Reply`] says how long they took beyond the bus time that
//! the core computes. What happens outside by itself, and when, is [`Outside`]. A wrapper that records or disturbs
//! the traffic implements the same trait as what it wraps.

mod error;
mod gpio;
mod i2c;
mod line;
mod outside;

use alloc::{boxed::Box, vec::Vec};

pub use error::{BusError, DeviceError, error_code};
pub use gpio::{Gpio, PinUse};
pub use i2c::{BYTE_BITS, BreakOff, CONDITION_BITS, HIGHEST_ADDRESS, I2cBus, I2cWires};
pub use line::{HeldBy, Line};
pub use outside::{Outlook, Outside, Quiet};

/// What a backend answers to a call.
#[derive(Debug)]
pub struct Reply<T = ()> {
    /// The value, or why there is none. The error's code is what the guest sees; the error itself goes to the log
    /// of whoever operates the device.
    pub result: Result<T, Box<dyn DeviceError>>,
    /// How many bytes went over the bus and were acknowledged, address bytes included. Counts only when
    /// `result` is an error; a successful transfer acknowledged everything.
    pub acknowledged: u32,
    /// How long the call took beyond its bus time, nanoseconds: clock stretching, waiting for a free bus.
    pub extra_ns: u64,
}

impl<T> Reply<T> {
    /// Success, in no more than the bus time.
    pub fn ok(value: T) -> Self {
        Self { result: Ok(value), acknowledged: 0, extra_ns: 0 }
    }

    /// Failure after `acknowledged` bytes (address bytes included).
    pub fn failed(error: impl DeviceError + 'static, acknowledged: u32) -> Self {
        Self { result: Err(Box::new(error)), acknowledged, extra_ns: 0 }
    }
}

/// Everything that a device's calls land on.
#[derive(Debug)]
pub struct Hardware {
    /// The pins.
    pub gpio: Box<dyn Gpio>,
    /// The I2C buses.
    pub i2c: Vec<I2cWires>,
    /// What happens outside by itself.
    pub outside: Box<dyn Outside>,
    /// 1 to 16 bytes that tell this device from others.
    pub device_id: Vec<u8>,
    /// Why the device last started.
    pub reset_reason: device_abi::system::ResetReason,
}
