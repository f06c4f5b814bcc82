//! Questions to a trace: what went to a chip, what a pin did, what came before what.

use sim_host::{
    Board, Guest, Run, Sim,
    trace::{ErrorCode, Level, Step},
};

const IMPORTS: &str = r#"
    (import "device:abi/gpio@1" "open" (func $pin_open (param i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "write" (func $pin_write (param i32 i32) (result i32)))
    (import "device:abi/gpio@1" "toggle" (func $pin_toggle (param i32) (result i32)))
    (import "device:abi/gpio@1" "close" (func $pin_close (param i32) (result i32)))
    (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "device:abi/i2c@1" "read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write-read" (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "device:abi/i2c@1" "transaction" (func $transaction (param i32 i32 i32 i32) (result i32)))
    (import "device:abi/i2c@1" "close" (func $close (param i32) (result i32)))
"#;

/// Runs `body` with a BME280 at 0x76 of bus 0 and at 0x77 of bus 1. Memory: at 0 the bytes f4 27 d0; at 64 the
/// operations write [d0], read 1 byte, read 1 byte.
fn run(body: &str) -> Run {
    let board = "[i2c.0]\nchips = [ { model = \"bme280\", address = 0x76 } ]\n\
                 [i2c.1]\nchips = [ { model = \"bme280\", address = 0x77 } ]\n";
    let operations = r"\01\00\00\00\02\00\00\00\01\00\00\00\00\00\00\00\20\00\00\00\01\00\00\00\00\00\00\00\21\00\00\00\01\00\00\00";
    let guest = format!(
        "(module {IMPORTS} (memory (export \"memory\") 1) (data (i32.const 0) \"\\f4\\27\\d0\")
         (data (i32.const 64) \"{operations}\")
         (func (export \"run\") (result i32) (local $a i32) (local $b i32) {body} (i32.const 0)))"
    );
    let guest = Guest::from_bytes(guest.as_bytes()).unwrap();
    Sim::builder().board(Board::parse(board, "board").unwrap()).guest(guest).run().unwrap()
}

const OPEN_BOTH: &str = "(local.set $a (call $open (i32.const 0) (i32.const 0)))
                         (local.set $b (call $open (i32.const 1) (i32.const 0)))";

#[test]
fn nothing_is_found_where_nothing_happened() {
    let run = run("");
    assert_eq!(run.trace.i2c(0).count(), 0);
    assert!(run.trace.i2c(0).writes().is_empty());
    assert!(run.trace.gpio(2).levels().is_empty());
    assert_eq!(run.trace.in_order(&[]), Ok(()));
}

#[test]
fn more_than_any_transfer_has_is_not_kept() {
    let run = run(&format!(
        "{OPEN_BOTH}
         (drop (memory.grow (i32.const 1)))
         (drop (call $write (local.get $a) (i32.const 0x76) (i32.const 0) (i32.const 70000)))
         (drop (call $write (local.get $a) (i32.const 0x76) (i32.const 0) (i32.const 2)))"
    ));
    let traffic = run.trace.i2c(0);
    let first = b"\xf4\x27\xd0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_eq!(traffic.transactions()[0].steps, [Step::LongWrite { len: 70_000, first, crc32: LONG_CRC32 }]);
    assert_eq!(traffic.errors(), [ErrorCode::TooLarge]);
    assert_eq!(traffic.writes(), [[0xf4, 0x27]]);
    assert!(run.trace.bytes().len() < 500, "{} bytes", run.trace.bytes().len());
}

/// Of the first 70,000 bytes of memory, by python's zlib.
const LONG_CRC32: u32 = 0xf441_3240;

#[test]
fn refused_opens_and_dead_handles_belong_to_no_bus() {
    let run = run("(drop (call $open (i32.const 9) (i32.const 0)))
        (drop (call $write (i32.const 1) (i32.const 0x76) (i32.const 0) (i32.const 2)))
        (local.set $a (call $pin_open (i32.const 2) (i32.const 3) (i32.const 0)))
        (drop (call $write (local.get $a) (i32.const 0x76) (i32.const 0) (i32.const 2)))");
    for bus in [0, 1, 2, 9] {
        assert_eq!(run.trace.i2c(bus).count(), 0, "{}", run.trace);
    }
    assert_eq!(run.trace.resolved().filter(|call| call.bus() == Some(9)).count(), 1, "{}", run.trace);
    // What was tried on the pin's handle is no call about the pin either.
    assert_eq!(run.trace.resolved().filter(|call| call.pin() == Some(2)).count(), 1, "{}", run.trace);
}

#[test]
fn a_closed_handle_that_is_used_again_follows_its_new_bus() {
    let run = run("(local.set $a (call $open (i32.const 0) (i32.const 0)))
        (drop (call $write (local.get $a) (i32.const 0x76) (i32.const 0) (i32.const 2)))
        (drop (call $close (local.get $a)))
        (drop (call $write (local.get $a) (i32.const 0x76) (i32.const 0) (i32.const 2)))
        (local.set $b (call $open (i32.const 1) (i32.const 0)))
        (drop (call $write (local.get $b) (i32.const 0x77) (i32.const 2) (i32.const 1)))");
    assert_eq!(run.trace.i2c(0).at(0x76).writes(), [[0xf4, 0x27]], "{}", run.trace);
    assert_eq!(run.trace.i2c(1).at(0x77).writes(), [[0xd0]], "{}", run.trace);
    assert_eq!((run.trace.i2c(0).count(), run.trace.i2c(1).count()), (1, 1), "{}", run.trace);
}

#[test]
fn failed_transactions_are_counted_but_nothing_arrived() {
    let run = run(&format!(
        "{OPEN_BOTH}
        (drop (call $write (local.get $a) (i32.const 0x77) (i32.const 0) (i32.const 2)))
        (drop (call $read (local.get $a) (i32.const 0x77) (i32.const 32) (i32.const 3)))
        (drop (call $write (local.get $a) (i32.const 0x80) (i32.const 0) (i32.const 2)))"
    ));
    let absent = run.trace.i2c(0).at(0x77);
    assert_eq!(absent.count(), 2, "{}", run.trace);
    assert_eq!(absent.errors(), [ErrorCode::NoAcknowledgeAddress; 2]);
    assert!(absent.writes().is_empty() && absent.reads().is_empty());
    assert_eq!(absent.transactions()[0].steps, [Step::Write(&[0xf4, 0x27])]);
    assert_eq!(absent.transactions()[1].steps, [Step::Read { len: 3, bytes: &[] }]);
    assert_eq!(run.trace.i2c(0).at(0x80).errors(), [ErrorCode::InvalidArgument]);
    assert_eq!(run.trace.i2c(1).count(), 0);
}

#[test]
fn every_kind_of_transaction_is_read_back() {
    let run = run(&format!(
        "{OPEN_BOTH}
        (drop (call $write (local.get $b) (i32.const 0x77) (i32.const 0) (i32.const 0)))
        (drop (call $write (local.get $b) (i32.const 0x77) (i32.const 2) (i32.const 1)))
        (drop (call $read (local.get $b) (i32.const 0x77) (i32.const 32) (i32.const 1)))
        (drop (call $write_read (local.get $b) (i32.const 0x77) (i32.const 2) (i32.const 1) (i32.const 32) (i32.const 1)))
        (drop (call $transaction (local.get $b) (i32.const 0x77) (i32.const 64) (i32.const 3)))"
    ));
    let chip = run.trace.i2c(1).at(0x77);
    assert_eq!(chip.writes(), [&[][..], &[0xd0], &[0xd0], &[0xd0]], "{}", run.trace);
    let reads = chip.reads();
    assert_eq!(reads[..2], [[0x60], [0x60]], "{}", run.trace);
    assert_eq!((reads.len(), reads[2].len(), reads[2][0]), (3, 2, 0x60), "{}", run.trace);
    let last = chip.transactions().last().unwrap();
    assert_eq!((last.address, last.outcome, last.steps.len()), (0x77, Ok(()), 3));
    assert_eq!(last.steps[..2], [Step::Write(&[0xd0]), Step::Read { len: 1, bytes: &[0x60] }]);
    assert!(last.start_us > chip.transactions()[0].start_us);
}

#[test]
fn edges_are_what_the_guest_drove() {
    let run = run("(local.set $a (call $pin_open (i32.const 2) (i32.const 3) (i32.const 1)))
        (drop (call $pin_write (local.get $a) (i32.const 1)))
        (drop (call $pin_toggle (local.get $a)))
        (drop (call $pin_write (local.get $a) (i32.const 1)))
        (drop (call $pin_close (local.get $a)))
        (drop (call $pin_write (local.get $a) (i32.const 0)))
        (local.set $a (call $pin_open (i32.const 2) (i32.const 0) (i32.const 0)))
        (drop (call $pin_write (local.get $a) (i32.const 0)))
        (drop (call $pin_close (local.get $a)))
        (local.set $a (call $pin_open (i32.const 2) (i32.const 4) (i32.const 1)))");
    let times: Vec<u64> = run.trace.records().map(|record| record.start_us()).collect();
    let expected =
        [(times[0], Level::High), (times[2], Level::Low), (times[3], Level::High), (times[9], Level::High)];
    assert_eq!(run.trace.gpio(2).levels(), expected, "{}", run.trace);
    assert!(run.trace.gpio(3).levels().is_empty());
}

#[test]
fn order_is_over_all_buses_and_pins() {
    let run = run(&format!(
        "{OPEN_BOTH}
        (drop (call $write (local.get $b) (i32.const 0x77) (i32.const 0) (i32.const 2)))
        (drop (call $pin_open (i32.const 2) (i32.const 3) (i32.const 0)))
        (drop (call $write (local.get $a) (i32.const 0x76) (i32.const 0) (i32.const 2)))"
    ));
    let trace = &run.trace;
    let writes_to_1 = |call: &sim_host::trace::Call<'_>| call.is("i2c.write") && call.bus() == Some(1);
    trace
        .in_order(&[&writes_to_1, &|call| call.pin() == Some(2), &|call| {
            call.is("i2c.write") && call.bus() == Some(0)
        }])
        .unwrap();

    let error = trace.in_order(&[&|call| call.pin() == Some(2), &writes_to_1]).unwrap_err();
    let pin = trace.records().nth(3).unwrap().to_string();
    let write = trace.records().nth(2).unwrap().to_string();
    assert_eq!(
        error.to_string(),
        format!(
            "expected call 2 is not in the trace after `{}`, but before it: `{}`",
            pin.trim_start(),
            write.trim_start()
        )
    );
    let error = trace.in_order(&[&|call| call.is("clock.sleep")]).unwrap_err();
    assert_eq!(error.to_string(), "expected call 1 is not in the trace");
    // One call does not stand for two.
    assert!(trace.in_order(&[&writes_to_1, &writes_to_1]).is_err());
}
