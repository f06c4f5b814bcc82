//! Scenario files: which are refused, with what is said of them, and which are not.
//!
//! A case is a pair of files in `scenarios/refused/`: `NAME.toml` and `NAME.expected`. Adding one changes no code.
//! All are read for `scenarios/board.toml`. `UPDATE_EXPECT=1` writes the expectations anew; then read what it wrote.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use hw_board::{Board, Scenario};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios")
}

fn board() -> Board {
    Board::load(folder().join("board.toml")).unwrap()
}

fn files(below: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder().join(below)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    files.sort();
    files
}

#[test]
fn refused_files_say_why() {
    let board = board();
    let files = files("refused", "toml");
    assert!(files.len() >= 25, "only {} cases found", files.len());
    let update = env::var("UPDATE_EXPECT").is_ok_and(|value| value == "1");
    let mut wrong = String::new();
    for path in files {
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap_or_default();
        let found = match Scenario::load(&path, &board) {
            Ok(_) => "accepted".to_owned(),
            Err(error) => error.to_string(),
        };
        let found = found.replace(&path.display().to_string(), "scenario.toml") + "\n";
        if update {
            fs::write(path.with_extension("expected"), found).unwrap();
        } else if found != expected {
            wrong += &format!("{}\n--- expected\n{expected}+++ found\n{found}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_expectation_has_its_file() {
    for path in files("refused", "expected") {
        assert!(path.with_extension("toml").exists(), "{} stands alone", path.display());
    }
}

#[test]
fn accepted_files_play_around_their_board() {
    let board = board();
    let files = files("accepted", "toml");
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

    /// Where, how many characters are lost, and what is there instead.
    fn hit() -> impl Strategy<Value = (prop::sample::Index, usize, &'static str)> {
        (any::<prop::sample::Index>(), 0usize..6, prop::sample::select(PIECES))
    }

    fn check(board: &Board, text: &str) -> Result<(), TestCaseError> {
        match Scenario::parse(text, "scenario.toml", board) {
            Ok(scenario) => {
                let (mut hardware, _) = board.hardware_with(&scenario, 0);
                hardware.outside.advance(u64::MAX);
            }
            Err(error) => {
                prop_assert!(!error.problems().is_empty());
                let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
                for problem in error.problems() {
                    let line = problem.line.unwrap();
                    prop_assert!((1..=lines).contains(&line), "line {line} of {lines}: {}", problem.message);
                    prop_assert!(!problem.message.is_empty() && !problem.message.contains('\n'));
                }
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn pieces_in_any_order(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40)) {
            check(&board(), &pieces.join(" "))?;
        }

        #[test]
        fn a_good_file_with_bad_places(hits in prop::collection::vec(hit(), 1..4)) {
            let mut text: Vec<char> = SEED.chars().collect();
            for (at, remove, piece) in hits {
                let at = at.index(text.len() + 1);
                let end = (at + remove).min(text.len());
                text.splice(at..end, piece.chars());
            }
            check(&board(), &text.into_iter().collect::<String>())?;
        }
    }
}
