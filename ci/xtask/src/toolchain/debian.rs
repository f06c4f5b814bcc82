//! Debian's compiler, which builds the libraries from Debian's sources.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::{Origin, Target, Toolchain, ask};
use crate::packages;

/// Debian's compiler; by its path, because rustup's comes first in PATH.
pub(super) const RUSTC: &str = "/usr/bin/rustc";

/// Compiler, library sources, linker.
const PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-19"];

/// The compiler with its sources and linkers, installed first if something is missing.
pub(super) fn ensure() -> Result<Toolchain> {
    if let Some(what) = missing() {
        println!("{what} is missing: installing {}", PACKAGES.join(" "));
        let targets = Target::ALL.map(Target::triple).join(" ");
        packages::install(
            &PACKAGES,
            "the compiler for guests",
            &format!("run `rustup target add {targets}`"),
        )?;
        if let Some(what) = missing() {
            bail!("{what} is still missing after the packages {} were installed", PACKAGES.join(", "));
        }
    }
    let (version, sysroot) = ask(RUSTC)?;
    let toolchain = Toolchain { origin: Origin::Debian, version, sysroot };
    agree(&toolchain)?;
    Ok(toolchain)
}

/// Whether nothing would have to be installed.
pub(super) fn is_ready() -> bool {
    missing().is_none()
}

/// The first thing that is not there.
fn missing() -> Option<String> {
    if !Path::new(RUSTC).is_file() {
        return Some(RUSTC.to_owned());
    }
    let Ok((_, sysroot)) = ask(RUSTC) else { return Some(format!("a working {RUSTC}")) };
    let sources = sysroot.join("lib/rustlib/src/rust/library/core/src/lib.rs");
    if !sources.is_file() {
        return Some(sources.display().to_string());
    }
    let linkers = Target::ALL.map(Target::debian_linker);
    linkers.into_iter().find(|linker| !packages::runs(linker)).map(str::to_owned)
}

/// Sources of another version do not compile: better to say so than to show their errors.
fn agree(toolchain: &Toolchain) -> Result<()> {
    let file = toolchain.sources().join("src/version");
    let sources =
        std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let compiler = release(&toolchain.version);
    ensure!(
        compiler == sources.trim(),
        "{RUSTC} is {compiler}, but the sources of rust-web-src are {}: run `apt-get update && apt-get install {}`",
        sources.trim(),
        PACKAGES.join(" ")
    );
    Ok(())
}

/// `1.96.0` of `rustc 1.96.0 (ac68faa20 2026-05-25)`.
fn release(version: &str) -> &str {
    version.split_whitespace().nth(1).unwrap_or(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_is_the_second_word() {
        assert_eq!(release("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), "1.96.0");
    }

    #[test]
    fn sources_of_another_version_are_refused() {
        let folder = std::env::temp_dir().join(format!("xtask-agree-{}", std::process::id()));
        let version = folder.join("lib/rustlib/src/rust/src");
        std::fs::create_dir_all(&version).unwrap();
        std::fs::write(version.join("version"), "1.85.0\n").unwrap();
        let toolchain = Toolchain {
            origin: Origin::Debian,
            version: "rustc 1.96.0 (ac68faa20 2026-05-25)".to_owned(),
            sysroot: folder.clone(),
        };
        let error = agree(&toolchain).unwrap_err().to_string();
        std::fs::remove_dir_all(folder).unwrap();
        assert!(
            error.starts_with("/usr/bin/rustc is 1.96.0, but the sources of rust-web-src are 1.85.0"),
            "{error}"
        );
    }
}
