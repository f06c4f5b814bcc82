//! One of the host's I2C buses.

use alloc::{boxed::Box, vec::Vec};

use device_link::{Answer, Answered, List, Operation as LinkOperation, What};
use embedded_hal::i2c::Operation;
use hw_core::backend::{I2cBus, Reply};

use super::{Disconnected, RemoteError};
use crate::agent::{HostGone, Shared};

/// One of the host's I2C buses.
#[derive(Debug)]
pub(crate) struct Bus {
    shared: Shared,
    app: u8,
    number: u32,
}

impl Bus {
    pub(crate) fn new(shared: Shared, app: u8, number: u32) -> Self {
        Self { shared, app, number }
    }
}

impl I2cBus for Bus {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let (shared, app, bus) = (&self.shared, self.app, self.number);
        let (sent, mut reads): (Vec<_>, Vec<_>) = operations.iter_mut().map(split).unzip();
        let what =
            What::I2cTransaction { bus, address, frequency_hz, operations: List::from(sent.as_slice()) };
        let read = |answer: &Answer<'_>| match answer.result {
            Answered::Data(data) if fill(&mut reads, data) => {
                Reply { result: Ok(()), acknowledged: 0, extra_ns: answer.extra_ns }
            }
            Answered::Failed { code, acknowledged } => {
                Reply { result: Err(Box::new(RemoteError(code))), acknowledged, extra_ns: answer.extra_ns }
            }
            _ => Reply::failed(Disconnected, 0),
        };
        let called = shared.with(|agent| agent.call(app, at_ns, what, read));
        called.unwrap_or_else(|HostGone| Reply::failed(Disconnected, 0))
    }
}

/// An operation as it is sent, and the buffer that its answer goes to.
fn split<'o>(operation: &'o mut Operation<'_>) -> (LinkOperation<'o>, &'o mut [u8]) {
    match operation {
        Operation::Read(into) => (LinkOperation::Read(into.len() as u32), into),
        Operation::Write(bytes) => (LinkOperation::Write(bytes), &mut []),
    }
}

/// Puts the bytes of all reads, one behind the other, into their buffers. Whether they are as many as were asked for.
fn fill(reads: &mut [&mut [u8]], mut data: &[u8]) -> bool {
    if reads.iter().map(|into| into.len()).sum::<usize>() != data.len() {
        return false;
    }
    for into in reads {
        let (own, rest) = data.split_at(into.len());
        into.copy_from_slice(own);
        data = rest;
    }
    true
}
