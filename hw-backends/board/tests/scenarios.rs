//! Scenario files: which are refused, with what is said of them, and which are not.
//!
//! A case is a pair of files in `scenarios/refused/`: `NAME.toml` and `NAME.expected`. Adding one changes no code.
//! All are read for `scenarios/board.toml`. `UPDATE_EXPECT=1` writes the expectations anew; then read what it wrote.

mod support;

use std::path::PathBuf;

use hw_board::{Board, Scenario};

fn folder() -> PathBuf {
    support::folder("scenarios")
}

fn board() -> Board {
    Board::load(folder().join("board.toml")).unwrap()
}

#[test]
fn refused_files_say_why() {
    let board = board();
    support::refused("scenarios", "scenario.toml", 25, |path| Scenario::load(path, &board).map(drop));
}

#[test]
fn accepted_files_play_around_their_board() {
    let board = board();
    let files = support::files(&folder().join("accepted"), "toml");
    assert!(files.len() >= 2, "only {} cases found", files.len());
    for path in files {
        let scenario = Scenario::load(&path, &board).unwrap_or_else(|error| panic!("{error}"));
        let (hardware, _) = board.hardware_with(&scenario, 0);
        assert_eq!(hardware.i2c.len(), board.i2c().count(), "{}", path.display());
    }
}

#[test]
fn a_missing_file_names_the_file_and_the_reason() {
    let error = Scenario::load("no/such/scenario.toml", &board()).unwrap_err();
    assert_eq!(error.to_string(), "no/such/scenario.toml: cannot be read");
}

mod mutated {
    //! Files that were hit by chance do not bring the reader down, and what is refused says where.

    use hw_board::{Board, Scenario};
    use proptest::prelude::*;

    use crate::support::{are_placed, damaged, pieces};

    use super::board;

    const SEED: &str = include_str!("scenarios/accepted/everything.toml");

    /// Pieces that mean something to the reader.
    const PIECES: &[&str] = &[
        "[[step]]",
        "step",
        "\n",
        "=",
        ",",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "at-ms",
        "after-ms",
        "within-ms",
        "press",
        "release",
        "drive",
        "set",
        "fault",
        "clear-faults",
        "expect-log",
        "expect-no-log",
        "for-ms",
        "expect-call",
        "end",
        "chip",
        "kind",
        "pin",
        "level",
        "contains",
        "function",
        "i2c",
        "address",
        "times",
        "rate",
        "byte",
        "\"BOOT\"",
        "\"nack\"",
        "\"outdoor\"",
        "true",
        "false",
        "0",
        "-1",
        "1e400",
        "nan",
        "99999999999999999999",
        "0.5",
        "1979-05-27",
        "é",
        "\u{0}",
        "#",
        ".",
    ];

    fn check(board: &Board, text: &str) -> Result<(), TestCaseError> {
        match Scenario::parse(text, "scenario.toml", board) {
            Ok(scenario) => {
                let (mut hardware, _) = board.hardware_with(&scenario, 0);
                hardware.outside.advance(u64::MAX);
            }
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
