//! What can go wrong, why it did, and the error that tells.

use core::fmt;

use device_abi::types::ErrorCode;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use hw_core::backend::{DeviceError, error_code};

/// One way for a transaction to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody acknowledges byte `byte` of the transaction, address bytes included, from 0: byte 0 is the first
    /// address. The bytes before it reach the chip; a script, or a user's mock, hears nothing of the transaction. A
    /// chip does not acknowledge bytes that are read from it: a transaction whose byte `byte` is one of those, or that
    /// is shorter, is left alone. Where the chip itself refuses an earlier byte, the fault waits for another.
    Nack {
        /// Which byte.
        byte: u32,
    },
    /// Another controller wins the bus during the first address byte; the chip hears nothing.
    ArbitrationLost,
    /// Something holds the bus for so long, from the start of this transaction on: it and all that start before the
    /// end fail with `bus`, and the chips hear nothing. With 0 ns it is this one alone.
    StuckFor {
        /// Nanoseconds of device time.
        ns: u64,
    },
    /// The chip stops driving the data line after `bytes` bytes of the transaction that are read from it. A controller
    /// cannot notice: it clocks on, and takes the bits of the idle line for the rest, all of them 1 (the line is pulled
    /// up, NXP UM10204 rev. 7, section 3.1.1). So the transaction succeeds, with 0xff for what is missing; the chip
    /// itself hears it whole. A transaction that reads no more than that is left alone.
    ShortRead {
        /// How many bytes the chip delivers.
        bytes: u32,
    },
    /// The chip stretches the clock in the first address byte; the transaction takes longer, and the chip hears it, to the
    /// stop, so much later.
    Slow {
        /// Nanoseconds beyond bus time.
        extra_ns: u64,
    },
}

/// Why a transaction was disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The plan's rule of this number, from 1.
    Rule(usize),
    /// Chance, from this seed.
    Seed(u64),
}

/// An injected fault, as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultError {
    /// The bus number.
    pub bus: u32,
    /// The transaction's number on the bus, from 1.
    pub transaction: u64,
    /// The address that it was for.
    pub address: u8,
    /// What went wrong.
    pub fault: Fault,
    /// Whether the byte that was not acknowledged was an address.
    pub at_address: bool,
    /// Why.
    pub cause: Cause,
}

impl FaultError {
    /// embedded-hal's kind of this fault.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.fault {
            Fault::Nack { .. } if self.at_address => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            Fault::Nack { .. } => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data),
            Fault::ArbitrationLost => ErrorKind::ArbitrationLoss,
            Fault::StuckFor { .. } => ErrorKind::Bus,
            Fault::ShortRead { .. } | Fault::Slow { .. } => ErrorKind::Other,
        }
    }
}

impl DeviceError for FaultError {
    fn code(&self) -> ErrorCode {
        error_code(self.kind())
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bus, transaction, address, fault, cause, .. } = self;
        write!(f, "i2c.{bus}: transaction {transaction}, to {address:#04x}: {fault}, injected by {cause}")
    }
}

impl core::error::Error for FaultError {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nack { byte } => write!(f, "no acknowledge at byte {byte}"),
            Self::ArbitrationLost => f.write_str("arbitration lost"),
            Self::StuckFor { ns: 0 } => f.write_str("bus stuck"),
            Self::StuckFor { ns } => write!(f, "bus stuck for {ns} ns"),
            Self::ShortRead { bytes } => write!(f, "short read of {bytes} bytes"),
            Self::Slow { extra_ns } => write!(f, "slow by {extra_ns} ns"),
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(number) => write!(f, "rule {number}"),
            Self::Seed(seed) => write!(f, "seed {seed}"),
        }
    }
}
