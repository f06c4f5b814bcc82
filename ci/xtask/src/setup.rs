//! `cargo xtask setup`: what guests and firmware are built with.

use anyhow::Result;

use crate::toolchain::Toolchain;
use crate::{wasm3, workspace};

/// Installs the toolchain and fetches wasm3's sources if they are missing, and says what they are.
///
/// # Errors
/// Says what to run when it cannot be installed from here.
pub(crate) fn run() -> Result<()> {
    println!("guests and firmware are built by {}", Toolchain::ensure()?.describe());
    println!("the firmware's engine is built from {}", workspace::shown(&wasm3::ensure()?));
    Ok(())
}
