//! Bench mode: a device's calls of the host's hardware, and the host's answers.

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use serde::{Deserialize, Serialize};

use crate::{List, LogLine, Outlook, wire};

/// A call of the host's hardware. The guest waits for its [`Answer`], which has the call's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call<'a> {
    /// Device time at which it starts, nanoseconds.
    pub at_ns: u64,
    /// What is called.
    #[serde(borrow)]
    pub what: What<'a>,
}

/// What of the host's hardware is called: the backend traits, method by method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum What<'a> {
    /// Sets a pin up. Answered by `Done` or `Failed`.
    GpioOpen {
        /// Its number.
        pin: u32,
        /// How it is used.
        #[serde(with = "wire::mode")]
        mode: Mode,
        /// What an output drives.
        #[serde(with = "wire::level")]
        initial: Level,
    },
    /// Asks for a line's level. Answered by `Level` or `Failed`.
    GpioRead {
        /// The pin's number.
        pin: u32,
    },
    /// Drives an output. Answered by `Done` or `Failed`.
    GpioWrite {
        /// The pin's number.
        pin: u32,
        /// The level to drive.
        #[serde(with = "wire::level")]
        level: Level,
    },
    /// Makes a pin a floating input again. Answered by `Done` or `Failed`.
    GpioClose {
        /// Its number.
        pin: u32,
    },
    /// Runs one transaction. Answered by `Data` with the bytes of all reads one behind the other, or by `Failed`.
    I2cTransaction {
        /// The bus number.
        bus: u32,
        /// The 7-bit address.
        address: u8,
        /// The bit rate, hertz.
        frequency_hz: u32,
        /// The operations in order.
        #[serde(borrow)]
        operations: List<'a, Operation<'a>>,
    },
    /// Makes everything happen outside that is due at or before the call's time. Answered by `Done`.
    Advance,
    /// The guest wrote a message, and the outside [listens](Outlook::listens). Answered by `Done`.
    SeenLog(#[serde(borrow)] LogLine<'a>),
    /// A call of the guest ended, and the outside [listens](Outlook::listens). Answered by `Done`.
    SeenCall {
        /// Its record, as in the trace ([`device_abi::trace`]), or the next piece of it: a long one comes in several calls,
        /// and is whole when it has the bytes that it begins with.
        #[serde(borrow, with = "wire::bytes")]
        record: &'a [u8],
    },
}

/// One operation of an I2C transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation<'a> {
    /// Reads this many bytes.
    Read(u32),
    /// Writes these bytes.
    Write(#[serde(borrow, with = "wire::bytes")] &'a [u8]),
}

/// What the host's hardware answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<'a> {
    /// The result.
    #[serde(borrow)]
    pub result: Answered<'a>,
    /// How long the call took beyond its bus time, nanoseconds.
    pub extra_ns: u64,
    /// What the outside wants now.
    pub outlook: Outlook,
}

/// The result of a [`Call`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answered<'a> {
    /// It is done.
    Done,
    /// The line has this level.
    Level(#[serde(with = "wire::level")] Level),
    /// The bytes of all reads, one behind the other.
    Data(#[serde(borrow, with = "wire::bytes")] &'a [u8]),
    /// It failed. The host keeps the error itself for its operator.
    Failed {
        /// What the guest sees of it.
        #[serde(with = "wire::error_code")]
        code: ErrorCode,
        /// How many bytes went over the bus and were acknowledged, address bytes included.
        acknowledged: u32,
    },
}

/// How many events the device may send. The header's number is that of the next event that the host expects; all
/// before it have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credit {
    /// How many events the host takes from the expected one on.
    pub window: u16,
    /// Something was lost: send again from the expected one on.
    pub again: bool,
}
