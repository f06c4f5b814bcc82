//! Transactions: lists whose elements hold pointers.

use device_abi::{Fault, Halt, Trap, glue, types::ErrorCode};

use crate::remembering::Remembering;

/// Case, address and length: an operation in guest memory.
fn operation(case: u8, address: u32, len: u32) -> [u8; 12] {
    let mut bytes = [0xee; 12];
    bytes[0] = case;
    bytes[4..8].copy_from_slice(&address.to_le_bytes());
    bytes[8..].copy_from_slice(&len.to_le_bytes());
    bytes
}

fn read(address: u32, len: u32) -> [u8; 12] {
    operation(0, address, len)
}

fn write(address: u32, len: u32) -> [u8; 12] {
    operation(1, address, len)
}

/// 64 KiB with the operations at 16.
fn memory(operations: &[[u8; 12]]) -> Vec<u8> {
    let mut memory = vec![0; 65_536];
    memory[16..16 + 12 * operations.len()].copy_from_slice(operations.as_flattened());
    memory
}

fn run(host: &mut Remembering, operations: &[[u8; 12]]) -> Result<i32, Halt> {
    glue::i2c_transaction(host, &mut memory(operations), 1, 0x76, 16, operations.len() as u32)
}

#[track_caller]
fn fault(operations: &[[u8; 12]]) -> Fault {
    let mut host = Remembering::new();
    let result = run(&mut host, operations);
    let Err(Halt::Trap(Trap::AbiViolation(violation))) = result else { panic!("{result:?}") };
    assert_eq!(violation.argument_name(), "operations");
    assert_eq!(host.calls, [] as [&str; 0]);
    violation.fault
}

#[test]
fn operations_arrive_in_order_and_reads_are_filled() {
    let mut host = Remembering::new();
    let operations = [write(4096, 2), read(5000, 1), read(5004, 3), write(0, 0)];
    let mut memory = memory(&operations);
    memory[4096..4098].copy_from_slice(&[0xd0, 1]);
    assert_eq!(glue::i2c_transaction(&mut host, &mut memory, 1, 0x76, 16, 4), Ok(0));
    assert_eq!(host.calls, ["transaction 1 0x76 4 [Write([208, 1]), Read(1), Read(3), Write([])]"]);
    assert_eq!(memory[4999..5008], [0, 0x60, 0, 0, 0, 0x60, 0x61, 0x62, 0]);
    assert_eq!(
        host.traced(),
        [
            "        95 us  i2c.transaction i2c=1 address=0x76 operations=[write [d001], read 1, read 3, write []] -> [60] [606162]"
        ]
    );
    assert_eq!(
        host.json(),
        [
            r#"{"time-ns":95999,"app":0,"call":"i2c.transaction","args":{"i2c":1,"address":118,"operations":[{"write":"d001"},{"read":1},{"read":3},{"write":""}]},"outputs":["60","606162"]}"#
        ]
    );
}

#[test]
fn failed_transactions_have_no_output_in_the_trace() {
    let mut host = Remembering::failing(ErrorCode::NoAcknowledgeData);
    assert_eq!(run(&mut host, &[write(0, 1), read(5000, 1)]), Ok(-12));
    assert!(host.traced()[0].ends_with("operations=[write [00], read 1] -> error no-acknowledge-data"));
}

#[test]
fn no_operations_may_lie_anywhere() {
    let mut host = Remembering::new();
    assert_eq!(glue::i2c_transaction(&mut host, &mut [], 1, 0x76, u32::MAX, 0), Ok(0));
    assert_eq!(host.calls, ["transaction 1 0x76 0 []"]);
}

#[test]
fn sixty_four_operations_are_looked_at_and_one_more_is_not() {
    let mut host = Remembering::new();
    assert_eq!(run(&mut host, &[write(0, 1); 64]), Ok(0));
    // The 65 are all broken, but the list itself lies in memory.
    assert_eq!(run(&mut host, &[operation(9, u32::MAX, u32::MAX); 65]), Ok(-8));
    assert_eq!(host.calls[1], "transaction 1 0x76 65 []");
    assert!(host.traced()[1].ends_with("operations=[65 elements] -> error too-large"));
    assert!(host.json()[1].contains("\"operations\":{\"elements\":65}}"));
}

#[test]
fn lists_must_lie_in_memory_and_be_aligned() {
    let mut memory = vec![0; 65_536];
    let mut at = |address, count| {
        let result = glue::i2c_transaction(&mut Remembering::new(), &mut memory, 1, 0x76, address, count);
        let Err(Halt::Trap(Trap::AbiViolation(violation))) = result else { panic!("{result:?}") };
        violation.fault
    };
    let outside = |address, len| Fault::OutOfMemory { address, len, memory_len: 65_536 };
    assert_eq!(at(65_528, 1), outside(65_528, 12));
    // 12 bytes times this count is 8 in 32 bits.
    assert_eq!(at(0, 0x5555_5556), outside(0, 12 * 0x5555_5556));
    assert_eq!(at(u32::MAX - 3, 1), outside(u32::MAX - 3, 12));
    assert_eq!(at(18, 1), Fault::Misaligned { address: 18, align: 4 });
    // Too many to look at, but still a list.
    assert_eq!(at(65_528, 1000), outside(65_528, 12_000));
}

#[test]
fn elements_follow_the_same_pointer_rules() {
    let outside = |address, len| Fault::OutOfMemory { address, len, memory_len: 65_536 };
    assert_eq!(fault(&[write(0, 1), read(65_535, 2)]), outside(65_535, 2));
    assert_eq!(fault(&[write(u32::MAX, 2)]), outside(u32::MAX, 2));
    assert_eq!(fault(&[operation(2, 0, 0)]), Fault::NoSuchCase { value: 2, cases: 2 });
}

#[test]
fn buffers_overlap_neither_the_list_nor_each_other_nor_what_is_written() {
    let overlap = Fault::Overlap { other: 2 };
    assert_eq!(fault(&[read(16, 1)]), overlap);
    assert_eq!(fault(&[write(0, 1), read(0, 17)]), overlap);
    assert_eq!(fault(&[read(500, 4), read(503, 4)]), overlap);
    assert_eq!(fault(&[read(500, 4), write(0, 1), read(500, 4)]), overlap);
    assert_eq!(fault(&[write(500, 4), read(503, 1)]), overlap);
    assert_eq!(fault(&[read(503, 1), write(500, 4)]), overlap);
    let mut host = Remembering::new();
    // Neighbours, and two writes of the same bytes, are no overlap.
    assert_eq!(
        run(&mut host, &[read(500, 4), read(504, 4), write(508, 4), write(508, 4), read(40, 0)]),
        Ok(0)
    );
}
