//! The bytes of a transaction as they go over the wires, address bytes included.

use core::ops::RangeInclusive;

use device_abi::types::ErrorCode;
use embedded_hal::i2c::Operation;

use crate::call::Message;

/// A byte that the addressed chip acknowledges, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acknowledged {
    /// It is an address.
    Address,
    /// It is written data.
    Data,
}

/// A stretch of bytes of one kind: the index of its first, how many, and who acknowledges them (`None`: the
/// controller).
type Stretch = (u64, u64, Option<Acknowledged>);

fn stretches(operations: &[Operation<'_>]) -> impl Iterator<Item = Stretch> {
    stretches_of(operations.iter().map(|operation| match operation {
        Operation::Read(into) => (true, into.len()),
        Operation::Write(bytes) => (false, bytes.len()),
    }))
}

/// The stretches of operations of which each is known by whether it reads, and its length.
fn stretches_of(operations: impl Iterator<Item = (bool, usize)>) -> impl Iterator<Item = Stretch> {
    let (mut at, mut reading) = (0, None);
    operations.flat_map(move |(reads, len)| {
        let addresses = u64::from(reading != Some(reads));
        reading = Some(reads);
        let address = (at, addresses, Some(Acknowledged::Address));
        let data = (at + addresses, len as u64, (!reads).then_some(Acknowledged::Data));
        at += addresses + len as u64;
        [address, data]
    })
}

/// What byte `byte` (from 0) is, if the chip has a say in it.
pub(crate) fn acknowledged(operations: &[Operation<'_>], byte: u32) -> Option<Acknowledged> {
    let byte = u64::from(byte);
    stretches(operations).find(|&(first, len, _)| first <= byte && byte < first + len)?.2
}

/// How many bytes the chip acknowledges.
pub(crate) fn acknowledged_count(operations: &[Operation<'_>]) -> u64 {
    stretches(operations).filter(|(.., who)| who.is_some()).map(|(_, len, _)| len).sum()
}

/// The index among all bytes of the `nth` (from 0) that the chip acknowledges.
pub(crate) fn nth_acknowledged(operations: &[Operation<'_>], mut nth: u64) -> Option<u32> {
    for (first, len, _) in stretches(operations).filter(|(.., who)| who.is_some()) {
        if nth < len {
            return u32::try_from(first + nth).ok();
        }
        nth -= len;
    }
    None
}

/// After how many acknowledged bytes a transaction of `messages` can fail with `code`: ascending, with gaps between.
pub(crate) fn failing_after(messages: &[Message], code: ErrorCode) -> Vec<RangeInclusive<u32>> {
    let shapes = messages.iter().map(|message| match message {
        Message::Read(len) => (true, *len),
        Message::Write(bytes) => (false, bytes.len()),
    });
    let mut ranges: Vec<RangeInclusive<u32>> = Vec::new();
    let mut add = |first: u64, last: u64| {
        let (first, last) = (first as u32, last as u32);
        match ranges.last_mut() {
            Some(range) if range.end() + 1 == first => *range = *range.start()..=last,
            _ => ranges.push(first..=last),
        }
    };
    let mut total = 0;
    for (first, len, who) in stretches_of(shapes).filter(|(_, len, _)| *len > 0) {
        total = first + len;
        let fits = match code {
            ErrorCode::NoAcknowledgeAddress => who == Some(Acknowledged::Address),
            ErrorCode::NoAcknowledgeData => who == Some(Acknowledged::Data),
            ErrorCode::NoAcknowledgeUnknown => who.is_some(),
            _ => true,
        };
        if fits {
            add(first, total - 1);
        }
    }
    let refusal = matches!(
        code,
        ErrorCode::NoAcknowledgeAddress | ErrorCode::NoAcknowledgeData | ErrorCode::NoAcknowledgeUnknown
    );
    if !refusal {
        // Anything else may also happen at the stop.
        add(total, total);
    }
    ranges
}

/// How many bytes are read from the chip.
pub(crate) fn read_count(operations: &[Operation<'_>]) -> u64 {
    stretches(operations).filter(|(.., who)| who.is_none()).map(|(_, len, _)| len).sum()
}

/// Makes all bytes that were read, but for the first `delivered`, what the idle line reads as.
pub(crate) fn cut_short(operations: &mut [Operation<'_>], delivered: u32) {
    const IDLE: u8 = 0xff;
    let mut left = delivered as usize;
    for operation in operations {
        if let Operation::Read(into) = operation {
            let kept = left.min(into.len());
            into[kept..].fill(IDLE);
            left -= kept;
        }
    }
}

/// The operations that are over when byte `byte` begins, the last one cut short. `byte` is one that the chip
/// acknowledges, so that no read is cut.
pub(crate) fn before<'a>(operations: &'a mut [Operation<'_>], byte: u32) -> Vec<Operation<'a>> {
    let mut left = byte as usize;
    let (mut cut, mut reading) = (Vec::new(), None);
    for operation in operations {
        let reads = matches!(operation, Operation::Read(_));
        if reading != Some(reads) {
            if left == 0 {
                break;
            }
            left -= 1;
            reading = Some(reads);
        }
        match operation {
            Operation::Write(bytes) => {
                let len = left.min(bytes.len());
                cut.push(Operation::Write(&bytes[..len]));
                left -= len;
            }
            Operation::Read(into) => {
                left = left.saturating_sub(into.len());
                cut.push(Operation::Read(into));
            }
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_read_has_two_addresses_and_a_register() {
        let mut into = [0; 3];
        let mut operations = [Operation::Write(&[0xf7]), Operation::Read(&mut into)];
        let kinds = [0, 1, 2, 3, 5, 6].map(|byte| acknowledged(&operations, byte));
        let (address, data) = (Some(Acknowledged::Address), Some(Acknowledged::Data));
        assert_eq!(kinds, [address, data, address, None, None, None]);
        assert_eq!(acknowledged_count(&operations), 3);
        assert_eq!([0, 2, 3].map(|nth| nth_acknowledged(&operations, nth)), [Some(0), Some(2), None]);
        assert_eq!(before(&mut operations, 0), []);
        assert_eq!(before(&mut operations, 1), [Operation::Write(&[])]);
        assert_eq!(before(&mut operations, 2), [Operation::Write(&[0xf7])]);
    }

    #[test]
    fn a_transaction_fails_where_somebody_could_refuse() {
        let write = |len| Message::Write(vec![0; len]);
        use ErrorCode::{Bus, NoAcknowledgeAddress, NoAcknowledgeData, NoAcknowledgeUnknown};
        // W-address, 2 bytes, R-address, 3 bytes, W-address, 1 byte.
        let messages = [write(2), Message::Read(3), write(1)];
        for (code, ranges) in [
            (NoAcknowledgeAddress, &[0..=0, 3..=3, 7..=7][..]),
            (NoAcknowledgeData, &[1..=2, 8..=8]),
            (NoAcknowledgeUnknown, &[0..=3, 7..=8]),
            (Bus, &[0..=9]),
        ] {
            assert_eq!(failing_after(&messages, code), ranges, "{code}");
        }
        assert_eq!(failing_after(&[write(0)], NoAcknowledgeAddress), [0..=0]);
        assert_eq!(failing_after(&[write(0)], NoAcknowledgeData), []);
        assert_eq!(failing_after(&[Message::Read(1)], NoAcknowledgeUnknown), [0..=0]);
        assert_eq!(failing_after(&[], Bus), [0..=0]);
    }

    #[test]
    fn split_writes_are_one_message() {
        let mut operations = [Operation::Write(&[1, 2]), Operation::Write(&[3, 4])];
        assert_eq!(acknowledged(&operations, 3), Some(Acknowledged::Data));
        assert_eq!(acknowledged(&operations, 5), None);
        assert_eq!(before(&mut operations, 4), [Operation::Write(&[1, 2]), Operation::Write(&[3])]);
    }

    #[test]
    fn a_write_after_a_read_keeps_the_read_whole() {
        let mut into = [0; 2];
        let mut operations = [Operation::Read(&mut into), Operation::Write(&[7, 8])];
        // R-address, 2 bytes, W-address, 7, 8.
        assert_eq!(nth_acknowledged(&operations, 1), Some(3));
        assert_eq!(before(&mut operations, 3), [Operation::Read(&mut [0; 2])]);
        assert_eq!(before(&mut operations, 5), [Operation::Read(&mut [0; 2]), Operation::Write(&[7])]);
    }
}
