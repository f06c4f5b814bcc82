//! Builds that are the same on every machine: no path of this one is in them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::toolchain::Toolchain;
use crate::workspace;

/// The `--config` that tells rustc to write no path of this machine into what it builds: panic messages name source
/// files.
///
/// It is configuration because cargo then adds it to the flags of a workspace's own .cargo/config.toml; where two
/// prefixes fit, rustc takes the last.
pub(crate) fn remap(toolchain: &Toolchain) -> OsString {
    let home = home().map(|home| (home, "~"));
    let cargo = std::env::var_os("CARGO_HOME").map(|home| (PathBuf::from(home), "cargo"));
    let own = [(toolchain.sources(), "rust"), (workspace::root().to_owned(), "twinboard")];
    let resolved = fs::canonicalize(toolchain.sources()).ok().map(|sources| (sources, "rust"));
    let all = home.into_iter().chain(cargo).chain(resolved).chain(own);
    let flags: Vec<String> = all
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .map(|flag| format!("'{flag}'"))
        .collect();
    format!("target.'cfg(all())'.rustflags=[{}]", flags.join(", ")).into()
}

/// Puts what was built where it is looked for, if it carries no path of this machine. Returns its length in bytes.
///
/// # Errors
/// Names the path that it carries, or the file that cannot be read or written.
pub(crate) fn publish(built: &Path, place: &Path) -> Result<usize> {
    let bytes = fs::read(built).with_context(|| built.display().to_string())?;
    if let Some(path) = machine_paths().into_iter().find(|path| carries(&bytes, path)) {
        bail!("{} carries the path {path} of this machine", workspace::shown(built));
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    if !fs::read(place).is_ok_and(|old| old == bytes) {
        replace(place, built)?;
    }
    Ok(bytes.len())
}

/// What must not be in a build.
fn machine_paths() -> Vec<String> {
    let home = home().filter(|home| home.components().count() > 1);
    let paths = home.into_iter().chain([workspace::root().to_owned()]);
    paths.map(|path| format!("{}/", path.display())).collect()
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}

fn carries(bytes: &[u8], path: &str) -> bool {
    bytes.windows(path.len()).any(|window| window == path.as_bytes())
}

/// Replaces the file at once: a test may be reading it.
fn replace(file: &Path, built: &Path) -> Result<()> {
    let new = file.with_extension("new");
    fs::copy(built, &new).with_context(|| new.display().to_string())?;
    fs::rename(&new, file).with_context(|| file.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_inside_a_build_is_found() {
        assert!(carries(b"\0asm...panicked at /srv/checkout/src/lib.rs", "/srv/checkout/"));
        assert!(!carries(b"\0asm...panicked at twinboard/src/lib.rs", "/srv/checkout/"));
    }

    #[test]
    fn a_build_with_a_path_of_this_machine_is_not_published() {
        let folder = std::env::temp_dir().join(format!("xtask-portable-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (built, place) = (folder.join("built"), folder.join("place/guest"));
        fs::write(&built, format!("panicked at {}/src/lib.rs", workspace::root().display())).unwrap();
        let error = publish(&built, &place).unwrap_err().to_string();
        assert!(error.contains("carries the path") && !place.exists(), "{error}");
        fs::write(&built, "panicked at twinboard/src/lib.rs").unwrap();
        assert_eq!(publish(&built, &place).unwrap(), 32);
        assert!(place.exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
