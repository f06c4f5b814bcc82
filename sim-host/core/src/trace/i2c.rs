//! What a guest did on an i2c bus.

use device_abi::{
    trace::{LONG_DATA_FIRST, Record, Status, Value},
    types::ErrorCode,
};

use super::Trace;

/// The transactions on one bus, or with one address of it, in order.
///
/// Counted is what the guest asked for: also what was refused before anything went over the wires, like an address above
/// 0x7f. Calls with a handle that was not open belong to no bus, and a call that trapped asked for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct I2cTraffic<'t> {
    transactions: Vec<Transaction<'t>>,
}

/// One transaction: from start to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction<'t> {
    /// Device time at the start of the call, microseconds, rounded down.
    pub start_us: u64,
    /// The address, 7 bits, unshifted.
    pub address: u16,
    /// What was asked for, in order. Empty if there were more operations than any profile grants.
    pub steps: Vec<Step<'t>>,
    /// How it ended.
    pub outcome: Result<(), ErrorCode>,
}

/// One step of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<'t> {
    /// The guest sent these bytes; none: it probed the address.
    Write(&'t [u8]),
    /// The guest wanted to send more bytes than any transfer of the profile has; it was refused, and not all were kept.
    LongWrite {
        /// How many there were.
        len: u32,
        /// The first of them.
        first: &'t [u8; LONG_DATA_FIRST],
        /// CRC-32 of them all (IEEE 802.3).
        crc32: u32,
    },
    /// The guest asked for this many bytes.
    Read {
        /// How many.
        len: u32,
        /// What came; empty if the transaction failed.
        bytes: &'t [u8],
    },
}

impl<'t> I2cTraffic<'t> {
    pub(super) fn on(trace: &'t Trace, bus: u32) -> Self {
        let calls = trace.resolved().filter(|call| call.bus() == Some(bus));
        Self { transactions: calls.filter_map(|call| Transaction::of(&call.record)).collect() }
    }

    /// Only what went to `address` (7 bits, unshifted: 0x76, not 0xec).
    #[must_use]
    pub fn at(mut self, address: u16) -> Self {
        self.transactions.retain(|transaction| transaction.address == address);
        self
    }

    /// All transactions, also those that failed.
    #[must_use]
    pub fn transactions(&self) -> &[Transaction<'t>] {
        &self.transactions
    }

    /// How many transactions there were, also those that failed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.transactions.len()
    }

    /// What the guest sent: the bytes of each transaction that succeeded and has a write. Several writes of one
    /// transaction are joined; a probe is an entry without bytes.
    #[must_use]
    pub fn writes(&self) -> Vec<Vec<u8>> {
        self.joined(|step| match step {
            Step::Write(bytes) => Some(bytes),
            Step::Read { .. } | Step::LongWrite { .. } => None,
        })
    }

    /// What the guest received: the bytes of each transaction that succeeded and has a read. Several reads of one
    /// transaction are joined.
    #[must_use]
    pub fn reads(&self) -> Vec<Vec<u8>> {
        self.joined(|step| match step {
            Step::Read { bytes, .. } => Some(bytes),
            Step::Write(_) | Step::LongWrite { .. } => None,
        })
    }

    /// The error codes of the transactions that failed.
    #[must_use]
    pub fn errors(&self) -> Vec<ErrorCode> {
        self.transactions.iter().filter_map(|transaction| transaction.outcome.err()).collect()
    }

    fn joined(&self, bytes_of: impl Fn(&Step<'t>) -> Option<&'t [u8]>) -> Vec<Vec<u8>> {
        let succeeded = self.transactions.iter().filter(|transaction| transaction.outcome.is_ok());
        let parts = succeeded.map(|done| done.steps.iter().filter_map(&bytes_of).collect::<Vec<_>>());
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.concat()).collect()
    }
}

impl<'t> Transaction<'t> {
    /// The transaction that a call is; `None` for calls that are none, like `open`.
    fn of(record: &Record<'t>) -> Option<Self> {
        let [_, Value::Small(address), asked @ ..] = record.args.as_slice() else { return None };
        let outcome = match record.status {
            Status::Failed(code) => Err(code),
            _ => Ok(()),
        };
        let mut outputs = record.outputs.iter().copied();
        let mut steps = Vec::new();
        for value in asked {
            match value {
                Value::List(operations) => {
                    for operation in operations {
                        if let Value::Variant(_, Some(payload)) = operation {
                            steps.extend(Step::of(payload, &mut outputs));
                        }
                    }
                }
                single => steps.extend(Step::of(single, &mut outputs)),
            }
        }
        Some(Self { start_us: record.start_us(), address: *address, steps, outcome })
    }
}

impl<'t> Step<'t> {
    /// The step that an argument stands for: data is sent, a buffer is filled with the next of the outputs.
    fn of(value: &Value<'t>, outputs: &mut impl Iterator<Item = &'t [u8]>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(Self::Write(bytes)),
            Value::LongBytes { len, first, crc32 } => {
                Some(Self::LongWrite { len: *len, first, crc32: *crc32 })
            }
            Value::Buffer(len) => Some(Self::Read { len: *len, bytes: outputs.next().unwrap_or_default() }),
            _ => None,
        }
    }
}
