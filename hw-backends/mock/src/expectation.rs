//! One expected call and its answer.

use core::{fmt, ops::RangeInclusive};

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use embedded_hal::i2c::ErrorKind;
use hw_core::backend::error_code;

use crate::{
    call::{Bytes, Call, Message, push},
    faulty::failing_after,
};

/// A call that is expected, and what answers it. Made from a [`Transaction`] or a [`PinCall`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    pub(crate) call: Call,
    pub(crate) answer: Answer,
    /// Where it was written down; may be empty.
    pub(crate) origin: String,
}

impl Expectation {
    /// Reports name `origin`, like `expectations.toml:12`, behind the expectation.
    #[must_use]
    pub fn written_in(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }
}

/// An expected I2C transaction. It succeeds in bus time unless told otherwise.
///
/// # Examples
/// ```
/// use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
/// use hw_mock::Transaction;
///
/// let identify = Transaction::new(0, 0x76).write([0xd0]).read([0x60]);
/// let refused = Transaction::new(0, 0x50)
///     .write([0x00, 0x10, 0xaa])
///     .fails(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    bus: u32,
    address: u8,
    messages: Vec<Message>,
    answer: Answer,
}

/// An expected call on a pin. It succeeds at once unless told otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinCall {
    call: Call,
    answer: Answer,
}

/// What an expected call is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// For all reads of a transaction, one behind the other.
    pub(crate) bytes: Vec<u8>,
    /// For the read of a pin.
    pub(crate) level: Level,
    /// The error instead, and how many bytes were acknowledged before it.
    pub(crate) failure: Option<(ErrorCode, u32)>,
    pub(crate) extra_ns: u64,
}

impl Answer {
    fn new() -> Self {
        Self { bytes: Vec::new(), level: Level::Low, failure: None, extra_ns: 0 }
    }
}

impl Transaction {
    /// A transaction on bus `bus` with the chip at the 7-bit `address`, so far without a message.
    #[must_use]
    pub fn new(bus: u32, address: u8) -> Self {
        Self { bus, address, messages: Vec::new(), answer: Answer::new() }
    }

    /// The guest writes exactly `bytes`. An empty write, alone, is a probe of the address.
    ///
    /// Writes in a row are one message, as on the wires: how the guest splits them does not matter.
    #[must_use]
    pub fn write(mut self, bytes: impl AsRef<[u8]>) -> Self {
        push(&mut self.messages, Message::Write(bytes.as_ref().to_vec()));
        self
    }

    /// The guest reads exactly as many bytes as `answer` has, and gets them.
    #[must_use]
    pub fn read(mut self, answer: impl AsRef<[u8]>) -> Self {
        let answer = answer.as_ref();
        push(&mut self.messages, Message::Read(answer.len()));
        self.answer.bytes.extend_from_slice(answer);
        self
    }

    /// The guest gets an error, after `acknowledged` bytes went over the bus, address bytes included.
    #[must_use]
    pub fn fails(self, kind: ErrorKind, acknowledged: u32) -> Self {
        self.fails_with(error_code(kind), acknowledged)
    }

    /// The same, for errors that embedded-hal does not know, like `timed-out`.
    #[must_use]
    pub fn fails_with(mut self, code: ErrorCode, acknowledged: u32) -> Self {
        self.answer.failure = Some((code, acknowledged));
        self
    }

    /// After how many acknowledged bytes, address bytes included, the messages so far can fail with `code`: a missing
    /// acknowledge only where the chip owes one. Ranges ascend, with gaps between them; none: it cannot fail so.
    /// [`fails`](Self::fails) takes other numbers, too, and a guest never sees them.
    #[must_use]
    pub fn can_fail_after(&self, code: ErrorCode) -> Vec<RangeInclusive<u32>> {
        failing_after(&self.messages, code)
    }

    /// The transaction takes `extra_ns` nanoseconds beyond its bus time.
    #[must_use]
    pub fn takes(mut self, extra_ns: u64) -> Self {
        self.answer.extra_ns = extra_ns;
        self
    }
}

impl PinCall {
    /// The guest opens pin `pin` as an input.
    #[must_use]
    pub fn open_input(pin: u32) -> Self {
        Self::open(pin, Mode::Input, Level::Low)
    }

    /// The guest opens pin `pin` as an output that first drives `initial`.
    #[must_use]
    pub fn open_output(pin: u32, initial: Level) -> Self {
        Self::open(pin, Mode::Output, initial)
    }

    /// The guest opens pin `pin` in `mode`; `initial` counts for outputs only.
    #[must_use]
    pub fn open(pin: u32, mode: Mode, initial: Level) -> Self {
        Self { call: Call::open(pin, mode, initial), answer: Answer::new() }
    }

    /// The guest reads pin `pin` and finds it at `level`.
    #[must_use]
    pub fn read(pin: u32, level: Level) -> Self {
        Self { call: Call::PinRead { pin }, answer: Answer { level, ..Answer::new() } }
    }

    /// The guest drives pin `pin` to `level`. A toggle arrives as a write too.
    #[must_use]
    pub fn write(pin: u32, level: Level) -> Self {
        Self { call: Call::PinWrite { pin, level }, answer: Answer::new() }
    }

    /// The guest gets an error.
    #[must_use]
    pub fn fails(mut self, code: ErrorCode) -> Self {
        self.answer.failure = Some((code, 0));
        self
    }
}

impl From<Transaction> for Expectation {
    fn from(transaction: Transaction) -> Self {
        let Transaction { bus, address, messages, mut answer } = transaction;
        if answer.failure.is_some() {
            // Nobody gets them.
            answer.bytes = Vec::new();
        }
        Self { call: Call::I2c { bus, address, messages }, answer, origin: String::new() }
    }
}

impl From<PinCall> for Expectation {
    fn from(PinCall { call, answer }: PinCall) -> Self {
        Self { call, answer, origin: String::new() }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, answer, origin } = self;
        call.fmt(f)?;
        match (answer.failure, call) {
            (Some((code, _)), Call::I2c { .. }) if code == ErrorCode::NoAcknowledgeAddress => {
                write!(f, " -> {code}")
            }
            (Some((code, acknowledged)), Call::I2c { .. }) => {
                write!(f, " -> {code} after {acknowledged} bytes")
            }
            (Some((code, _)), _) => write!(f, " -> {code}"),
            (None, Call::PinRead { .. }) => write!(f, " -> {}", answer.level),
            (None, _) if !answer.bytes.is_empty() => write!(f, " -> {}", Bytes(&answer.bytes)),
            (None, _) => Ok(()),
        }?;
        if origin.is_empty() { Ok(()) } else { write!(f, " ({origin})") }
    }
}
