//! `cargo xtask setup`: what guests and firmware are built with.

use anyhow::Result;

use crate::toolchain::Toolchain;

/// Installs the toolchain if it is missing and says what it is.
///
/// # Errors
/// Says what to run when it cannot be installed from here.
pub(crate) fn run() -> Result<()> {
    println!("guests and firmware are built by {}", Toolchain::ensure()?.describe());
    Ok(())
}
