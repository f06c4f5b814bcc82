//! Anything with embedded-hal's traits as a backend: a chip's own drivers, a computer's, a mock.
//!
//! [`HalI2c`] makes a bus of an [`I2c`](embedded_hal::i2c::I2c), [`HalPins`] a board's pins of digital pins. What
//! embedded-hal has no words for comes beside it: [`I2cDetails`] and [`SetUp`].
//!
//! # Time
//!
//! In native mode a guest waits for real wires. Device time is still counted as everywhere: a cost for each call, the
//! bus time that a transaction takes at its frequency, what a sleep asks for. [`HalI2c`] measures what a transaction
//! really took, and adds what was more: clock stretching, the driver's own work, a timeout. The clock's
//! [`Pace`](crate::Pace) then holds device time to the wall's: it never runs ahead of it by more than a millisecond. It
//! may stay behind, because a computing guest costs no device time. So a time in the trace says that so much time has
//! really passed at least; order and distances of calls are those that the guest saw, less its own computing.

mod error;
mod i2c;
mod messages;
mod pins;

pub use error::Answered;
pub use i2c::{FixedFrequency, HalI2c, I2cDetails, acknowledged, transfer};
pub use pins::{HalPins, SetUp, level, pin_state};
