//! From operations and a reply to what was on the wires.

use device_abi::types::ErrorCode;
use embedded_hal::i2c::Operation;

use crate::Symbol;

/// What a bus that nobody pulls down reads.
const RELEASED: u8 = 0xff;

/// The symbols of a transaction that is over; none when there are no operations.
///
/// `acknowledged` is `None` for a transaction that went through, else the number of bytes, address bytes included,
/// that were acknowledged before the one that was not: that one is the last, and when it is a read, nobody knows
/// its value. When another error `failed` it, nobody knows anything of that byte; only of a bus that was stuck before the
/// first byte, which a controller cannot begin on.
pub(crate) fn symbols(
    address: u8,
    operations: &[Operation<'_>],
    acknowledged: Option<u32>,
    failed: Option<ErrorCode>,
) -> Vec<Symbol> {
    if (failed, acknowledged) == (Some(ErrorCode::Bus), Some(0)) && !operations.is_empty() {
        return vec![Symbol::Stuck];
    }
    // At most start and address for each operation, and the stop.
    let most = operations.iter().map(|operation| 2 + data(operation).len()).sum::<usize>() + 1;
    let mut sent = Sent { symbols: Vec::with_capacity(most), bytes: 0, acknowledged, failed };
    let mut reading = None;
    for operation in operations {
        let reads = matches!(operation, Operation::Read(_));
        if reading != Some(reads) {
            if sent.is_over() {
                break;
            }
            sent.end_message(reading);
            reading = Some(reads);
            sent.symbols.push(Symbol::Start);
            sent.byte(address << 1 | u8::from(reads), false);
        }
        for &byte in data(operation) {
            sent.byte(byte, reads);
        }
    }
    if reading.is_some() {
        sent.end_message(reading);
        sent.symbols.push(Symbol::Stop);
    }
    if acknowledged.is_some() {
        // Whoever keeps it does not keep room for what was not sent.
        sent.symbols.shrink_to_fit();
    }
    sent.symbols
}

fn data<'o>(operation: &'o Operation<'_>) -> &'o [u8] {
    match operation {
        Operation::Read(buffer) => buffer,
        Operation::Write(data) => data,
    }
}

/// What has been on the wires so far.
struct Sent {
    symbols: Vec<Symbol>,
    bytes: u32,
    acknowledged: Option<u32>,
    failed: Option<ErrorCode>,
}

impl Sent {
    /// Whether a byte was refused.
    fn is_over(&self) -> bool {
        self.acknowledged.is_some_and(|acknowledged| self.bytes > acknowledged)
    }

    fn byte(&mut self, value: u8, is_read: bool) {
        if self.is_over() {
            return;
        }
        self.bytes += 1;
        let acknowledged = !self.is_over();
        let value = if is_read && !acknowledged { RELEASED } else { value };
        self.symbols.push(match self.failed {
            Some(_) if !acknowledged => Symbol::Unknown,
            _ => Symbol::Byte { value, acknowledged },
        });
    }

    /// The controller leaves the last byte of a read without acknowledge (NXP UM10204 rev. 7, section 3.1.6).
    fn end_message(&mut self, reading: Option<bool>) {
        let last_is_data = !matches!(self.symbols.as_slice(), [.., Symbol::Start, _]);
        if let (Some(true), true, Some(Symbol::Byte { acknowledged, .. })) =
            (reading, last_is_data, self.symbols.last_mut())
        {
            *acknowledged = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use Symbol::{Start, Stop};

    use super::*;

    fn symbols(address: u8, operations: &[Operation<'_>], acknowledged: Option<u32>) -> Vec<Symbol> {
        super::symbols(address, operations, acknowledged, None)
    }

    fn ack(value: u8) -> Symbol {
        Symbol::Byte { value, acknowledged: true }
    }

    fn nack(value: u8) -> Symbol {
        Symbol::Byte { value, acknowledged: false }
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(symbols(0x76, &[], None), []);
        assert_eq!(symbols(0x76, &[], Some(0)), []);
    }

    #[test]
    fn nobody_at_the_address() {
        assert_eq!(symbols(0x50, &[Operation::Write(&[])], Some(0)), [Start, nack(0xa0), Stop]);
        assert_eq!(symbols(0x50, &[Operation::Read(&mut [7])], Some(0)), [Start, nack(0xa1), Stop]);
    }

    #[test]
    fn a_refused_byte_is_the_last() {
        let operations = [Operation::Write(&[1, 2]), Operation::Write(&[3, 4]), Operation::Read(&mut [0])];
        let refused = [Start, ack(0x20), ack(1), ack(2), nack(3), Stop];
        assert_eq!(symbols(0x10, &operations, Some(3)), refused);
        let second_address = [Start, ack(0x20), ack(1), ack(2), ack(3), ack(4), Start, nack(0x21), Stop];
        assert_eq!(symbols(0x10, &operations, Some(5)), second_address);
    }

    #[test]
    fn of_the_byte_at_which_an_error_ended_it_nothing_is_known() {
        let operations = [Operation::Write(&[1, 2]), Operation::Read(&mut [7])];
        let failed = |acknowledged, code| super::symbols(0x10, &operations, Some(acknowledged), Some(code));
        let lost = ErrorCode::ArbitrationLost;
        assert_eq!(failed(0, lost), [Start, Symbol::Unknown, Stop]);
        assert_eq!(failed(2, lost), [Start, ack(0x20), ack(1), Symbol::Unknown, Stop]);
        assert_eq!(failed(2, ErrorCode::Bus), failed(2, lost), "it had begun");
        let on_read = [Start, ack(0x20), ack(1), ack(2), Start, ack(0x21), Symbol::Unknown, Stop];
        assert_eq!(failed(4, lost), on_read);
    }

    #[test]
    fn on_a_stuck_bus_nothing_begins() {
        let stuck =
            |operations: &[Operation<'_>]| super::symbols(0x10, operations, Some(0), Some(ErrorCode::Bus));
        assert_eq!(stuck(&[Operation::Write(&[1, 2])]), [Symbol::Stuck]);
        assert_eq!(stuck(&[]), []);
    }

    #[test]
    fn a_read_that_broke_off_has_no_value() {
        let found = symbols(0x10, &[Operation::Read(&mut [1, 2, 3])], Some(2));
        assert_eq!(found, [Start, ack(0x21), ack(1), nack(0xff), Stop]);
    }

    #[test]
    fn the_controller_ends_each_read_without_acknowledge() {
        let operations = [
            Operation::Write(&[0xf7]),
            Operation::Read(&mut [1, 2]),
            Operation::Read(&mut [3]),
            Operation::Write(&[9]),
            Operation::Read(&mut [4]),
        ];
        let expected = [
            vec![Start, ack(0xec), ack(0xf7)],
            vec![Start, ack(0xed), ack(1), ack(2), nack(3)],
            vec![Start, ack(0xec), ack(9)],
            vec![Start, ack(0xed), nack(4), Stop],
        ];
        assert_eq!(symbols(0x76, &operations, None), expected.concat());
        // A failure after the last byte, such as a timeout, has all bytes.
        assert_eq!(symbols(0x76, &operations, Some(99)), expected.concat());
    }
}
