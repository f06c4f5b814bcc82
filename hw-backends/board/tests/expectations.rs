//! Files of expectations: which are refused, with what is said of them, and what the others expect.
//!
//! A case is a pair of files in `expectations/refused/`: `NAME.toml` and `NAME.expected`. Adding one changes no code;
//! `UPDATE_EXPECT=1` writes the expectations anew. Then read what it wrote.
//! All are read for `expectations/board.toml`.

mod support;

use std::path::PathBuf;

use device_abi::gpio::{Level, Mode};
use embedded_hal::i2c::Operation;
use hw_board::{Board, expectations};
use hw_core::backend::{Hardware, PinUse};
use hw_mock::Wire;

fn folder() -> PathBuf {
    support::folder("expectations")
}

fn board() -> Board {
    Board::load(folder().join("board.toml")).unwrap()
}

#[test]
fn refused_files_say_why() {
    let board = board();
    support::refused("expectations", "expectations.toml", 60, |path| {
        expectations::load(path, &board).map(drop)
    });
}

/// Puts the accepted file `name` on the board's hardware.
fn put_on_board(name: &str) -> (hw_mock::Expectations, Hardware) {
    let board = board();
    let path = folder().join("accepted").join(name).with_extension("toml");
    let expectations = expectations::load(path, &board).unwrap_or_else(|error| panic!("{error}"));
    let hardware = expectations.put_on(board.hardware());
    (expectations, hardware)
}

/// One transaction of a write and a read: what was read, or the error's code.
fn transfer(hardware: &mut Hardware, address: u8, write: &[u8], read: usize) -> Result<Vec<u8>, String> {
    let mut into = vec![0; read];
    let mut operations = vec![Operation::Write(write)];
    if read > 0 {
        operations.push(Operation::Read(&mut into));
    }
    let reply = hardware.i2c[0].bus.transaction(0, address, 400_000, &mut operations);
    match reply.result {
        Ok(()) => Ok(into),
        Err(error) => Err(format!("{} after {}, {} ns", error.code(), reply.acknowledged, reply.extra_ns)),
    }
}

#[test]
fn a_strict_list_answers_as_it_says() {
    let (expectations, mut hardware) = put_on_board("strict");
    assert_eq!(transfer(&mut hardware, 0x76, &[0xd0], 1), Ok(vec![0x60]));
    let nack = Err("no-acknowledge-address after 0, 0 ns".to_owned());
    assert_eq!(transfer(&mut hardware, 0x50, &[], 0), nack);
    let refused = Err("no-acknowledge-data after 3, 40000 ns".to_owned());
    assert_eq!(transfer(&mut hardware, 0x50, &[0, 0x10, 0xaa, 0xbb], 0), refused);
    let mut read = [0; 2];
    let mut operations =
        [Operation::Write(&[0, 0x10]), Operation::Read(&mut read), Operation::Write(&[0, 0x20])];
    hardware.i2c[0].bus.transaction(0, 0x50, 400_000, &mut operations).result.unwrap();
    assert_eq!(read, [0xaa, 0xbb]);
    hardware.gpio.open(0, 1, Mode::Output, Level::Low).result.unwrap();
    hardware.gpio.write(0, 1, Level::High).result.unwrap();
    assert_eq!(hardware.gpio.read(0, 7).result.unwrap(), Level::Low);
    expectations.report().unwrap();
}

#[test]
fn a_list_per_bus_lets_buses_and_pins_overtake_each_other() {
    let (expectations, mut hardware) = put_on_board("per-bus");
    let gpio = &mut hardware.gpio;
    gpio.open(0, 7, Mode::InputPullUp, Level::Low).result.unwrap();
    assert_eq!(gpio.read(0, 7).result.unwrap_err().code().name(), "other");
    gpio.open(0, 1, Mode::OutputOpenDrain, Level::High).result.unwrap();
    let mut operations = [Operation::Write(&[0, 0xff, 0x0a])];
    let reply = hardware.i2c[0].bus.transaction(0, 0, 400_000, &mut operations);
    // Half a nanosecond is one.
    assert_eq!((reply.result.is_ok(), reply.extra_ns), (true, 1));
    let mut into = [0; 1024];
    let mut operations = [Operation::Read(&mut into)];
    let reply = hardware.i2c[0].bus.transaction(0, 0x7f, 400_000, &mut operations);
    assert_eq!(reply.result.unwrap_err().code().name(), "timed-out");
    let refused = Err("no-acknowledge-address after 1, 0 ns".to_owned());
    assert_eq!(transfer(&mut hardware, 0x7f, &[], 2), refused);
    expectations.report().unwrap();
}

