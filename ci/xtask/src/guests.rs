//! `cargo xtask guests`: the example guests, as WebAssembly.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::toolchain::{Target, Toolchain};
use crate::{process, workspace};

/// Builds every package of guest-sdk/examples and puts the modules into target/guests/.
///
/// # Errors
/// Fails when a build fails or a module carries a path of this machine.
pub(crate) fn run() -> Result<()> {
    let toolchain = Toolchain::ensure()?;
    let names = examples(&workspace::guest_sdk().join("examples"))?;
    let mut cargo = toolchain.cargo("build", Target::Guest);
    cargo.current_dir(workspace::guest_sdk()).args(["--quiet", "--release", "--target-dir", "target"]);
    cargo.args(names.iter().flat_map(|name| ["--package", name]));
    cargo.arg("--config").arg(remap(&toolchain));
    process::run(&mut cargo)?;

    fs::create_dir_all(workspace::guests())?;
    for name in &names {
        let file = format!("target/{}/release/{}.wasm", Target::Guest.triple(), name.replace('-', "_"));
        let module = fs::read(workspace::guest_sdk().join(&file)).with_context(|| file)?;
        if let Some(path) = machine_paths().into_iter().find(|path| carries(&module, path)) {
            anyhow::bail!("{name}.wasm carries the path {path} of this machine");
        }
        let guest = workspace::guests().join(format!("{name}.wasm"));
        replace(&guest, &module)?;
        println!("{} {} bytes", workspace::shown(&guest), module.len());
    }
    Ok(())
}

/// The folders in `folder` that hold a package of the same name, sorted.
fn examples(folder: &Path) -> Result<Vec<String>> {
    let entries = folder.read_dir().with_context(|| folder.display().to_string())?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    ensure!(!names.is_empty(), "no example guest in {}", folder.display());
    Ok(names)
}

/// Tells rustc to write no path of this machine into the module: panic messages name source files.
///
/// Passed as configuration, because cargo then adds it to the flags of guest-sdk/.cargo/config.toml; where two
/// prefixes fit, rustc takes the last.
fn remap(toolchain: &Toolchain) -> OsString {
    let home = home().map(|home| (home, "~"));
    let cargo = std::env::var_os("CARGO_HOME").map(|home| (PathBuf::from(home), "cargo"));
    let own = [(toolchain.sources(), "rust"), (workspace::root().to_owned(), "twinboard")];
    let resolved = fs::canonicalize(toolchain.sources()).ok().map(|sources| (sources, "rust"));
    let all = home.into_iter().chain(cargo).chain(resolved).chain(own);
    let flags: Vec<String> = all
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .map(|flag| format!("'{flag}'"))
        .collect();
    format!("target.{}.rustflags=[{}]", Target::Guest.triple(), flags.join(", ")).into()
}

/// What must not be in a module.
fn machine_paths() -> Vec<String> {
    let home = home().filter(|home| home.components().count() > 1);
    let paths = home.into_iter().chain([workspace::root().to_owned()]);
    paths.map(|path| format!("{}/", path.display())).collect()
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}

fn carries(module: &[u8], path: &str) -> bool {
    module.windows(path.len()).any(|window| window == path.as_bytes())
}

/// Writes the file only if it changes, and then at once: a test may be reading it.
fn replace(file: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let new = file.with_extension("new");
    fs::write(&new, bytes).with_context(|| new.display().to_string())?;
    fs::rename(&new, file).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_inside_a_module_is_found() {
        assert!(carries(b"\0asm...panicked at /srv/checkout/src/lib.rs", "/srv/checkout/"));
        assert!(!carries(b"\0asm...panicked at twinboard/src/lib.rs", "/srv/checkout/"));
    }

    #[test]
    fn the_examples_are_found() {
        let names = examples(&workspace::guest_sdk().join("examples")).unwrap();
        assert!(names.iter().any(|name| name == "weather"), "{names:?}");
    }

    #[test]
    fn a_folder_without_examples_is_an_error() {
        let error = examples(&workspace::root().join("ci")).map(|names| names.join(" "));
        assert_eq!(error.ok().as_deref(), Some("xtask"));
        assert!(
            examples(&workspace::root().join("ci/xtask"))
                .unwrap_err()
                .to_string()
                .contains("no example guest")
        );
    }
}
