//! The compiler for guests and firmware: which one there is, and how cargo is told to use it.
//!
//! Two kinds work. rustup's own toolchain, with its prebuilt libraries for both targets, is tried first. Where
//! those cannot be had, Debian's `rustc-web` builds the same libraries from `rust-web-src`.

mod debian;
mod rustup;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// What is compiled for, beside the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Guests: WebAssembly 1.0 with mutable globals.
    Guest,
    /// Firmware: the instruction set of an ESP32-C3.
    Firmware,
}

impl Target {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Guest, Self::Firmware];

    /// The name that rustc knows.
    pub(crate) const fn triple(self) -> &'static str {
        match self {
            Self::Guest => "wasm32v1-none",
            Self::Firmware => "riscv32imc-unknown-none-elf",
        }
    }

    /// The environment variable that tells cargo which linker to use; a target file has the triple as its name.
    fn linker_variable(self) -> String {
        format!("CARGO_TARGET_{}_LINKER", self.triple().to_uppercase().replace('-', "_"))
    }

    /// The program of Debian's lld that links for it.
    const fn debian_linker(self) -> &'static str {
        match self {
            Self::Guest => "wasm-ld-19",
            Self::Firmware => "ld.lld-19",
        }
    }
}

/// Where compiler and libraries come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Rustup,
    Debian,
}

/// A compiler that can build for every [`Target`].
#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    origin: Origin,
    /// What `rustc --version` says.
    version: String,
    /// Has lib/rustlib in it.
    sysroot: PathBuf,
}

/// The variable that restricts the choice, to `rustup` or `debian`.
const CHOICE: &str = "TWINBOARD_TOOLCHAIN";

impl Toolchain {
    /// The toolchain, installed first if it is missing.
    ///
    /// # Errors
    /// Says what to run when it cannot be installed from here.
    pub(crate) fn ensure() -> Result<Self> {
        Self::choose(rustup::ensure, debian::ensure)
    }

    /// A toolchain that has the standard library's sources, for targets that nobody prebuilds.
    ///
    /// # Errors
    /// Says what to run when it cannot be installed from here.
    pub(crate) fn ensure_sources() -> Result<Self> {
        if chosen(Origin::Debian)? && debian::is_ready() {
            return debian::ensure();
        }
        Self::choose(rustup::ensure_sources, debian::ensure)
    }

    fn choose(
        from_rustup: impl Fn() -> Result<Option<Self>>,
        from_debian: impl Fn() -> Result<Self>,
    ) -> Result<Self> {
        if chosen(Origin::Rustup)?
            && let Some(toolchain) = from_rustup()?
        {
            return Ok(toolchain);
        }
        if chosen(Origin::Debian)? {
            return from_debian();
        }
        bail!("{CHOICE}=rustup, but rustup cannot install the libraries for both targets");
    }

    /// `cargo <subcommand>` for `target`, with everything set that this toolchain needs.
    pub(crate) fn cargo(&self, subcommand: &str, target: Target) -> Command {
        let mut cargo = self.command(subcommand);
        if self.origin == Origin::Debian {
            cargo.env(target.linker_variable(), target.debian_linker());
            cargo.arg("-Zbuild-std=core,alloc");
        }
        cargo.args(["--target", target.triple()]);
        cargo
    }

    /// `cargo <subcommand>` for a target that a JSON file describes; needs [`Toolchain::ensure_sources`].
    pub(crate) fn cargo_for_file(&self, subcommand: &str, target: &Path) -> Command {
        let mut cargo = self.command(subcommand);
        cargo.env("RUSTC_BOOTSTRAP", "1");
        if self.origin == Origin::Debian {
            // Debian's compiler comes without the linker that the target file names.
            cargo.env(Target::Firmware.linker_variable(), Target::Firmware.debian_linker());
        }
        cargo.args(["-Zbuild-std=core,alloc", "-Zjson-target-spec", "--target"]).arg(target);
        cargo
    }

    /// Whether the target's libraries are prebuilt, so that clippy can use them too.
    pub(crate) fn is_prebuilt(&self) -> bool {
        self.origin == Origin::Rustup
    }

    /// The folder that the compiler's own sources appear under in messages of the compiled program.
    pub(crate) fn sources(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust")
    }

    /// One line for people.
    pub(crate) fn describe(&self) -> String {
        match self.origin {
            Origin::Rustup => format!("{}, prebuilt libraries from rustup", self.version),
            Origin::Debian => format!("{}, libraries built from Debian's rust-web-src", self.version),
        }
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut cargo = process::cargo();
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").arg(subcommand);
        if self.origin == Origin::Debian {
            cargo.env("RUSTC", debian::RUSTC).env("RUSTC_BOOTSTRAP", "1");
        }
        cargo
    }
}

/// Whether the user's choice leaves `origin` open.
fn chosen(origin: Origin) -> Result<bool> {
    match std::env::var(CHOICE) {
        Err(_) => Ok(true),
        Ok(choice) => match choice.as_str() {
            "" => Ok(true),
            "rustup" => Ok(origin == Origin::Rustup),
            "debian" => Ok(origin == Origin::Debian),
            other => bail!("{CHOICE} is \"{other}\"; it can be \"rustup\" or \"debian\""),
        },
    }
}

/// The version and the sysroot of a compiler.
fn ask(rustc: &str) -> Result<(String, PathBuf)> {
    let version = process::output(process::command(rustc).arg("--version")).context("is Rust installed?")?;
    let sysroot = process::output(process::command(rustc).args(["--print", "sysroot"]))?;
    Ok((version.trim().to_owned(), PathBuf::from(sysroot.trim())))
}

/// Whether the sysroot has prebuilt libraries for `target`.
fn has_libraries(sysroot: &Path, target: Target) -> bool {
    let folder = sysroot.join("lib/rustlib").join(target.triple()).join("lib");
    let Ok(entries) = folder.read_dir() else { return false };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_sysroot_has_no_libraries() {
        assert!(!has_libraries(Path::new("/nonexistent"), Target::Guest));
    }

    #[test]
    fn debian_needs_a_linker_and_the_library_sources() {
        let toolchain = Toolchain { origin: Origin::Debian, version: String::new(), sysroot: PathBuf::new() };
        let cargo = toolchain.cargo("build", Target::Guest);
        let linker = cargo.get_envs().find(|(key, _)| *key == "CARGO_TARGET_WASM32V1_NONE_LINKER");
        assert_eq!(linker.unwrap().1.unwrap(), "wasm-ld-19");
        assert_eq!(process::line(&cargo), "cargo build -Zbuild-std=core,alloc --target wasm32v1-none");
    }

    #[test]
    fn rustup_needs_neither() {
        let toolchain = Toolchain { origin: Origin::Rustup, version: String::new(), sysroot: PathBuf::new() };
        let cargo = toolchain.cargo("build", Target::Firmware);
        assert_eq!(process::line(&cargo), "cargo build --target riscv32imc-unknown-none-elf");
        assert!(cargo.get_envs().all(|(key, value)| value.is_none() || key != "RUSTC"));
    }
}
