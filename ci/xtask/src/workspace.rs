//! Where things are in this checkout.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context as _, Result, ensure};

use crate::process;

/// The folder of the root Cargo.toml.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        // Cargo says at run time where xtask lies. What it said at compile time may be another checkout that
        // shares this one's CARGO_TARGET_DIR.
        let xtask =
            std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&xtask).ancestors().nth(2).expect("xtask lies two folders below the root").to_owned()
    });
    &ROOT
}

/// Where finished guests are put; the same place whatever CARGO_TARGET_DIR says, so that tests find them.
pub(crate) fn guests() -> PathBuf {
    root().join("target/guests")
}

/// Where finished firmware is put; the same place whatever CARGO_TARGET_DIR says, so that the simulator finds it.
pub(crate) fn firmware() -> PathBuf {
    root().join("target/firmware")
}

/// Where cargo builds: what CARGO_TARGET_DIR says, else target/.
pub(crate) fn target() -> PathBuf {
    root().join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The workspace of the guest SDK.
pub(crate) fn guest_sdk() -> PathBuf {
    root().join("guest-sdk")
}

/// Lets cargo work in another workspace than the root's, whose outputs go to `target`.
pub(crate) fn enter(mut cargo: Command, folder: &Path, target: &Path) -> Command {
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target);
    cargo
}

/// `path` as seen from the root, for messages.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// All files that git tracks or would track, relative to the root, sorted.
///
/// # Errors
/// Fails outside a git checkout.
pub(crate) fn files() -> Result<Vec<PathBuf>> {
    let mut git = process::command("git");
    git.current_dir(root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = process::output(&mut git).context("tidy looks at the files that git tracks")?;
    let mut files: Vec<PathBuf> =
        listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect();
    files.retain(|file| root().join(file).is_file());
    files.sort();
    files.dedup();
    ensure!(!files.is_empty(), "git lists no file in {}", root().display());
    Ok(files)
}
