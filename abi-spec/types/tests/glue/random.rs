//! Random arguments over random memory: no panic, and nothing is written but buffers.

use device_abi::{Halt, Trap, glue};
use proptest::prelude::*;

use crate::remembering::Remembering;

/// Small, so that random addresses meet it, and each other.
const MEMORY: usize = 128;

/// Mostly inside of memory, sometimes at the edges of 32 bits.
fn address() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..140_u32, 1 => Just(u32::MAX), 1 => any::<u32>()]
}

fn length() -> impl Strategy<Value = u32> {
    prop_oneof![8 => 0..24_u32, 1 => 60..70_u32, 1 => any::<u32>()]
}

/// Operations with mostly good cases, in aligned memory of little else.
fn memory() -> impl Strategy<Value = Vec<u8>> {
    let operation = (0..3_u8, address(), length());
    prop::collection::vec(operation, MEMORY.div_ceil(12)).prop_map(|operations| {
        let mut memory = Vec::new();
        for (case, address, length) in operations {
            memory.extend([case, 0, 0, 0]);
            memory.extend(address.to_le_bytes());
            memory.extend(length.to_le_bytes());
        }
        memory.truncate(MEMORY);
        memory
    })
}

/// Addresses at which two memories differ.
fn changed(before: &[u8], after: &[u8]) -> Vec<usize> {
    (0..before.len()).filter(|at| before[*at] != after[*at]).collect()
}

fn is_violation(result: Result<i32, Halt>) -> bool {
    matches!(result, Err(Halt::Trap(Trap::AbiViolation(_))))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn write_read(before in memory(), data in (address(), length()), into in (address(), length())) {
        let mut memory = before.clone();
        let mut host = Remembering::new();
        let result = glue::i2c_write_read(&mut host, &mut memory, 1, 0x76, data.0, data.1, into.0, into.1);
        let inside = |(at, len): (u32, u32)| len == 0 || u64::from(at) + u64::from(len) <= MEMORY as u64;
        let apart = data.1 == 0 || into.1 == 0 || {
            let end = |(at, len): (u32, u32)| u64::from(at) + u64::from(len);
            end(data) <= u64::from(into.0) || end(into) <= u64::from(data.0)
        };
        let is_good = inside(data) && inside(into) && apart;
        prop_assert_eq!(is_violation(result), !is_good);
        let range = into.0 as usize..into.0 as usize + if is_good { into.1 as usize } else { 0 };
        prop_assert!(changed(&before, &memory).iter().all(|at| range.contains(at)));
        prop_assert_eq!(host.calls.len(), usize::from(is_good));
        prop_assert_eq!(host.traced().len(), 1);
    }

    #[test]
    fn transaction(before in memory(), at in 0..12_u32, count in 0..10_u32) {
        let mut memory = before.clone();
        let mut host = Remembering::new();
        let address = at * 4;
        let result = glue::i2c_transaction(&mut host, &mut memory, 1, 0x76, address, count);
        let changed = changed(&before, &memory);
        let list = address as usize..address as usize + 12 * count as usize;
        prop_assert!(changed.iter().all(|at| !list.contains(at)), "a buffer overlapped the list");
        prop_assert!(!is_violation(result) || changed.is_empty());
        prop_assert_eq!(host.traced().len(), 1);
        prop_assert_eq!(host.json().len(), 1);
    }
}
