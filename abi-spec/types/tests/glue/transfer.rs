//! Reads and writes: pointer rules, results, and how data is shown.

use device_abi::{Fault, Halt, Trap, glue, types::ErrorCode};

use crate::remembering::Remembering;

/// One page, as a guest has it.
const PAGE: usize = 65_536;

fn write_read(
    host: &mut Remembering,
    memory: &mut [u8],
    data: (u32, u32),
    into: (u32, u32),
) -> Result<i32, Halt> {
    glue::i2c_write_read(host, memory, 1, 0x76, data.0, data.1, into.0, into.1)
}

#[track_caller]
fn fault(result: Result<i32, Halt>, argument: &str) -> Fault {
    let Err(Halt::Trap(Trap::AbiViolation(violation))) = result else { panic!("{result:?}") };
    assert_eq!(violation.argument_name(), argument);
    violation.fault
}

#[test]
fn data_goes_out_and_comes_in() {
    let mut host = Remembering::new();
    let mut memory = vec![0; PAGE];
    memory[16] = 0xd0;
    assert_eq!(write_read(&mut host, &mut memory, (16, 1), (32, 2)), Ok(0));
    assert_eq!(host.calls, ["write-read 1 0x76 [208] 2"]);
    assert_eq!(memory[31..35], [0, 0x60, 0x61, 0]);
    assert_eq!(
        host.traced(),
        ["        95 us  i2c.write-read  i2c=1 address=0x76 data=[d0] into=2 -> [6061]"]
    );
    assert_eq!(
        host.json(),
        [
            r#"{"time-ns":95999,"app":0,"call":"i2c.write-read","args":{"i2c":1,"address":118,"data":"d0","into":2},"outputs":["6061"]}"#
        ]
    );
}

#[test]
fn memory_after_the_buffer_is_read_as_well_as_before() {
    let mut host = Remembering::new();
    let mut memory = vec![0; PAGE];
    memory[PAGE - 1] = 0xd0;
    assert_eq!(write_read(&mut host, &mut memory, (PAGE as u32 - 1, 1), (0, 2)), Ok(0));
    assert_eq!(host.calls, ["write-read 1 0x76 [208] 2"]);
}

#[test]
fn without_a_trace_the_call_is_the_same() {
    let mut host = Remembering::untraced();
    let mut memory = vec![0; PAGE];
    assert_eq!(write_read(&mut host, &mut memory, (16, 1), (32, 2)), Ok(0));
    assert_eq!(memory[32..34], [0x60, 0x61]);
}

#[test]
fn errors_are_negative_and_leave_nothing_in_the_trace_but_their_name() {
    for (at, code) in ErrorCode::ALL.iter().enumerate() {
        let mut host = Remembering::failing(*code);
        let mut memory = vec![0; PAGE];
        assert_eq!(write_read(&mut host, &mut memory, (0, 1), (32, 2)), Ok(-1 - at as i32));
        let line =
            format!("        95 us  i2c.write-read  i2c=1 address=0x76 data=[00] into=2 -> error {code}");
        assert_eq!(host.traced(), [line]);
    }
    let mut host = Remembering::failing(ErrorCode::Busy);
    assert_eq!(glue::i2c_open(&mut host, &mut [], 7, 0), Ok(-5));
    assert!(host.json()[0].ends_with(r#""error":"busy"}"#), "{:?}", host.json());
}

#[test]
fn pointers_must_lie_in_memory() {
    let mut host = Remembering::new();
    let mut memory = vec![0; PAGE];
    let last = PAGE as u32 - 1;
    assert_eq!(write_read(&mut host, &mut memory, (last, 1), (last - 4, 4)), Ok(0));
    let outside = |address, len| Fault::OutOfMemory { address, len, memory_len: PAGE };
    let result = write_read(&mut host, &mut memory, (last, 2), (0, 1));
    assert_eq!(fault(result, "data"), outside(last, 2));
    let result = write_read(&mut host, &mut memory, (0, 1), (PAGE as u32, 1));
    assert_eq!(fault(result, "into"), outside(PAGE as u32, 1));
    // Sums that would wrap around in 32 bits.
    let result = write_read(&mut host, &mut memory, (0, 1), (u32::MAX, 2));
    assert_eq!(fault(result, "into"), outside(u32::MAX, 2));
    let result = write_read(&mut host, &mut memory, (0x8000_0000, 0x8000_0001), (0, 1));
    assert_eq!(fault(result, "data"), outside(0x8000_0000, 0x8000_0001));
}

#[test]
fn pointers_to_nothing_are_not_looked_at() {
    let mut host = Remembering::new();
    assert_eq!(write_read(&mut host, &mut [], (u32::MAX, 0), (u32::MAX, 0)), Ok(0));
    assert_eq!(host.traced(), ["        95 us  i2c.write-read  i2c=1 address=0x76 data=[] into=0 -> []"]);
}

#[test]
fn a_buffer_overlaps_nothing() {
    let mut host = Remembering::new();
    let mut memory = vec![0; PAGE];
    let overlap = Fault::Overlap { other: 2 };
    for into in [(12, 8), (19, 1), (8, 5), (0, 100)] {
        assert_eq!(fault(write_read(&mut host, &mut memory, (12, 8), into), "into"), overlap, "{into:?}");
    }
    for into in [(4, 8), (20, 8), (15, 0)] {
        assert_eq!(write_read(&mut host, &mut memory, (12, 8), into), Ok(0), "{into:?}");
    }
}

#[test]
fn addresses_have_16_bits() {
    let mut host = Remembering::new();
    // What the ABI allows but no bus has is for the core to refuse.
    assert_eq!(glue::i2c_write(&mut host, &mut [], 1, 0xffff, 0, 0), Ok(0));
    let result = glue::i2c_write(&mut host, &mut [], 1, 0x1_0000, 0, 0);
    assert_eq!(fault(result, "address"), Fault::OutOfRange { value: 0x1_0000, max: 0xffff });
}

#[test]
fn a_violation_is_the_last_line_and_names_function_and_argument() {
    let mut host = Remembering::new();
    let halt = glue::i2c_write(&mut host, &mut [], 1, 0x76, 0, 1).unwrap_err();
    assert_eq!(halt.to_string(), "trap abi-violation i2c.write data");
    assert_eq!(host.calls, [] as [&str; 0]);
    assert_eq!(host.traced(), ["        95 us  i2c.write       -> trap abi-violation data"]);
    assert_eq!(
        host.json(),
        [
            r#"{"time-ns":95999,"app":0,"call":"i2c.write","args":{},"trap":"abi-violation","argument":"data"}"#
        ]
    );
}

#[test]
fn long_data_is_shown_by_beginning_length_and_checksum() {
    let mut host = Remembering::new();
    let mut memory: Vec<u8> = (0..100).collect();
    glue::i2c_write(&mut host, &mut memory, 1, 0x76, 0, 32).unwrap();
    glue::i2c_write(&mut host, &mut memory, 1, 0x76, 0, 33).unwrap();
    let lines = host.traced();
    assert!(
        lines[0].ends_with("data=[000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f]"),
        "{lines:?}"
    );
    // crc32 of the bytes 0 to 32, as Python's zlib.crc32 computes it.
    assert!(
        lines[1].ends_with("data=[000102030405060708090a0b0c0d0e0f.. 33 bytes crc32=e4908305]"),
        "{lines:?}"
    );
    assert!(host.json()[1].contains("1d1e1f20\""), "JSON has everything");
}
