//! I2C buses at the seam.

use alloc::boxed::Box;

use embedded_hal::i2c::Operation;

use super::Reply;

/// Clock cycles of a start, a repeated start, or a stop.
pub const CONDITION_BITS: u64 = 1;

/// Clock cycles of a byte with its acknowledge (NXP UM10204, section 3.1.5).
pub const BYTE_BITS: u64 = 9;

/// The highest 7-bit address (NXP UM10204, section 3.1.10).
pub const HIGHEST_ADDRESS: u8 = 0x7f;

/// One I2C bus, with the device as controller.
///
/// The core has already checked the address (0 to 0x7f), sizes, and that no read is empty; it computes the
/// bus time.
pub trait I2cBus: core::fmt::Debug + Send {
    /// Runs one transaction: start, address, operations, stop; adjacent operations of one kind are one
    /// message, a change of direction is a repeated start. A single empty write probes the address.
    ///
    /// On failure the contents of the read buffers do not matter.
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply;

    /// Hears the beginning of a transaction that something outside breaks off: start, address, operations, then `end`
    /// and a stop. Wrappers that disturb a bus call it, the core never does.
    ///
    /// It runs as a transaction of its own, unless the bus knows better: one that answers from a script knows whole
    /// transactions only, and hears nothing of this one. `operations` may end with an empty write, of which the address
    /// alone was sent.
    fn broken_off(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: BreakOff,
    ) -> Reply {
        let _ = end;
        self.transaction(at_ns, address, frequency_hz, operations)
    }
}

/// What comes behind the last byte of a transaction that breaks off, before the stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakOff {
    /// A byte that nobody takes.
    AtData,
    /// A repeated start in the other direction, with an address that nobody takes.
    AtRepeatedStart,
}

impl<B: I2cBus + ?Sized> I2cBus for Box<B> {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        (**self).transaction(at_ns, address, frequency_hz, operations)
    }

    fn broken_off(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: BreakOff,
    ) -> Reply {
        (**self).broken_off(at_ns, address, frequency_hz, operations, end)
    }
}

/// A bus and what the board says of it.
#[derive(Debug)]
pub struct I2cWires {
    /// The bus number that guests open.
    pub number: u32,
    /// The highest frequency, which is also the default, in hertz.
    pub frequency_hz: u32,
    /// Where its transactions land.
    pub bus: Box<dyn I2cBus>,
}
