//! The program from outside: arguments in; standard output, standard error and exit code out.

mod abi;
mod board;
mod conform;
mod conform_board;
mod device;
mod expect;
mod interrupt;
mod listening;
mod picture;
mod run;
mod run_board;
mod run_native;
mod scenario;
mod trace;
mod trace_command;
mod trace_diff;
mod trace_gaps;
mod trace_json;
mod trace_native;
mod usage;
mod vcd;

use std::{
    ffi::OsStr,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

/// What a finished program left behind.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// The program, not yet started. The machine's own settings do not reach it.
fn program<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twinboard"));
    command.args(arguments).env_remove("TWINBOARD_LOG").env_remove("TWINBOARD_PORT").stdin(Stdio::null());
    command
}

/// Runs the program to its end.
fn twinboard<S: AsRef<OsStr>>(arguments: &[S]) -> Ran {
    program(arguments).output().unwrap().into()
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// The path of a file in `tests/guests`.
fn guest(name: &str) -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/guests").join(name).display().to_string()
}

/// A guest that returns `code` at once, written to `folder`.
fn guest_returning(folder: &tempfile::TempDir, code: i32) -> String {
    let path = folder.path().join("guest.wat");
    let text = format!(
        "(module (memory (export \"memory\") 1) (func (export \"run\") (result i32) (i32.const {code})))"
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}
