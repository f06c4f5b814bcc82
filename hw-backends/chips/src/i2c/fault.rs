//! What goes wrong on a bus of chips: in a transaction, and when it is put together.

use alloc::vec::Vec;
use core::fmt;

use device_abi::types::ErrorCode;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use hw_core::backend::{DeviceError, error_code};

/// Why a transaction failed, for whoever operates the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusFault {
    /// The bus number.
    pub bus: u32,
    /// The address that the transaction was for.
    pub address: u8,
    /// What went wrong.
    pub fault: Fault,
}

/// What went wrong in a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No chip has the address.
    NobodyThere {
        /// The addresses of the chips that the bus has, ascending.
        chips: Vec<u8>,
    },
    /// The chip refused its own address.
    AddressRefused,
    /// The chip refused a data byte.
    DataRefused {
        /// Which byte of the message it was, counted from 0.
        index: u32,
        /// The byte.
        byte: u8,
    },
    /// A chip holds the data line low: there is no start, and no chip hears anything.
    SdaHeld {
        /// The address of that chip.
        by: u8,
    },
}

impl BusFault {
    /// embedded-hal's kind of this fault.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.fault {
            Fault::NobodyThere { .. } | Fault::AddressRefused => {
                ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)
            }
            Fault::DataRefused { .. } => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data),
            Fault::SdaHeld { .. } => ErrorKind::Bus,
        }
    }
}

impl DeviceError for BusFault {
    fn code(&self) -> ErrorCode {
        error_code(self.kind())
    }
}

impl fmt::Display for BusFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bus, address, fault } = self;
        match fault {
            Fault::NobodyThere { chips } => {
                write!(f, "i2c.{bus}: no chip at address {address:#04x} (the bus has ")?;
                match chips.split_first() {
                    None => f.write_str("none)"),
                    Some((first, rest)) => {
                        write!(f, "{first:#04x}")?;
                        rest.iter().try_for_each(|chip| write!(f, ", {chip:#04x}"))?;
                        f.write_str(")")
                    }
                }
            }
            Fault::AddressRefused => {
                write!(f, "i2c.{bus}: the chip at {address:#04x} refused its address")
            }
            Fault::DataRefused { index, byte } => {
                write!(
                    f,
                    "i2c.{bus}: the chip at {address:#04x} refused byte {index} of a write, {byte:#04x}"
                )
            }
            Fault::SdaHeld { by } => {
                write!(f, "i2c.{bus}: no transaction to {address:#04x}: the chip at {by:#04x} holds SDA low")
            }
        }
    }
}

impl core::error::Error for BusFault {}

/// Why a chip cannot sit at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachError {
    /// Another chip has the address.
    Taken {
        /// The bus number.
        bus: u32,
        /// The address.
        address: u8,
    },
    /// The address needs more than 7 bits.
    TooHigh {
        /// The bus number.
        bus: u32,
        /// The address.
        address: u8,
    },
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Taken { bus, address } => {
                write!(f, "i2c.{bus}: address {address:#04x} is taken by another chip")
            }
            Self::TooHigh { bus, address } => {
                write!(f, "i2c.{bus}: address {address:#04x} is above 0x7f, the highest 7-bit address")
            }
        }
    }
}

impl core::error::Error for AttachError {}
