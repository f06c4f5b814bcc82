//! The simulated bus: chips at addresses, and who hears what when.

use alloc::{boxed::Box, collections::BTreeMap};

use embedded_hal::i2c::Operation;
use hw_core::backend::{BYTE_BITS, BreakOff, CONDITION_BITS, HIGHEST_ADDRESS, I2cBus, Reply};

use super::{Ack, AttachError, BusFault, Direction, Fault, I2cChip};

/// A two-wire bus with modelled chips on it.
///
/// # Examples
/// ```
/// use hw_chips::{ChipBus, model};
///
/// let bme280 = model("bme280").unwrap();
/// let mut bus = ChipBus::new(0);
/// bus.attach(0x76, (bme280.build)(&bme280.defaults())).unwrap();
/// ```
#[derive(Debug)]
pub struct ChipBus {
    number: u32,
    chips: BTreeMap<u8, Box<dyn I2cChip>>,
}

impl ChipBus {
    /// A bus without chips. Messages name it by `number`.
    #[must_use]
    pub fn new(number: u32) -> Self {
        Self { number, chips: BTreeMap::new() }
    }

    /// Puts `chip` at the 7-bit, unshifted `address`.
    ///
    /// # Errors
    /// The address is taken, or above 0x7f. The bus is unchanged then.
    pub fn attach(&mut self, address: u8, chip: Box<dyn I2cChip>) -> Result<(), AttachError> {
        if address > HIGHEST_ADDRESS {
            return Err(AttachError::TooHigh { bus: self.number, address });
        }
        if self.chips.contains_key(&address) {
            return Err(AttachError::Taken { bus: self.number, address });
        }
        self.chips.insert(address, chip);
        Ok(())
    }

    /// The addresses that have a chip, ascending.
    pub fn addresses(&self) -> impl Iterator<Item = u8> + '_ {
        self.chips.keys().copied()
    }

    /// The chip at `address`, to be changed from outside.
    pub fn chip_mut(&mut self, address: u8) -> Option<&mut (dyn I2cChip + 'static)> {
        self.chips.get_mut(&address).map(Box::as_mut)
    }

    /// The lowest address of a chip that holds the data line at `at_ns`. Every chip is asked.
    fn holder(&mut self, at_ns: u64) -> Option<u8> {
        let mut holder = None;
        for (address, chip) in &mut self.chips {
            if chip.holds_sda(at_ns) && holder.is_none() {
                holder = Some(*address);
            }
        }
        holder
    }
}

impl I2cBus for ChipBus {
    /// Bytes count as acknowledged when their receiver took them; the last byte of a read, which the controller
    /// leaves without acknowledge on purpose, counts too.
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        self.run(at_ns, address, frequency_hz, operations, None)
    }

    fn broken_off(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: BreakOff,
    ) -> Reply {
        self.run(at_ns, address, frequency_hz, operations, Some(end))
    }
}

impl ChipBus {
    fn run(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: Option<BreakOff>,
    ) -> Reply {
        if operations.is_empty() {
            return Reply::ok(());
        }
        let number = self.number;
        let failed =
            |fault, acknowledged| Reply::failed(BusFault { bus: number, address, fault }, acknowledged);
        if let Some(by) = self.holder(at_ns) {
            return failed(Fault::SdaHeld { by }, 0);
        }
        let Some(chip) = self.chips.get_mut(&address) else {
            return failed(Fault::NobodyThere { chips: self.addresses().collect() }, 0);
        };

        let mut wires = Wires { start_ns: at_ns, frequency_hz, bits: 0, bytes: 0 };
        let result = talk(chip.as_mut(), &mut wires, operations);
        if result.is_ok()
            && let Some(end) = end
        {
            break_off(chip.as_mut(), &mut wires, operations, end);
        }
        wires.bits += CONDITION_BITS;
        chip.stop(wires.now_ns());
        match result {
            Ok(()) => Reply::ok(()),
            Err(fault) => failed(fault, wires.bytes),
        }
    }
}

/// What comes before the stop where a transaction breaks off: a byte that does not get through to the chip.
fn break_off(chip: &mut dyn I2cChip, wires: &mut Wires, operations: &[Operation<'_>], end: BreakOff) {
    match end {
        BreakOff::AtData => wires.bits += BYTE_BITS,
        BreakOff::AtRepeatedStart => {
            wires.bits += CONDITION_BITS + BYTE_BITS;
            let direction = match operations.last() {
                Some(Operation::Write(_)) => Direction::Read,
                _ => Direction::Write,
            };
            // Of what a start brings, the chip has the condition; what it says to the address nobody hears.
            let _ = chip.start(wires.now_ns(), direction);
        }
    }
}

/// Everything of a transaction but the stop.
fn talk(chip: &mut dyn I2cChip, wires: &mut Wires, operations: &mut [Operation<'_>]) -> Result<(), Fault> {
    let mut message = None;
    let mut index = 0;
    for operation in operations {
        let direction = match operation {
            Operation::Read(_) => Direction::Read,
            Operation::Write(_) => Direction::Write,
        };
        if message != Some(direction) {
            message = Some(direction);
            index = 0;
            wires.bits += CONDITION_BITS + BYTE_BITS;
            wires.take(chip.start(wires.now_ns(), direction)).ok_or(Fault::AddressRefused)?;
        }
        match operation {
            Operation::Write(bytes) => {
                for &byte in *bytes {
                    wires.bits += BYTE_BITS;
                    wires.take(chip.write(wires.now_ns(), byte)).ok_or(Fault::DataRefused { index, byte })?;
                    index += 1;
                }
            }
            Operation::Read(into) => {
                for byte in into.iter_mut() {
                    *byte = chip.read(wires.now_ns());
                    wires.bits += BYTE_BITS;
                    wires.bytes += 1;
                }
            }
        }
    }
    Ok(())
}

/// How far a transaction has come.
struct Wires {
    start_ns: u64,
    frequency_hz: u32,
    /// Bit times since the transaction began.
    bits: u64,
    /// Bytes that went over the bus and were taken, address bytes included.
    bytes: u32,
}

impl Wires {
    /// Device time at the present bit; at 0 Hz, which the core never asks for, no time passes.
    fn now_ns(&self) -> u64 {
        let elapsed = (self.bits * 1_000_000_000).checked_div(u64::from(self.frequency_hz)).unwrap_or(0);
        self.start_ns.saturating_add(elapsed)
    }

    /// Counts a byte, if it was taken.
    fn take(&mut self, ack: Ack) -> Option<()> {
        (ack == Ack::Ack).then(|| self.bytes += 1)
    }
}

#[cfg(test)]
mod tests;
