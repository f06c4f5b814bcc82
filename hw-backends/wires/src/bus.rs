//! An I2C bus whose traffic is recorded.

use device_abi::types::ErrorCode;
use embedded_hal::i2c::Operation;
use hw_core::backend::{BreakOff, I2cBus, Reply};

use crate::{Recorder, Transaction, WireEvent, symbols::symbols};

/// Wraps a bus, is one, and tells a [`Recorder`] what goes over it.
#[derive(Debug)]
pub struct TracedBus<B> {
    number: u32,
    bus: B,
    recorder: Recorder,
}

impl<B: I2cBus> TracedBus<B> {
    /// Records what goes over `bus` under its `number`.
    pub fn new(number: u32, bus: B, recorder: Recorder) -> Self {
        Self { number, bus, recorder }
    }
}

impl<B: I2cBus> I2cBus for TracedBus<B> {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let reply = self.bus.transaction(at_ns, address, frequency_hz, operations);
        self.record(at_ns, address, frequency_hz, operations, &reply);
        reply
    }

    fn broken_off(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: BreakOff,
    ) -> Reply {
        let reply = self.bus.broken_off(at_ns, address, frequency_hz, operations, end);
        self.record(at_ns, address, frequency_hz, operations, &reply);
        reply
    }
}

impl<B> TracedBus<B> {
    fn record(
        &self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &[Operation<'_>],
        reply: &Reply,
    ) {
        let acknowledged = reply.result.is_err().then_some(reply.acknowledged);
        let failed = reply.result.as_ref().err().map(|error| error.code()).filter(|code| !is_refusal(*code));
        let symbols = symbols(address, operations, acknowledged, failed);
        if symbols.is_empty() {
            return;
        }
        let (bus, extra_ns) = (self.number, reply.extra_ns);
        let transaction = Transaction { bus, at_ns, frequency_hz, symbols, extra_ns, failed };
        self.recorder.record(WireEvent::I2c(transaction));
    }
}

/// Whether an error says no more than that a byte was not acknowledged.
fn is_refusal(code: ErrorCode) -> bool {
    use ErrorCode::{NoAcknowledgeAddress, NoAcknowledgeData, NoAcknowledgeUnknown};
    matches!(code, NoAcknowledgeAddress | NoAcknowledgeData | NoAcknowledgeUnknown)
}
