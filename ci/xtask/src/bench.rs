//! `cargo xtask bench`: how much the simulator costs, as ratios within one run; and a run on a board.

use anyhow::Result;

use crate::{process, workspace};

/// Builds the program as users get it, and measures.
///
/// # Errors
/// Fails when a build or the benchmark fails.
pub(crate) fn run() -> Result<()> {
    let cargo = |arguments: &[&str]| {
        let mut cargo = process::cargo();
        cargo.current_dir(workspace::root()).args(arguments);
        cargo
    };
    process::run(&mut cargo(&["build", "--release", "-p", "twinboard"]))?;
    let program = workspace::target().join("release").join("twinboard");
    let mut bench = cargo(&["bench", "-p", "sim-host", "--bench", "ratios"]);
    process::run(bench.env("TWINBOARD", program))?;
    process::run(&mut cargo(&["bench", "-p", "remote-board", "--bench", "board"]))
}
