//! A chip that never acknowledges: broken, unpowered, or not soldered where it should be.

use alloc::boxed::Box;

use crate::{Ack, ChipModel, Direction, I2cChip, catalogue::ANY_ADDRESS};

/// The model as board files see it.
pub(crate) const MODEL: ChipModel = ChipModel {
    name: "dead",
    about: "chip that never acknowledges its address",
    addresses: ANY_ADDRESS,
    parameters: &[],
    memory_bytes: 0,
    build: |_| Box::new(Dead),
};

/// A chip that refuses its address and leaves the lines alone.
///
/// A guest cannot tell it from an empty address; the message for the operator can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dead;

impl I2cChip for Dead {
    fn start(&mut self, _at_ns: u64, _direction: Direction) -> Ack {
        Ack::Nack
    }

    fn write(&mut self, _at_ns: u64, _byte: u8) -> Ack {
        Ack::Nack
    }

    fn read(&mut self, _at_ns: u64) -> u8 {
        // Nobody pulls the line low.
        0xff
    }

    fn stop(&mut self, _at_ns: u64) {}
}
