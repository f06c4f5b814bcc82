//! Stateful models of chips and parts, and the simulated bus and pins that they sit on.
//!
//! A chip is written against [`I2cChip`], byte by byte as its datasheet describes it, and listed in [`MODELS`] under
//! the name that board files use; simple ones are described by data, see [`registers`]. [`ChipBus`] and
//! [`SimulatedGpio`] are backends: they stand behind the seam of `hw-core` like a real bus and real pins do. Time comes
//! in with every call; nothing here reads a clock.

#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod at24c256;
pub mod bme280;
mod catalogue;
mod dead;
mod gpio;
mod i2c;
mod refusing;
pub mod registers;
mod stuck;

pub use catalogue::{ANY_ADDRESS, ChipModel, MODELS, Parameter, address_choices, model};
pub use dead::Dead;
pub use gpio::{Button, GpioError, HeldBy, Line, Pin, Pull, SimulatedGpio};
pub use i2c::{Ack, AttachError, BusFault, ChipBus, Direction, Fault, I2cChip};
pub use refusing::Refusing;
pub use stuck::Stuck;
