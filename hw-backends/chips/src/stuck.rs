//! A chip that holds the data line low: hung in the middle of a byte, or short-circuited.

use alloc::boxed::Box;

use crate::{Ack, ChipModel, Direction, I2cChip, Parameter, catalogue::ANY_ADDRESS};

const NS_PER_MS: f64 = 1e6;
/// Longer than anybody wants to wait: a day.
const LONGEST_MS: f64 = 86_400_000.0;
/// More transactions than a run has.
const MOST_TRANSFERS: f64 = 1e9;

/// The places of the model's parameters.
const AFTER_TRANSFERS: usize = 0;
const FOR_MS: usize = 1;
const HELD: usize = 2;

/// The model as board files see it.
pub(crate) const MODEL: ChipModel = ChipModel {
    name: "stuck",
    about: "chip that holds SDA low, so that everything on its bus fails",
    addresses: ANY_ADDRESS,
    parameters: &[
        Parameter {
            name: "after-transfers",
            about: "how many transactions on the bus come before it holds the line, fractions cut off",
            default: 0.0,
            min: 0.0,
            max: MOST_TRANSFERS,
        },
        Parameter {
            name: "for-ms",
            about: "how long it holds the line, ms; 0: until it is released",
            default: 0.0,
            min: 0.0,
            max: LONGEST_MS,
        },
        Parameter {
            name: "held",
            about: "1: it holds the line, as above; 0: it lets go until this is set to 1",
            default: 1.0,
            min: 0.0,
            max: 1.0,
        },
    ],
    memory_bytes: 0,
    build: |values| {
        let value = |index: usize| values.get(index).copied().unwrap_or(MODEL.parameters[index].default);
        let stuck = Stuck::new(value(AFTER_TRANSFERS) as u64, length_ns(value(FOR_MS)));
        Box::new(if is_held(value(HELD)) { stuck } else { Stuck { grip: Grip::Released, ..stuck } })
    },
};

/// A chip that holds the data line low. While it does not, it acknowledges everything and reads as 0x00.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    grip: Grip,
    /// `None`: until it is released.
    for_ns: Option<u64>,
}

/// Whether the chip holds the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grip {
    /// It will hold it after so many more transactions.
    After(u64),
    /// It holds it, until then if that is known.
    Holds { until_ns: Option<u64> },
    /// It has let it go.
    Released,
}

impl Stuck {
    /// A chip that lets `after_transfers` transactions on its bus pass and holds the line from the next one on: for
    /// `for_ns` nanoseconds, or until it is released.
    #[must_use]
    pub fn new(after_transfers: u64, for_ns: Option<u64>) -> Self {
        Self { grip: Grip::After(after_transfers), for_ns }
    }

    /// Holds the line from `at_ns` on.
    fn hold(&mut self, at_ns: u64) {
        self.grip = Grip::Holds { until_ns: self.for_ns.map(|ns| at_ns.saturating_add(ns)) };
    }
}

/// The time that `for-ms` means, rounded to nanoseconds.
fn length_ns(ms: f64) -> Option<u64> {
    (ms > 0.0).then_some((ms * NS_PER_MS + 0.5) as u64)
}

fn is_held(value: f64) -> bool {
    value >= 0.5
}

impl I2cChip for Stuck {
    fn start(&mut self, _at_ns: u64, _direction: Direction) -> Ack {
        Ack::Ack
    }

    fn write(&mut self, _at_ns: u64, _byte: u8) -> Ack {
        Ack::Ack
    }

    fn read(&mut self, _at_ns: u64) -> u8 {
        0x00
    }

    fn stop(&mut self, _at_ns: u64) {}

    /// `held` takes effect at once: 1 holds the line from `at_ns` on, for as long as `for-ms` says, and 0 releases it.
    /// `after-transfers` lets go too, and counts from now. `for-ms` is for the next time: a hold that has begun stays
    /// as it is.
    fn set(&mut self, at_ns: u64, parameter: &str, value: f64) -> bool {
        match MODEL.parameter(parameter) {
            Some(AFTER_TRANSFERS) => self.grip = Grip::After(value as u64),
            Some(FOR_MS) => self.for_ns = length_ns(value),
            Some(HELD) if is_held(value) => self.hold(at_ns),
            Some(HELD) => self.grip = Grip::Released,
            _ => return false,
        }
        true
    }

    fn holds_sda(&mut self, at_ns: u64) -> bool {
        match self.grip {
            Grip::After(0) => self.hold(at_ns),
            Grip::After(left) => self.grip = Grip::After(left - 1),
            Grip::Holds { until_ns: Some(until_ns) } if until_ns <= at_ns => self.grip = Grip::Released,
            Grip::Holds { .. } | Grip::Released => {}
        }
        matches!(self.grip, Grip::Holds { .. })
    }
}
