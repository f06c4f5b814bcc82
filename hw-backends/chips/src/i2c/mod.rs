//! Two-wire chips and the bus that they sit on.

mod bus;
mod chip;
mod fault;

pub use bus::ChipBus;
pub use chip::{Ack, Direction, I2cChip};
pub use fault::{AttachError, BusFault, Fault};
