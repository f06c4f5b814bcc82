//! What the tests of all kinds of files share.

#![allow(dead_code, reason = "no test uses all of it")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use hw_board::FileError;
use proptest::prelude::*;

/// The folder `tests/<kind>`.
pub(crate) fn folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(kind)
}

/// The files with this extension in a folder, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    files.sort();
    files
}

/// Compares what is said of each `NAME.toml` in the folder `refused` of a kind with `NAME.expected`, under the name
/// `shown`, which does not depend on where the checkout lies. `UPDATE_EXPECT=1` writes the expectations anew.
pub(crate) fn refused(
    kind: &str,
    shown: &str,
    at_least: usize,
    load: impl Fn(&Path) -> Result<(), FileError>,
) {
    let folder = folder(kind).join("refused");
    let files_found = files(&folder, "toml");
    assert!(files_found.len() >= at_least, "only {} cases found", files_found.len());
    let update = env::var("UPDATE_EXPECT").is_ok_and(|value| value == "1");
    let mut wrong = String::new();
    for path in files_found {
        let expected = fs::read_to_string(path.with_extension("expected")).unwrap_or_default();
        let found = load(&path).map_or_else(|error| error.to_string(), |()| "accepted".to_owned());
        let found = found.replace(&path.display().to_string(), shown) + "\n";
        if update {
            fs::write(path.with_extension("expected"), found).unwrap();
        } else if found != expected {
            wrong += &format!("{}\n--- expected\n{expected}+++ found\n{found}\n", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    for path in files(&folder, "expected") {
        assert!(path.with_extension("toml").exists(), "{} stands alone", path.display());
    }
}

/// Every problem says where it is and what, on one line.
pub(crate) fn are_placed(text: &str, error: &FileError) -> Result<(), TestCaseError> {
    prop_assert!(!error.problems().is_empty());
    let lines = text.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
    for problem in error.problems() {
        let line = problem.line.unwrap();
        prop_assert!((1..=lines).contains(&line), "line {line} of {lines}: {}", problem.message);
        prop_assert!(!problem.message.is_empty() && !problem.message.contains('\n'));
    }
    Ok(())
}

/// Pieces that mean something to a reader, in any order.
pub(crate) fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.join(" "))
}

/// A good text with up to three bad places: some characters lost, and a piece there instead.
pub(crate) fn damaged(good: &'static str, pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let hit = (any::<prop::sample::Index>(), 0usize..6, prop::sample::select(pieces));
    prop::collection::vec(hit, 1..4).prop_map(|hits| {
        let mut text: Vec<char> = good.chars().collect();
        for (at, remove, piece) in hits {
            let at = at.index(text.len() + 1);
            let end = (at + remove).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}
