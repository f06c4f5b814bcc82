//! How long an I2C transaction takes on the wires.

use embedded_hal::i2c::Operation;

use crate::backend::{BYTE_BITS, CONDITION_BITS};

/// The speed of a bus, ready for quick sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BitRate {
    hz: u32,
    /// Nanoseconds of one clock cycle where that is a whole number, as at 100 kHz and 400 kHz, else 0.
    whole_ns: u32,
}

impl BitRate {
    /// A bus at `hz` clock cycles per second; 0 counts as 1.
    pub(crate) fn new(hz: u32) -> Self {
        let hz = hz.max(1);
        let whole_ns = if NS_PER_S.is_multiple_of(u64::from(hz)) { NS_PER_S / u64::from(hz) } else { 0 };
        Self { hz, whole_ns: whole_ns as u32 }
    }

    #[inline]
    pub(crate) fn hz(self) -> u32 {
        self.hz
    }

    /// Nanoseconds that `bits` clock cycles take, rounded up.
    #[inline]
    fn ns(self, bits: u64) -> u64 {
        match self.whole_ns {
            0 => (bits * NS_PER_S).div_ceil(u64::from(self.hz)),
            whole_ns => bits * u64::from(whole_ns),
        }
    }
}

const NS_PER_S: u64 = 1_000_000_000;

/// Nanoseconds that the transaction keeps the bus busy, rounded up.
///
/// `acknowledged` is `None` for a transaction that went through, else the number of bytes, address bytes
/// included, that were acknowledged before the one that was not.
#[inline]
pub(crate) fn bus_ns(operations: &[Operation<'_>], acknowledged: Option<u32>, rate: BitRate) -> u64 {
    rate.ns(bits(operations, acknowledged.map_or(u64::MAX, |bytes| u64::from(bytes) + 1)))
}

/// Clock cycles until `most_bytes` bytes, or all, have been sent, and the stop.
#[inline]
fn bits(operations: &[Operation<'_>], most_bytes: u64) -> u64 {
    let (mut conditions, mut bytes, mut reading) = (1, 0, None);
    for operation in operations {
        let reads = matches!(operation, Operation::Read(_));
        if reading != Some(reads) {
            // A new message, with a start and the address.
            if bytes >= most_bytes {
                break;
            }
            conditions += 1;
            bytes += 1;
            reading = Some(reads);
        }
        bytes += len(operation);
    }
    conditions * CONDITION_BITS + bytes.min(most_bytes) * BYTE_BITS
}

#[inline]
fn len(operation: &Operation<'_>) -> u64 {
    match operation {
        Operation::Read(buffer) => buffer.len() as u64,
        Operation::Write(data) => data.len() as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_read_is_two_messages() {
        let mut buffer = [0; 8];
        let operations = [Operation::Write(&[0xf7]), Operation::Read(&mut buffer)];
        // S, address, register, Sr, address, 8 bytes, P.
        assert_eq!(bits(&operations, u64::MAX), 1 + 9 + 9 + 1 + 9 + 8 * 9 + 1);
        assert_eq!(bus_ns(&operations, None, BitRate::new(400_000)), 102 * 2_500);
    }

    #[test]
    fn adjacent_operations_of_one_kind_are_one_message() {
        let operations = [Operation::Write(&[1]), Operation::Write(&[2, 3])];
        assert_eq!(bits(&operations, u64::MAX), 1 + 4 * 9 + 1);
    }

    #[test]
    fn a_missing_acknowledge_ends_the_transaction() {
        let mut buffer = [0; 8];
        let operations = [Operation::Write(&[1, 2]), Operation::Read(&mut buffer)];
        assert_eq!(bus_ns(&operations, Some(0), BitRate::new(100_000)), (1 + 9 + 1) * 10_000);
        assert_eq!(bus_ns(&operations, Some(2), BitRate::new(100_000)), (1 + 27 + 1) * 10_000);
        assert_eq!(bus_ns(&operations, Some(3), BitRate::new(100_000)), (1 + 27 + 1 + 9 + 1) * 10_000);
    }

    #[test]
    fn time_is_rounded_up() {
        assert_eq!(bus_ns(&[Operation::Write(&[])], None, BitRate::new(3)), 11 * 1_000_000_000_u64 / 3 + 1);
    }
}
