//! `cargo xtask bench`: how much the simulator costs, as ratios within one run; and a run on a board.

use anyhow::Result;

use crate::{firmware, guests, process, workspace};

/// Builds the program as users get it, the guests and boards that are measured, and measures.
///
/// # Errors
/// Fails when a build or the benchmark fails.
pub(crate) fn run() -> Result<()> {
    let cargo = |arguments: &[&str]| {
        let mut cargo = process::cargo();
        cargo.current_dir(workspace::root()).args(arguments);
        cargo
    };
    guests::run()?;
    for board in [firmware::Board::Host, firmware::Board::QemuVirt] {
        firmware::run(firmware::Options { board: Some(board), ..Default::default() })?;
    }
    process::run(&mut cargo(&["build", "--release", "-p", "twinboard"]))?;
    let program = workspace::target().join("release").join("twinboard");
    let mut bench = cargo(&["bench", "-p", "sim-host", "--bench", "ratios"]);
    process::run(bench.env("TWINBOARD", program))?;
    let mut bench = cargo(&["bench", "-p", "remote-board", "--bench", "board"]);
    process::run(bench.env("TWINBOARD_FIRMWARE", workspace::firmware()))
}
