//! The guests of the conformance suite that need a compiler: `conformance/cases/<area>/<condition>/guest.rs`.
//!
//! Adding a case must change no code, so the package that they are built as is written anew each time: each guest is an
//! example of it, with the dependencies and the profile of the guest SDK's workspace.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use toml::{Table, Value};

use crate::toolchain::{Target, Toolchain};
use crate::{portable, process, workspace};

/// A guest of a case.
#[derive(Debug)]
struct Guest {
    /// The case: `i2c/probe`.
    id: String,
    source: PathBuf,
}

/// Builds every guest and puts the modules into `target/guests/conformance/<area>/<condition>.wasm`.
///
/// # Errors
/// Fails when a build fails or a module carries a path of this machine.
pub(crate) fn run(toolchain: &Toolchain) -> Result<()> {
    let guests = find(&workspace::root().join("conformance/cases"))?;
    if guests.is_empty() {
        return Ok(());
    }
    let sdk = workspace::guest_sdk();
    let package = sdk.join("target/conformance");
    write_package(&sdk, &package, &guests)?;
    let mut cargo = toolchain.cargo("build", Target::Guest);
    // From the SDK's folder, whose configuration says how guests are linked.
    cargo.current_dir(&sdk).args(["--quiet", "--release", "--examples", "--target-dir", "target"]);
    cargo.arg("--manifest-path").arg(package.join("Cargo.toml"));
    cargo.arg("--config").arg(portable::remap(toolchain));
    process::run(&mut cargo)?;

    let built = sdk.join("target").join(Target::Guest.triple()).join("release/examples");
    let mut bytes = 0;
    for guest in &guests {
        let to = workspace::guests().join("conformance").join(&guest.id).with_extension("wasm");
        fs::create_dir_all(to.parent().unwrap_or(&to))?;
        bytes += portable::publish(&built.join(format!("{}.wasm", guest.example())), &to)?;
    }
    println!("target/guests/conformance/ {} modules, {bytes} bytes", guests.len());
    Ok(())
}

impl Guest {
    /// Its name among the examples, also of the file that cargo makes.
    fn example(&self) -> String {
        self.id.replace(['/', '-'], "_")
    }
}

/// All guests in the folders of cases, by id.
fn find(cases: &Path) -> Result<Vec<Guest>> {
    let mut guests = Vec::new();
    for area in folders(cases)? {
        for condition in folders(&area)? {
            let source = condition.join("guest.rs");
            if source.is_file() {
                let id = condition.strip_prefix(cases)?.to_string_lossy().replace('\\', "/");
                guests.push(Guest { id, source });
            }
        }
    }
    Ok(guests)
}

fn folders(of: &Path) -> Result<Vec<PathBuf>> {
    let entries = of.read_dir().with_context(|| of.display().to_string())?;
    let mut folders: Vec<_> =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// Writes the package; only what changes, so that cargo builds no more than it must.
fn write_package(sdk: &Path, package: &Path, guests: &[Guest]) -> Result<()> {
    let manifest = sdk.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
    let manifest = package_manifest(&text.parse()?, sdk, guests).to_string();
    fs::create_dir_all(package)?;
    replace(&package.join("lib.rs"), "//! The guests are the examples.\n\n#![no_std]\n")?;
    replace(&package.join("Cargo.toml"), &manifest)?;
    // The same versions as those of the SDK's own guests.
    if !package.join("Cargo.lock").exists() {
        fs::copy(sdk.join("Cargo.lock"), package.join("Cargo.lock"))?;
    }
    Ok(())
}

/// The package's manifest: what the SDK's workspace says, and an example for each guest.
fn package_manifest(sdk_manifest: &Table, sdk: &Path, guests: &[Guest]) -> Table {
    let workspace = sdk_manifest.get("workspace").and_then(Value::as_table).cloned().unwrap_or_default();
    let of_package = |key: &str| workspace.get("package").and_then(|package| package.get(key)).cloned();
    let mut dependencies =
        workspace.get("dependencies").and_then(Value::as_table).cloned().unwrap_or_default();
    // Paths count from the manifest.
    for (_, dependency) in dependencies.iter_mut() {
        if let Some(path) = dependency.get_mut("path") {
            *path = Value::from(sdk.join(path.as_str().unwrap_or_default()).display().to_string());
        }
    }
    let mut package = Table::from_iter([("name".to_owned(), Value::from("conformance-guests"))]);
    package.extend(
        ["version", "edition"].into_iter().filter_map(|key| Some((key.to_owned(), of_package(key)?))),
    );
    let example = |guest: &Guest| {
        Value::Table(Table::from_iter([
            ("name".to_owned(), Value::from(guest.example())),
            ("path".to_owned(), Value::from(guest.source.display().to_string())),
            ("crate-type".to_owned(), Value::from(vec!["cdylib"])),
        ]))
    };
    let lib = Table::from_iter([("path".to_owned(), Value::from("lib.rs"))]);
    let mut manifest = Table::from_iter([
        ("package".to_owned(), Value::Table(package)),
        ("workspace".to_owned(), Value::Table(Table::new())),
        ("lib".to_owned(), Value::Table(lib)),
        ("dependencies".to_owned(), Value::Table(dependencies)),
        ("example".to_owned(), Value::Array(guests.iter().map(example).collect())),
    ]);
    manifest.extend(sdk_manifest.get("profile").map(|profile| ("profile".to_owned(), profile.clone())));
    manifest
}

fn replace(file: &Path, text: &str) -> Result<()> {
    match fs::read_to_string(file) {
        Ok(old) if old == text => Ok(()),
        _ => fs::write(file, text).with_context(|| file.display().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_become_examples_of_the_sdk() {
        let sdk: Table = "[workspace]\npackage = { version = '1.2.3', edition = '2024' }\n\
                          dependencies = { sdk = { path = 'rust' }, log = '0.4' }\n[profile.release]\nlto = true"
            .parse()
            .unwrap();
        let guest = Guest { id: "i2c/write-read".into(), source: "/cases/guest.rs".into() };
        let manifest = package_manifest(&sdk, Path::new("/sdk"), &[guest]);
        assert_eq!(manifest["package"]["version"].as_str(), Some("1.2.3"));
        assert_eq!(manifest["dependencies"]["sdk"]["path"].as_str(), Some("/sdk/rust"));
        assert_eq!(manifest["dependencies"]["log"].as_str(), Some("0.4"));
        assert_eq!(manifest["profile"]["release"]["lto"].as_bool(), Some(true));
        assert_eq!(manifest["example"][0]["name"].as_str(), Some("i2c_write_read"));
    }

    #[test]
    fn guests_are_found_by_their_cases() {
        let folder = std::env::temp_dir().join(format!("twinboard-cases-{}", std::process::id()));
        for case in ["log/levels", "i2c/probe", "i2c/empty"] {
            fs::create_dir_all(folder.join(case)).unwrap();
        }
        fs::write(folder.join("log/levels/guest.rs"), "").unwrap();
        fs::write(folder.join("i2c/probe/guest.rs"), "").unwrap();
        let ids: Vec<String> = find(&folder).unwrap().into_iter().map(|guest| guest.id).collect();
        assert_eq!(ids, ["i2c/probe", "log/levels"]);
        fs::remove_dir_all(&folder).unwrap();
        assert!(find(&folder).is_err());
    }
}
