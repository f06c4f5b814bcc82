//! `cargo xtask guests`: the example guests and those of the conformance suite, as WebAssembly.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::toolchain::{Target, Toolchain};
use crate::{conformance_guests, portable, process, workspace};

/// Builds every package of guest-sdk/examples and puts the modules into target/guests/; then those of the conformance
/// suite.
///
/// # Errors
/// Fails when a build fails or a module carries a path of this machine.
pub(crate) fn run() -> Result<()> {
    let toolchain = Toolchain::ensure()?;
    let names = examples(&workspace::guest_sdk().join("examples"))?;
    let mut cargo = toolchain.cargo("build", Target::Guest);
    cargo.current_dir(workspace::guest_sdk()).args(["--quiet", "--release", "--target-dir", "target"]);
    cargo.args(names.iter().flat_map(|name| ["--package", name]));
    cargo.arg("--config").arg(portable::remap(&toolchain));
    process::run(&mut cargo)?;

    let folder = workspace::guest_sdk().join("target").join(Target::Guest.triple()).join("release");
    for name in &names {
        let guest = workspace::guests().join(format!("{name}.wasm"));
        let bytes = portable::publish(&folder.join(format!("{}.wasm", name.replace('-', "_"))), &guest)?;
        println!("{} {bytes} bytes", workspace::shown(&guest));
    }
    conformance_guests::run(&toolchain)
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

#[cfg(test)]
mod tests {
    use super::*;

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
