//! rustup's toolchain, with prebuilt libraries.

use std::time::Duration;

use anyhow::Result;

use super::{Origin, Target, Toolchain, ask, has_libraries};
use crate::process;

/// Long enough for 60 MB on a slow line, short enough to wait for where nothing answers.
const DOWNLOAD: Duration = Duration::from_secs(120);

/// The current toolchain if it has the libraries for both targets, or can get them.
pub(super) fn ensure() -> Result<Option<Toolchain>> {
    let toolchain = current()?;
    let complete = || Target::ALL.iter().all(|target| has_libraries(&toolchain.sysroot, *target));
    if !complete() {
        download("target", &Target::ALL.map(Target::triple));
    }
    Ok(complete().then_some(toolchain))
}

/// The current toolchain if it has the standard library's sources, or can get them.
pub(super) fn ensure_sources() -> Result<Option<Toolchain>> {
    let toolchain = current()?;
    let complete = || toolchain.sources().join("library/core/src/lib.rs").is_file();
    if !complete() {
        download("component", &["rust-src"]);
    }
    Ok(complete().then_some(toolchain))
}

fn current() -> Result<Toolchain> {
    let (version, sysroot) = ask("rustc")?;
    Ok(Toolchain { origin: Origin::Rustup, version, sysroot })
}

/// Not being able to download is no error: there is another way.
fn download(what: &str, names: &[&str]) {
    let mut rustup = process::command("rustup");
    rustup.args([what, "add"]).args(names);
    if let Err(error) = process::run_within(&mut rustup, DOWNLOAD) {
        println!("rustup cannot add them: {error:#}");
    }
}
