//! What the tests share: a bus that remembers, and short ways to say a transaction.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::sync::{Arc, Mutex};

use device_abi::types::ErrorCode;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource, Operation};
use hw_core::backend::{BusError, I2cBus, Reply};

/// Part of a transaction, as the tests write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Write(Vec<u8>),
    Read(usize),
}

/// Start time, address, and what the operations were.
pub type Heard = (u64, u8, Vec<Step>);

/// A bus that remembers; its reads give 1, 2, 3 … counted over the transaction.
#[derive(Debug, Default, Clone)]
pub struct Bus(pub Arc<Mutex<Vec<Heard>>>);

impl I2cBus for Bus {
    fn transaction(&mut self, at_ns: u64, address: u8, _hz: u32, operations: &mut [Operation<'_>]) -> Reply {
        let mut next = 0_u8;
        let steps = operations.iter_mut().map(|operation| match operation {
            Operation::Write(bytes) => Step::Write(bytes.to_vec()),
            Operation::Read(into) => {
                into.fill_with(|| {
                    next = next.wrapping_add(1);
                    next
                });
                Step::Read(into.len())
            }
        });
        self.0.lock().unwrap().push((at_ns, address, steps.collect()));
        Reply { extra_ns: 7, ..Reply::ok(()) }
    }
}

/// A bus with a chip at address 0x50, and none elsewhere.
#[derive(Debug, Default, Clone)]
pub struct OneChip(pub Bus);

impl I2cBus for OneChip {
    fn transaction(&mut self, at_ns: u64, address: u8, hz: u32, operations: &mut [Operation<'_>]) -> Reply {
        match address {
            0x50 => self.0.transaction(at_ns, address, hz, operations),
            _ => Reply::failed(BusError(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)), 0),
        }
    }
}

/// What came of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// All bytes read, or the code that the guest sees.
    pub result: Result<Vec<u8>, ErrorCode>,
    pub acknowledged: u32,
    pub extra_ns: u64,
    /// The error's text.
    pub error: String,
}

pub fn run(bus: &mut dyn I2cBus, at_ns: u64, address: u8, steps: &[Step]) -> Outcome {
    let mut buffers = steps.iter().map(|step| match step {
        Step::Write(_) => Vec::new(),
        Step::Read(len) => vec![0; *len],
    });
    let mut buffers = buffers.by_ref().collect::<Vec<_>>();
    let operations = steps.iter().zip(&mut buffers).map(|(step, buffer)| match step {
        Step::Write(bytes) => Operation::Write(bytes),
        Step::Read(_) => Operation::Read(buffer),
    });
    let reply = bus.transaction(at_ns, address, 400_000, &mut operations.collect::<Vec<_>>());
    let error = reply.result.as_ref().err().map(ToString::to_string).unwrap_or_default();
    Outcome {
        result: reply.result.map(|()| buffers.concat()).map_err(|error| error.code()),
        acknowledged: reply.acknowledged,
        extra_ns: reply.extra_ns,
        error,
    }
}

pub fn write(bytes: &[u8]) -> Step {
    Step::Write(bytes.to_vec())
}

pub fn read(len: usize) -> Step {
    Step::Read(len)
}
