//! `cargo xtask codegen [--check]`: what the generators make, and where it goes.
//!
//! The same function writes the files or compares them, so that `--check` cannot mean anything else.

use std::{collections::BTreeSet, fs, io, path::Path};

use abi_codegen::{Files, Generator};
use abi_model::Abi;
use anyhow::{Context, bail};

use crate::{process, workspace};

/// One kind of output and the place where it goes.
struct Output {
    /// Folder of the WIT files.
    wit: &'static str,
    generator: Generator,
    /// Folder of the output.
    folder: &'static str,
    /// Whether nothing but output is in that folder; other files there are then stale.
    is_own: bool,
}

const WIT: &str = "abi-spec/wit";
const TINY: &str = "abi-spec/codegen/tests/tiny/wit";

/// Every output. The tiny ABI's are the golden outputs of abi-codegen's tests.
#[rustfmt::skip]
const OUTPUTS: &[Output] = &[
    Output { wit: WIT, generator: abi_codegen::rust_host, folder: "abi-spec/types/src/generated", is_own: true },
    Output { wit: WIT, generator: abi_codegen::rust_guest, folder: "guest-sdk/rust/src/abi", is_own: true },
    Output { wit: WIT, generator: abi_codegen::reference, folder: "abi-spec", is_own: false },
    Output { wit: TINY, generator: abi_codegen::rust_host, folder: "abi-spec/codegen/tests/tiny/generated", is_own: true },
    Output { wit: TINY, generator: abi_codegen::rust_guest, folder: "abi-spec/codegen/tests/tiny/guest/abi", is_own: true },
    Output { wit: TINY, generator: abi_codegen::reference, folder: "abi-spec/codegen/tests/tiny", is_own: false },
];

/// Where the JSON Schemas of board files and their like go; nothing else is there.
const SCHEMAS: &str = "hw-backends/board/schema";

/// Writes all generated files; with `check`, only says which ones differ from what would be written.
///
/// # Errors
/// WIT that breaks the rules, files that cannot be read or written, and with `check` every difference.
pub(crate) fn run(check: bool) -> anyhow::Result<()> {
    let mut differences = Vec::new();
    for output in OUTPUTS {
        let wit = workspace::root().join(output.wit);
        let abi = Abi::from_dir(&wit).with_context(|| format!("{}: cannot be read", wit.display()))??;
        differences.extend(put_all(output.folder, output.is_own, &(output.generator)(&abi), check)?);
    }
    // Last, and by a program of its own: it needs crates that are compiled from what was written just now.
    differences.extend(put_all(SCHEMAS, true, &schemas()?, check)?);
    if !differences.is_empty() {
        bail!("{}\ngenerated files are not up to date; run `cargo xtask codegen`", differences.join("\n"));
    }
    Ok(())
}

/// The JSON Schemas, made by the crate that reads the files.
fn schemas() -> anyhow::Result<Files> {
    let mut cargo = process::cargo();
    cargo.current_dir(workspace::root()).args([
        "run",
        "--quiet",
        "--package",
        "hw-board",
        "--example",
        "schemas",
    ]);
    let printed = process::output(&mut cargo).context("the JSON Schemas cannot be made")?;
    serde_json::from_str(&printed).context("the JSON Schemas cannot be made: no object of texts was printed")
}

/// Writes or compares the files of one folder; says in what they differ.
fn put_all(place: &str, is_own: bool, files: &Files, check: bool) -> anyhow::Result<Vec<String>> {
    let folder = workspace::root().join(place);
    let mut differences = Vec::new();
    for (name, text) in files {
        if let Some(difference) = put(&folder.join(name), text, check)? {
            differences.push(format!("{place}/{name}{difference}"));
        }
    }
    if is_own {
        for name in stale(&folder, files)? {
            if check {
                differences.push(format!("{place}/{name}: nothing generates this file any more"));
            } else {
                fs::remove_file(folder.join(&name))?;
            }
        }
    }
    Ok(differences)
}

/// Writes or compares one file; says in what it differs.
fn put(path: &Path, text: &str, check: bool) -> anyhow::Result<Option<String>> {
    let found = match fs::read_to_string(path) {
        Ok(found) => Some(found),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).with_context(|| format!("{}: cannot be read", path.display())),
    };
    if found.as_deref() == Some(text) {
        return Ok(None);
    }
    if check {
        return Ok(Some(difference(found.as_deref(), text)));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("{}: cannot be written", path.display()))?;
    Ok(None)
}

/// The first line in which a file differs from what it should be.
fn difference(found: Option<&str>, wanted: &str) -> String {
    let Some(found) = found else { return ": is missing".to_owned() };
    let (mut found, mut wanted) = (found.lines(), wanted.lines());
    let mut line = 0;
    loop {
        line += 1;
        match (found.next(), wanted.next()) {
            (Some(found), Some(wanted)) if found == wanted => {}
            (None, None) => return ": line ends differ".to_owned(),
            (found, wanted) => {
                let show = |text: Option<&str>| text.map_or("nothing".to_owned(), |text| format!("`{text}`"));
                return format!(":{line}: is {}, should be {}", show(found), show(wanted));
            }
        }
    }
}

/// Files in `folder` that are not among `files`, by their path below it.
fn stale(folder: &Path, files: &Files) -> io::Result<BTreeSet<String>> {
    let mut stale = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        let entries = match fs::read_dir(&below) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(name) = path.strip_prefix(folder) {
                let name = name.to_string_lossy().replace('\\', "/");
                if !files.contains_key(&name) {
                    stale.insert(name);
                }
            }
        }
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_differing_line_is_named() {
        assert_eq!(difference(Some("a\nb\n"), "a\nc\n"), ":2: is `b`, should be `c`");
        assert_eq!(difference(Some("a\n"), "a\nc\n"), ":2: is nothing, should be `c`");
        assert_eq!(difference(Some("a\r\n"), "a\n"), ": line ends differ");
        assert_eq!(difference(None, "a\n"), ": is missing");
    }

    #[test]
    fn a_check_writes_nothing() {
        let path = std::env::temp_dir().join(format!("twinboard-codegen-{}", std::process::id()));
        assert_eq!(put(&path, "text\n", true).unwrap().as_deref(), Some(": is missing"));
        assert!(!path.exists());
        assert_eq!(put(&path, "text\n", false).unwrap(), None);
        assert_eq!(put(&path, "text\n", true).unwrap(), None);
        fs::remove_file(&path).unwrap();
    }
}
