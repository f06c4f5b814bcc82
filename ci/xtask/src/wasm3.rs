//! wasm3's sources: fetched once, as Python's package index has them.
//!
//! There they are part of `pywasm3`, together with a Python module that nobody needs here. pip fetches the package from
//! whatever index it is configured for, and compares it with the checksum below before anything is done with it. (It then
//! asks the package for its metadata, for which it fetches Python's setuptools, of any version.) The unpacked files are
//! compared each time, so that firmware is never built of others by mistake.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use crc::{CRC_32_ISO_HDLC, Crc};

use crate::{packages, process, workspace};

/// The package, which has the version of wasm3 itself.
const PACKAGE: &str = "pywasm3";
const VERSION: &str = "0.5.0";

/// Of the package's source archive.
const SHA256: &str = "5a47c8a39f7f6ae71b3316b2e5d86c9d0db6e771a65f09a86e4d4aa3a19aefcc";

/// Of the names and contents of wasm3's own files in it.
const FILES_CRC32: u32 = 0xb9b6_2b04;

/// Builds the engine from other sources instead.
const CHOICE: &str = "WASM3_DIR";

/// The folder of wasm3.h: fetched first if it is not there, or what [`CHOICE`] says.
///
/// # Errors
/// Says what to run when the sources cannot be fetched from here.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os(CHOICE).filter(|folder| !folder.is_empty()) {
        return chosen(&workspace::root().join(folder));
    }
    let place = workspace::root().join(format!("target/wasm3-{VERSION}"));
    let sources = place.join("wasm3");
    if !sources.join("wasm3.h").is_file() {
        fetch(&place)?;
        ensure!(sources.join("wasm3.h").is_file(), "{PACKAGE} {VERSION} has no wasm3/wasm3.h");
    }
    ensure!(
        crc32(&sources)? == FILES_CRC32,
        "the files in {} are not those of wasm3 {VERSION}: remove the folder, or build from it with {CHOICE}",
        sources.display()
    );
    Ok(sources)
}

/// The checksum of a folder's files: of each, by name, its name, a line feed, and its content.
fn crc32(folder: &Path) -> Result<u32> {
    let files = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut files: Vec<PathBuf> =
        files.with_context(|| folder.display().to_string())?.iter().map(fs::DirEntry::path).collect();
    files.sort();
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let mut digest = crc.digest();
    for file in files {
        digest.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        digest.update(b"\n");
        digest.update(&fs::read(&file).with_context(|| file.display().to_string())?);
    }
    Ok(digest.finalize())
}

/// Sources that the user has chosen.
fn chosen(folder: &Path) -> Result<PathBuf> {
    let found =
        [folder.to_owned(), folder.join("source")].into_iter().find(|it| it.join("wasm3.h").is_file());
    found.with_context(|| format!("{CHOICE}: no wasm3.h in {0} or {0}/source", folder.display()))
}

/// Fetches, compares and unpacks the package; `place` is there afterwards, or as it was.
fn fetch(place: &Path) -> Result<()> {
    if process::output(python().args(["-m", "pip", "--version"])).is_err() {
        println!("pip missing: installing python3-pip");
        packages::install(&["python3-pip"], "pip, which fetches wasm3's sources,", &elsewhere())?;
    }
    let work = place.with_file_name(format!("wasm3-{VERSION}.part"));
    if work.exists() {
        fs::remove_dir_all(&work).with_context(|| work.display().to_string())?;
    }
    fs::create_dir_all(&work).with_context(|| work.display().to_string())?;
    let requirements = work.join("requirements.txt");
    fs::write(&requirements, requirement()).with_context(|| requirements.display().to_string())?;
    let mut pip = python();
    pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", PACKAGE, "--require-hashes"]);
    pip.arg("--requirement").arg(&requirements).arg("--dest").arg(&work);
    process::run(&mut pip).with_context(|| {
        format!("wasm3 {VERSION} cannot be fetched; with sources of your own, set {CHOICE} to the folder of wasm3.h")
    })?;
    let mut unpack = python();
    unpack
        .args(["-m", "tarfile", "--extract"])
        .arg(work.join(format!("{PACKAGE}-{VERSION}.tar.gz")))
        .arg(&work);
    process::run(&mut unpack)?;
    if place.exists() {
        fs::remove_dir_all(place).with_context(|| place.display().to_string())?;
    }
    fs::rename(work.join(format!("{PACKAGE}-{VERSION}")), place)
        .with_context(|| place.display().to_string())?;
    fs::remove_dir_all(&work).with_context(|| work.display().to_string())
}

/// The package as pip's requirements name it: this version, and no other bytes.
fn requirement() -> String {
    format!("{PACKAGE}=={VERSION} --hash=sha256:{SHA256}\n")
}

/// What to do about a missing pip where there is no apt-get.
fn elsewhere() -> String {
    format!("install pip for python3, or set {CHOICE} to the folder of wasm3.h")
}

fn python() -> Command {
    process::command("python3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_is_pinned_to_the_byte() {
        let line = requirement();
        assert!(line.starts_with("pywasm3==0.5.0 --hash=sha256:"), "{line}");
        assert_eq!(SHA256.len(), 64);
        assert!(SHA256.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }

    #[test]
    fn a_changed_file_changes_the_checksum() {
        let folder = std::env::temp_dir().join(format!("wasm3-crc32-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("b"), "2").unwrap();
        fs::write(folder.join("a"), "1").unwrap();
        let before = crc32(&folder).unwrap();
        fs::write(folder.join("b"), "3").unwrap();
        let after = crc32(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(before, Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(b"a\n1b\n2"));
        assert_ne!(before, after);
    }

    #[test]
    fn a_folder_without_wasm3_is_named() {
        let error = chosen(Path::new("/nonexistent")).unwrap_err().to_string();
        assert_eq!(error, "WASM3_DIR: no wasm3.h in /nonexistent or /nonexistent/source");
    }
}
