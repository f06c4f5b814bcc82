//! A chip that acknowledges its address and then refuses data.

use alloc::boxed::Box;

use crate::{Ack, ChipModel, Direction, I2cChip, Parameter, catalogue::ANY_ADDRESS};

/// More bytes than any message has: none is refused.
const MOST_BYTES: f64 = 65_535.0;

/// The model as board files see it.
pub(crate) const MODEL: ChipModel = ChipModel {
    name: "refusing",
    about: "chip that acknowledges its address and refuses data",
    addresses: ANY_ADDRESS,
    parameters: &[Parameter {
        name: "takes-bytes",
        about: "how many bytes of every write it takes, fractions cut off",
        default: 0.0,
        min: 0.0,
        max: MOST_BYTES,
    }],
    memory_bytes: 0,
    build: |values| Box::new(Refusing::new(values.first().map_or(0, |takes| *takes as u32))),
};

/// A chip that takes the first bytes of every write and refuses the rest. It reads as 0xff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusing {
    takes: u32,
    /// Bytes of the present message that it took.
    taken: u32,
}

impl Refusing {
    /// A chip that takes `takes` bytes of every write, counted from 0 after each start and repeated start.
    #[must_use]
    pub fn new(takes: u32) -> Self {
        Self { takes, taken: 0 }
    }
}

impl I2cChip for Refusing {
    fn start(&mut self, _at_ns: u64, _direction: Direction) -> Ack {
        self.taken = 0;
        Ack::Ack
    }

    fn write(&mut self, _at_ns: u64, _byte: u8) -> Ack {
        if self.taken >= self.takes {
            return Ack::Nack;
        }
        self.taken += 1;
        Ack::Ack
    }

    fn read(&mut self, _at_ns: u64) -> u8 {
        0xff
    }

    fn stop(&mut self, _at_ns: u64) {}

    fn set(&mut self, _at_ns: u64, parameter: &str, value: f64) -> bool {
        let known = MODEL.parameter(parameter).is_some();
        if known {
            self.takes = value as u32;
        }
        known
    }
}
