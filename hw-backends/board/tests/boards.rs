//! Board files that are refused, with what is said of them, and board files that are not.
//!
//! A case is a pair of files in `boards/refused/`: `NAME.toml` and `NAME.expected`. Adding one changes no code;
//! `UPDATE_EXPECT=1` writes the expectations anew. Then read what it wrote.

mod support;

use std::{fs, path::Path};

use hw_board::{Board, MAX_FILE_BYTES};

#[test]
fn refused_files_say_why() {
    support::refused("boards", "board.toml", 60, |path| Board::load(path).map(drop));
}

#[test]
fn accepted_files_make_hardware() {
    let files = support::files(&support::folder("boards").join("accepted"), "toml");
    assert!(files.len() >= 3, "only {} cases found", files.len());
    for path in files {
        let board = Board::load(&path).unwrap_or_else(|error| panic!("{error}"));
        let hardware = board.hardware();
        assert_eq!(hardware.i2c.len(), board.i2c().count(), "{}", path.display());
    }
}

#[test]
fn a_board_is_what_its_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boards/accepted/weather-station.toml");
    let board = Board::load(path).unwrap();
    assert_eq!(board.name(), "weather station");
    assert_eq!(board.profile().name, "esp32c3");
    assert_eq!(board.device_id(), [0x24, 0xdc, 0xc3, 0xa1, 0xb2, 0xc4]);
    let labels: Vec<_> = board.pins().map(|pin| (pin.number, pin.label.as_str())).collect();
    assert_eq!(labels, [(1, "LED"), (4, "BOOT")]);
    let bus = board.i2c().next().unwrap();
    assert_eq!((bus.number, bus.frequency_hz, bus.pins), (0, 400_000, Some((5, 6))));
    assert_eq!((bus.chips[0].model(), bus.chips[0].address), ("bme280", 0x76));
    let settings = bus.chips[0].settings();
    assert_eq!((settings[0].name.as_str(), settings[0].value), ("temperature-c", 21.5));
}

/// The board in the first TOML example of a document whose lines begin with `margin`.
fn documented(text: &str, margin: &str) -> Board {
    let (_, rest) = text.split_once("```toml\n").unwrap();
    let lines = rest.lines().map(|line| line.trim_start_matches(margin));
    let example: Vec<&str> = lines.take_while(|line| line.trim() != "```").collect();
    Board::parse(&example.join("\n"), "example").unwrap_or_else(|error| panic!("{error}"))
}

/// What the settings of a chip are called.
fn settings(board: &Board, chip: &str) -> Vec<String> {
    board.chip(chip).unwrap().1.settings().into_iter().map(|setting| setting.name).collect()
}

#[test]
fn the_documented_boards_are_ones() {
    let board = documented(include_str!("../src/board/mod.rs"), "//!");
    assert_eq!(board.part_names(), ["BOOT", "LED"]);
    assert_eq!(board.chip_names(), ["outdoor", "registers"]);
    let registers = settings(&board, "registers");
    assert_eq!([&registers[..2], &registers[8..]].concat(), ["who-am-i", "channel-0", "channel-7", "0x30"]);

    let board = documented(include_str!("../../chips/README.md"), "");
    let registers = settings(&board, "registers");
    assert_eq!([&registers[..2], &registers[6..]].concat(), ["who-am-i", "control-0", "control-5", "0x28"]);
}

#[test]
fn a_missing_file_names_the_file_and_the_reason() {
    let error = Board::load("no/such/board.toml").unwrap_err();
    assert_eq!(error.to_string(), "no/such/board.toml: cannot be read");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("No such file or directory"), "{cause}");
}

#[test]
fn a_folder_is_no_board_file() {
    let error = Board::load(env!("CARGO_MANIFEST_DIR")).unwrap_err();
    assert!(error.to_string().ends_with(": cannot be read"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.toml");
    let mut text = "#".repeat(MAX_FILE_BYTES as usize);
    fs::write(&path, &text).unwrap();
    assert!(Board::load(&path).is_ok());
    text.push('#');
    fs::write(&path, &text).unwrap();
    let error = Board::load(&path).unwrap_err();
    assert_eq!(error.to_string(), format!("{}: is larger than 1048576 bytes", path.display()));
}

mod mutated {
    //! Files that were hit by chance do not bring the reader down, and what is refused says where.

    use hw_board::Board;
    use proptest::prelude::*;

    use crate::support::{are_placed, damaged, pieces};

    const SEEDS: &[&str] = &[
        include_str!("boards/accepted/weather-station.toml"),
        include_str!("boards/accepted/parts-and-registers.toml"),
    ];

    /// Pieces that mean something to the reader.
    const PIECES: &[&str] = &[
        "[board]",
        "[gpio.pins]",
        "[i2c.0]",
        "[i2c.1]",
        "[[i2c.0.chips]]",
        "\n",
        "=",
        ",",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "model",
        "address",
        "label",
        "pull",
        "sda",
        "scl",
        "2",
        "0x76",
        "-1",
        "1e400",
        "nan",
        "99999999999999999999",
        "\"bme280\"",
        "\"registers\"",
        "\"button\"",
        "parts",
        "registers",
        "count",
        "timed",
        "0xff",
        "\"up\"",
        "true",
        "1979-05-27",
        "é",
        "\u{0}",
        "#",
        ".",
        "'''",
    ];

    fn check(text: &str) -> Result<(), TestCaseError> {
        match Board::parse(text, "board.toml") {
            Ok(board) => drop(board.hardware()),
            Err(error) => are_placed(text, &error)?,
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What the reader takes can be built: registers that overlap, or lie out of reach, it does not take.
        #[test]
        fn any_registers(
            increment in prop::sample::select(vec!["always", "never", "with-bit-7"]),
            registers in prop::collection::vec((0u32..=0x100, 0u32..=20, 0u32..=20, 0u32..=64), 0..4),
        ) {
            let mut text = format!("[i2c.0]\nchips=[{{model='registers',address=8,increment='{increment}',");
            text += "registers=[\n";
            for (address, count, step, shift) in &registers {
                let place = format!("address={address},count={count},step={step}");
                text += &format!("{{{place},timed={{period-us=1,shift={shift}}}}},\n");
            }
            check(&(text + "]}]"))?;
        }

        #[test]
        fn any_text(text in ".{0,200}") {
            check(&text)?;
        }

        #[test]
        fn pieces_in_any_order(text in pieces(PIECES)) {
            check(&text)?;
        }

        #[test]
        fn a_good_file_with_bad_places(
            text in prop_oneof![damaged(SEEDS[0], PIECES), damaged(SEEDS[1], PIECES)],
        ) {
            check(&text)?;
        }
    }
}
