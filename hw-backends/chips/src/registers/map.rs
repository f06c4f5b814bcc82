//! A chip's registers as data: what a `registers` chip is told to be.

use alloc::{collections::BTreeMap, vec::Vec};

use super::RegisterMapError;

/// The registers of a chip, one byte each behind an address of one byte.
///
/// # Examples
/// A chip that tells what it is, and has a setting whose upper half is fixed:
/// ```
/// use hw_chips::registers::{Increment, Register, RegisterMap, Registers, Unknown};
///
/// let chip = Registers::new(RegisterMap {
///     registers: vec![
///         Register { read_only: 0xff, ..Register::new(0x0f, 0x33) },
///         Register { read_only: 0xf0, ..Register::new(0x20, 0x07) },
///     ],
///     increment: Increment::Always,
///     unknown: Unknown::Refused,
/// })?;
/// assert_eq!(chip.value(0, 0x0f), Some(0x33));
/// # Ok::<(), hw_chips::registers::RegisterMapError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterMap {
    /// The registers, each address once, in any order.
    pub registers: Vec<Register>,
    /// What a byte more in the same message goes to.
    pub increment: Increment,
    /// What happens at an address that no register has.
    pub unknown: Unknown,
}

/// One register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register {
    /// Where it is.
    pub address: u8,
    /// What it holds after power-on.
    pub reset: u8,
    /// The bits that a write leaves alone.
    pub read_only: u8,
    /// The bits that follow the device time; a write leaves them alone too.
    pub timed: Option<Timed>,
}

/// Bits that are computed from the device time: a count of periods since it began.
///
/// With `mask` 0xff a register is a counter, and several with the same period and `shift` 0, 8, 16 are one of more
/// bytes; with `mask` 0x01 it is a bit that changes every period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timed {
    /// The bits that the count is seen in; the others are stored ones.
    pub mask: u8,
    /// How long one count lasts, in nanoseconds; not 0.
    pub period_ns: u64,
    /// How far the count is shifted right before the mask; 0 to 63.
    pub shift: u8,
}

/// Which register the next byte of the same message is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Increment {
    /// The same again.
    Never,
    /// The one at the next address; after 0xff comes 0x00.
    #[default]
    Always,
    /// The next one if the register address was sent with bit 7 set, otherwise the same again. The bit is no part of
    /// the address: addresses are 0x00 to 0x7f, and after 0x7f comes 0x00.
    WithBit7,
}

/// What a chip does at an address that no register has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// It reads as this value; writes are taken and forgotten.
    ReadsAs(u8),
    /// The chip does not acknowledge: neither the address as a register address, nor data for it. A read that runs
    /// into it finds the line released, 0xff.
    Refused,
}

impl Default for Unknown {
    fn default() -> Self {
        Self::ReadsAs(0)
    }
}

impl Register {
    /// A register whose bits can all be written.
    #[must_use]
    pub fn new(address: u8, reset: u8) -> Self {
        Self { address, reset, read_only: 0, timed: None }
    }
}

impl Timed {
    /// The bits at `at_ns`, 0 outside the mask.
    pub(super) fn bits(&self, at_ns: u64) -> u8 {
        let count = at_ns.checked_div(self.period_ns).unwrap_or(0);
        let seen = count.checked_shr(u32::from(self.shift)).unwrap_or(0);
        seen as u8 & self.mask
    }
}

impl RegisterMap {
    /// The registers by address.
    ///
    /// # Errors
    /// There are none, an address is there twice or cannot be reached, or a timed register has no period or too
    /// long a shift: the first of these in the order of the list.
    pub(super) fn by_address(&self) -> Result<BTreeMap<u8, Register>, RegisterMapError> {
        let mut registers = BTreeMap::new();
        for register in &self.registers {
            let address = register.address;
            if self.increment == Increment::WithBit7 && address > 0x7f {
                return Err(RegisterMapError::OutOfReach { address });
            }
            match register.timed {
                Some(Timed { period_ns: 0, .. }) => return Err(RegisterMapError::NoPeriod { address }),
                Some(Timed { shift, .. }) if shift > 63 => {
                    return Err(RegisterMapError::ShiftTooLong { address, shift });
                }
                _ => {}
            }
            if registers.insert(address, *register).is_some() {
                return Err(RegisterMapError::Twice { address });
            }
        }
        if registers.is_empty() { Err(RegisterMapError::Empty) } else { Ok(registers) }
    }
}
