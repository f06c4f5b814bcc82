//! `twinboard device`, with the firmware as a Linux process for a board.

mod json;
mod list;
mod persistence;
mod relay;
mod sharing;
mod usage;
mod verbs;
mod watching;

use crate::{Ran, listening::Listening, twinboard};

/// Runs a verb on a board.
fn device(board: &Listening, arguments: &[&str]) -> Ran {
    twinboard(&[&["device", "--port", &board.place], arguments].concat())
}

/// Runs a verb on a board that must do it; what it says.
#[track_caller]
fn done(board: &Listening, arguments: &[&str]) -> String {
    let ran = device(board, arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{arguments:?}: {ran:?}");
    ran.stdout
}

/// What a verb says as JSON.
#[track_caller]
fn json(board: &Listening, arguments: &[&str]) -> serde_json::Value {
    let ran = device(board, &[&["--json"], arguments].concat());
    assert_eq!(ran.stdout.lines().count(), 1, "{arguments:?}: {ran:?}");
    let object: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let code = object["exit-code"].as_i64().unwrap_or_default();
    assert_eq!(ran.code.map(i64::from), Some(code), "{arguments:?}: {ran:?}");
    assert_eq!(object["ok"] == true, code == 0, "{arguments:?}: {ran:?}");
    assert_eq!(ran.stderr, "", "{arguments:?}");
    object
}
