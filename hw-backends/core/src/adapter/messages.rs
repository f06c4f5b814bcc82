//! Operations as the messages that they are on the wires.

use embedded_hal::i2c::Operation;

/// The most operations that are looked at; the core passes no more.
const MAX_OPERATIONS: usize = device_abi::Profile::MAX_OPERATIONS as usize;

/// Whether there are empty writes that change nothing on the wires: each that is not a whole message.
pub(super) fn has_idle_writes(operations: &[Operation<'_>]) -> bool {
    (0..operations.len()).any(|at| is_idle(operations, at))
}

/// The operations without idle writes.
pub(super) fn without_idle_writes<'a>(
    operations: &'a mut [Operation<'_>],
) -> heapless::Vec<Operation<'a>, MAX_OPERATIONS> {
    let mut idle = [false; MAX_OPERATIONS];
    for (at, idle) in idle.iter_mut().enumerate().take(operations.len()) {
        *idle = is_idle(operations, at);
    }
    let wanted = operations.iter_mut().zip(idle).filter(|(_, idle)| !idle);
    wanted
        .map(|(operation, _)| match operation {
            Operation::Read(into) => Operation::Read(into),
            Operation::Write(data) => Operation::Write(data),
        })
        .collect()
}

/// Whether the operation at `at` is an empty write beside another write that says its address already: one with bytes, or
/// else the first of its message.
fn is_idle(operations: &[Operation<'_>], at: usize) -> bool {
    if !is_empty_write(&operations[at]) {
        return false;
    }
    let is_write = |operation: &&Operation<'_>| matches!(operation, Operation::Write(_));
    let before = operations[..at].iter().rev().take_while(is_write);
    let mut after = operations[at + 1..].iter().take_while(is_write);
    before.count() > 0 || after.any(|operation| !is_empty_write(operation))
}

fn is_empty_write(operation: &Operation<'_>) -> bool {
    matches!(operation, Operation::Write([]))
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::String, vec, vec::Vec};

    use super::*;

    /// The operations that are left of `shape`: for each a letter and its length.
    fn left(shape: &[(char, usize)]) -> String {
        let mut buffers: Vec<_> = shape.iter().map(|(_, len)| vec![0; *len]).collect();
        let mut operations: Vec<_> = shape
            .iter()
            .zip(&mut buffers)
            .map(|((kind, _), buffer)| match kind {
                'r' => Operation::Read(buffer),
                _ => Operation::Write(buffer),
            })
            .collect();
        let had = has_idle_writes(&operations);
        let left = without_idle_writes(&mut operations);
        assert_eq!(had, left.len() < shape.len());
        let shown = |operation: &Operation<'_>| match operation {
            Operation::Read(into) => format!("r{}", into.len()),
            Operation::Write(data) => format!("w{}", data.len()),
        };
        left.iter().map(shown).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_empty_write_that_is_a_message_stays() {
        assert_eq!(left(&[('w', 0)]), "w0");
        assert_eq!(left(&[('w', 0), ('r', 2)]), "w0 r2");
        assert_eq!(left(&[('r', 2), ('w', 0)]), "r2 w0");
        assert_eq!(left(&[('w', 0), ('w', 0), ('w', 0), ('r', 1), ('w', 0)]), "w0 r1 w0");
    }

    #[test]
    fn an_empty_write_beside_bytes_goes() {
        assert_eq!(left(&[('w', 0), ('w', 2)]), "w2");
        assert_eq!(left(&[('w', 2), ('w', 0)]), "w2");
        assert_eq!(left(&[('w', 1), ('w', 0), ('w', 2), ('r', 1), ('w', 0), ('w', 3)]), "w1 w2 r1 w3");
        assert_eq!(left(&[('w', 0); MAX_OPERATIONS]), "w0");
    }
}