#[test]
fn failures_are_where_they_can_be_and_as_early_as_they_can() {
    let (expectations, mut hardware) = put_on_board("failures");
    let mut fails = |operations: &mut [Operation<'_>]| {
        let reply = hardware.i2c[0].bus.transaction(0, 0x50, 400_000, operations);
        (reply.result.unwrap_err().code().name(), reply.acknowledged)
    };
    let mut into = [0; 3];
    assert_eq!(fails(&mut [Operation::Write(&[0, 1])]), ("bus", 3));
    for answer in [("no-acknowledge-address", 3), ("no-acknowledge-data", 7)] {
        let between = &mut into[..2];
        let operations =
            &mut [Operation::Write(&[0, 0x10]), Operation::Read(between), Operation::Write(&[1])];
        assert_eq!(fails(operations), answer);
    }
    let first = &mut into[..2];
    assert_eq!(fails(&mut [Operation::Read(first), Operation::Write(&[1])]), ("no-acknowledge-data", 4));
    assert_eq!(fails(&mut [Operation::Read(&mut into)]), ("no-acknowledge-unknown", 0));
    assert_eq!(fails(&mut [Operation::Read(&mut into)]), ("no-acknowledge-data", 1));
    expectations.report().unwrap();
}

#[test]
fn silence_is_broken_by_any_call() {
    let (expectations, mut hardware) = put_on_board("only-silence");
    expectations.report().unwrap();
    let wires: Vec<_> = expectations.wires().into_iter().collect();
    assert_eq!(wires, [Wire::I2c(0), Wire::Pin(1), Wire::Pin(10)]);
    // The chip of the board is not there.
    assert!(transfer(&mut hardware, 0x76, &[0xd0], 1).is_err());
    assert_eq!(
        expectations.report().unwrap_err().to_string(),
        "call 1 comes when nothing more is expected there\n  \
           got:      i2c.0 0x76 write [d0] read 1 byte\n  \
           before it: no call"
    );
}

#[test]
fn what_is_not_named_stays_the_boards_own() {
    let board = board();
    let text = "[[expect]]\npin = \"LED\"\nopen = \"output\"";
    let expectations = expectations::parse(text, "e.toml", &board).unwrap();
    let mut hardware = expectations.put_on(board.hardware());
    // BME280 datasheet BST-BME280-DS002, section 5.4.1.
    assert_eq!(transfer(&mut hardware, 0x76, &[0xd0], 1), Ok(vec![0x60]));
    assert_eq!(hardware.gpio.read(0, 7).result.unwrap(), Level::High);
    let uses = [1, 5, 11, 3].map(|pin| hardware.gpio.pin_use(pin));
    assert_eq!(uses, [Some(PinUse::Free), Some(PinUse::Bus), Some(PinUse::Reserved), None]);
    let report = expectations.report().unwrap_err().to_string();
    assert!(report.contains("expectation 1: pin 1 open output low (e.toml:1)\n"), "{report}");
    assert!(report.ends_with("to the end of the run: no call"), "{report}");
}

#[test]
fn a_report_says_where_the_expectation_stands() {
    let (expectations, mut hardware) = put_on_board("strict");
    transfer(&mut hardware, 0x77, &[0xd0], 1).unwrap_err();
    let report = expectations.report().unwrap_err().to_string();
    let place = folder().join("accepted/strict.toml").display().to_string();
    let expected = format!("expected: i2c.0 0x76 write [d0] read 1 byte -> [60] ({place}:5)\n");
    assert!(report.contains(&expected), "{report}");
    assert!(report.contains("differs:  the address is 0x77, not 0x76\n"), "{report}");
}

#[test]
fn a_missing_file_names_the_file_and_the_reason() {
    let error = expectations::load("no/such.toml", &board()).unwrap_err();
    assert_eq!(error.to_string(), "no/such.toml: cannot be read");
    assert!(std::error::Error::source(&error).is_some());
}

mod mutated {
    //! Files that were hit by chance do not bring the reader down, and what is refused says where.

    use super::*;
    use proptest::prelude::*;

    use crate::support::{are_placed, damaged, pieces};

    const SEED: &str = include_str!("expectations/accepted/strict.toml");

    /// Pieces that mean something to the reader.
    const PIECES: &[&str] = &[
        "[[expect]]",
        "[silent]",
        "\n",
        "=",
        ",",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "i2c",
        "pin",
        "pins",
        "address",
        "write",
        "read",
        "messages",
        "error",
        "acknowledged",
        "extra-us",
        "open",
        "order",
        "0",
        "0x76",
        "-1",
        "1e400",
        "nan",
        "99999999999999999999",
        "\"d0\"",
        "\"high\"",
        "\"bus\"",
        "true",
        "1979-05-27",
        "é",
        "\u{0}",
        "#",
        "'''",
    ];

    fn check(board: &Board, text: &str) -> Result<(), TestCaseError> {
        match expectations::parse(text, "expectations.toml", board) {
            Ok(list) => prop_assert!(!list.wires().is_empty()),
            Err(error) => are_placed(text, &error)?,
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_in_any_order(text in pieces(PIECES)) {
            check(&board(), &text)?;
        }

        #[test]
        fn a_good_file_with_bad_places(text in damaged(SEED, PIECES)) {
            check(&board(), &text)?;
        }
    }
}
