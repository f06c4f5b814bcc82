//! Bad WIT as data: `refused/<condition>.wit`, and beside it what the checker says, with file and line.
//!
//! A file that does not begin a package of its own is an interface `bad` of the package in `prelude/`.
//! `UPDATE_EXPECTED=1 cargo test -p abi-model` writes the expected files anew; look at the difference.

use std::{env, fs, path::Path};

use abi_model::Abi;

#[test]
fn every_bad_file_is_refused_with_its_lines() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let read =
        |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let types = read(&tests.join("prelude/types.wit"));
    let world = read(&tests.join("prelude/world.wit"));
    let mut count = 0;
    for entry in fs::read_dir(tests.join("refused")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "wit") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = read(&path);
        let is_whole = text.lines().any(|line| line.starts_with("package "));
        let files: &[(&str, &str)] = if is_whole {
            &[(name, &text)]
        } else {
            &[(name, &text), ("types.wit", &types), ("world.wit", &world)]
        };
        let problems = match Abi::from_files(files) {
            Ok(_) => panic!("{}: is accepted", path.display()),
            Err(problems) => format!("{problems}\n"),
        };
        let expected = path.with_extension("expected");
        if env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &problems).unwrap();
        }
        assert_eq!(problems, read(&expected), "{}", path.display());
        count += 1;
    }
    assert!(count >= 15, "only {count} files were found");
}
