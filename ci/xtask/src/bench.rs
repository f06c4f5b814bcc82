//! `cargo xtask bench`: how much the simulator costs, as ratios within one run.

use anyhow::Result;

use crate::{guests, process, workspace};

/// Builds the guests that are measured, and measures.
///
/// # Errors
/// Fails when a build or the benchmark fails.
pub(crate) fn run() -> Result<()> {
    guests::run()?;
    process::run(
        process::cargo()
            .current_dir(workspace::root())
            .args(["bench", "-p", "sim-host", "--bench", "ratios"]),
    )
}
