//! `twinboard conform` on a board that listens: over TCP, and over a pseudo-terminal as if at a serial port.
//!
//! The board is the firmware as a Linux process, in `target/firmware` or where `TWINBOARD_FIRMWARE` says.

use std::fs;

use crate::{
    Ran,
    listening::{Listening, ROOT},
    twinboard,
};

/// Runs the cases of `filter` on it.
fn conform(board: &Listening, filter: &str, more: &[&str]) -> Ran {
    let cases = format!("{ROOT}/conformance/cases");
    let mut arguments = vec!["conform", "--cases", &cases, "--target", &board.place, "--filter", filter];
    arguments.extend(more);
    twinboard(&arguments)
}

/// What the last lines say of a target that passed `cases` cases.
fn passed(ran: &Ran, target: &str, cases: usize) {
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let name = target.split(':').next().unwrap();
    assert!(ran.stdout.contains(&format!("\n{name}: {cases} pass; ")), "{ran:?}");
    assert!(ran.stdout.contains(&format!("; place {target}, board host, firmware ")), "{ran:?}");
    assert!(ran.stdout.contains(&format!("\nconforms ({cases} cases, ")), "{ran:?}");
}

#[test]
fn a_board_behind_tcp_conforms_again_and_again() {
    let board = Listening::on("tcp:127.0.0.1:0");
    assert!(board.place.starts_with("tcp:127.0.0.1:"), "{}", board.place);
    for _ in 0..2 {
        passed(&conform(&board, "i2c/chip-id*", &["--jobs", "4"]), &board.place, 2);
    }
}

#[test]
fn a_board_at_a_serial_port_conforms() {
    let board = Listening::on("pty");
    assert!(board.place.starts_with("serial:/dev/pts/"), "{}", board.place);
    passed(&conform(&board, "gpio/output", &[]), &board.place, 1);
}

#[test]
fn simulator_and_board_stand_side_by_side_in_a_report() {
    let board = Listening::on("tcp:127.0.0.1:0");
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("report.json").display().to_string();
    // The case is for desktops alone: the board skips it, the simulator runs it.
    let arguments = ["--filter", "traps/unreachable", "--target", "sim", "--json", &json];
    let ran = conform(&board, "memory/grows-to-the-desktop", &arguments);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let verdicts = |case: usize| {
        let verdicts = report["cases"][case]["verdicts"].as_array().unwrap().iter();
        verdicts.map(|verdict| format!("{} {}", verdict["target"], verdict["verdict"])).collect::<Vec<_>>()
    };
    assert_eq!(verdicts(0), [r#""tcp" "skip""#, r#""sim" "pass""#]);
    assert_eq!(verdicts(1), [r#""tcp" "pass""#, r#""sim" "pass""#]);
    let engine = report["targets"][1]["identity"]["engine"].as_str().unwrap();
    let version = engine.strip_prefix("wasmtime ").unwrap_or_else(|| panic!("{engine}"));
    assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{engine}");
}

#[test]
fn a_board_that_is_not_there_is_a_fault() {
    let target = {
        let board = Listening::on("tcp:127.0.0.1:0");
        board.place.clone()
    };
    let cases = format!("{ROOT}/conformance/cases");
    let ran = twinboard(&["conform", "--cases", &cases, "--target", &target]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(205), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(&target), "{ran:?}");
}
