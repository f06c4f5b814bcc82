//! Why a list of registers describes no chip.

use core::fmt;

/// Why a list of registers describes no chip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterMapError {
    /// There is no register.
    Empty,
    /// Two registers have the address.
    Twice {
        /// The address.
        address: u8,
    },
    /// The register's address has bit 7 set, which asks for increments instead.
    OutOfReach {
        /// The address.
        address: u8,
    },
    /// The register counts periods of no length.
    NoPeriod {
        /// The register's address.
        address: u8,
    },
    /// The register shifts its count, which has 64 bits, by more than 63.
    ShiftTooLong {
        /// The register's address.
        address: u8,
        /// The shift.
        shift: u8,
    },
}

impl fmt::Display for RegisterMapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the chip has no register, must have at least one"),
            Self::Twice { address } => write!(f, "register {address:#04x} is there twice"),
            Self::OutOfReach { address } => {
                write!(f, "register {address:#04x} is above 0x7f: bit 7 asks for increments")
            }
            Self::NoPeriod { address } => {
                write!(f, "the period of register {address:#04x} is 0 ns, must be at least 1 ns")
            }
            Self::ShiftTooLong { address, shift } => {
                write!(f, "the shift of register {address:#04x} is {shift}, must be 0 to 63")
            }
        }
    }
}

impl core::error::Error for RegisterMapError {}
