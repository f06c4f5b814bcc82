//! A call as it arrives at a backend, in words that a report can show.

use core::fmt;

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use embedded_hal::i2c::Operation;

/// Bytes that a report shows of one message; more are counted only.
const SHOWN_BYTES: usize = 16;

/// One call on a bus or pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// A transaction.
    I2c {
        /// The bus number.
        bus: u32,
        /// The 7-bit address.
        address: u8,
        /// What went over the wires: adjacent operations of one kind are one message.
        messages: Vec<Message>,
    },
    /// A pin is set up.
    PinOpen {
        /// The pin's number.
        pin: u32,
        /// How it is used.
        mode: Mode,
        /// What an output drives at first; `None` for inputs, where it has no meaning.
        initial: Option<Level>,
    },
    /// The level of a pin is asked for.
    PinRead {
        /// The pin's number.
        pin: u32,
    },
    /// An output is driven.
    PinWrite {
        /// The pin's number.
        pin: u32,
        /// To which level.
        level: Level,
    },
    /// A pin becomes a floating input again.
    PinClose {
        /// The pin's number.
        pin: u32,
    },
}

/// One message of a transaction, from a start or repeated start on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// These bytes to the chip.
    Write(Vec<u8>),
    /// So many bytes from the chip.
    Read(usize),
}

/// What a call is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wire {
    /// The I2C bus of this number.
    I2c(u32),
    /// The pin of this number.
    Pin(u32),
}

impl Call {
    /// The transaction that `operations` are.
    pub(crate) fn i2c(bus: u32, address: u8, operations: &[Operation<'_>]) -> Self {
        let mut messages = Vec::new();
        for operation in operations {
            push(
                &mut messages,
                match operation {
                    Operation::Write(bytes) => Message::Write(bytes.to_vec()),
                    Operation::Read(into) => Message::Read(into.len()),
                },
            );
        }
        Self::I2c { bus, address, messages }
    }

    pub(crate) fn open(pin: u32, mode: Mode, initial: Level) -> Self {
        let drives = matches!(mode, Mode::Output | Mode::OutputOpenDrain);
        Self::PinOpen { pin, mode, initial: drives.then_some(initial) }
    }

    /// The bus or pin that it is on.
    #[must_use]
    pub fn wire(&self) -> Wire {
        match *self {
            Self::I2c { bus, .. } => Wire::I2c(bus),
            Self::PinOpen { pin, .. }
            | Self::PinRead { pin }
            | Self::PinWrite { pin, .. }
            | Self::PinClose { pin } => Wire::Pin(pin),
        }
    }
}

/// Adds a message, or lengthens the last one if it goes the same way.
pub(crate) fn push(messages: &mut Vec<Message>, message: Message) {
    match (messages.last_mut(), message) {
        (Some(Message::Write(before)), Message::Write(bytes)) => before.extend(bytes),
        (Some(Message::Read(before)), Message::Read(len)) => *before += len,
        (_, message) => messages.push(message),
    }
}

/// A call that arrived, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenCall {
    /// Its number among all calls on all buses and pins, from 1.
    pub number: u64,
    /// When it started, nanoseconds of device time.
    pub at_ns: u64,
    /// What it was.
    pub call: Call,
    /// The error that the guest got, if any.
    pub failed: Option<ErrorCode>,
}

impl fmt::Display for SeenCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call {} at {}: {}", self.number, Time(self.at_ns), self.call)?;
        match self.failed {
            Some(code) => write!(f, " -> {code}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I2c(bus) => write!(f, "i2c.{bus}"),
            Self::Pin(pin) => write!(f, "pin {pin}"),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.wire())?;
        match self {
            Self::I2c { address, messages, .. } => {
                write!(f, "{address:#04x}")?;
                for message in messages {
                    match message {
                        Message::Write(bytes) => write!(f, " write {}", Bytes(bytes))?,
                        Message::Read(1) => f.write_str(" read 1 byte")?,
                        Message::Read(len) => write!(f, " read {len} bytes")?,
                    }
                }
                Ok(())
            }
            Self::PinOpen { mode, initial: None, .. } => write!(f, "open {mode}"),
            Self::PinOpen { mode, initial: Some(level), .. } => write!(f, "open {mode} {level}"),
            Self::PinRead { .. } => f.write_str("read"),
            Self::PinWrite { level, .. } => write!(f, "write {level}"),
            Self::PinClose { .. } => f.write_str("close"),
        }
    }
}

/// Bytes in hexadecimal, the first few of many.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        for (index, byte) in self.0.iter().take(SHOWN_BYTES).enumerate() {
            write!(f, "{}{byte:02x}", if index == 0 { "" } else { " " })?;
        }
        if self.0.len() > SHOWN_BYTES {
            write!(f, " … {} bytes in all", self.0.len())?;
        }
        f.write_str("]")
    }
}

/// Device time for people: milliseconds, exact to the nanosecond.
pub(crate) struct Time(pub(crate) u64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NS_PER_MS: u64 = 1_000_000;
        write!(f, "{}.{:06} ms", self.0 / NS_PER_MS, self.0 % NS_PER_MS)
    }
}
