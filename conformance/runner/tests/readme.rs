//! What `conformance/README.md` tells people to type works as it says.

use std::{fs, path::Path, sync::Arc};

use conformance::{Conformance, SimTarget, Suite, report};

const README: &str = include_str!("../../README.md");
const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cases");

/// The text of the first block of this language, without its indentation.
fn block(language: &str) -> String {
    let (_, text) = README.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("no {language}"));
    text.split("```").next().unwrap().lines().map(|line| line.trim_start().to_owned() + "\n").collect()
}

/// The folder that the first step makes.
fn id() -> &'static str {
    let (_, rest) = README.split_once("$ mkdir conformance/cases/").expect("a first step");
    rest.lines().next().unwrap()
}

#[test]
fn the_case_to_be_added_gets_the_trace_that_is_shown() {
    assert!(!Path::new(CASES).join(id()).exists(), "{} is there already: show how to add another", id());
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join(id());
    fs::create_dir_all(&case).unwrap();
    fs::write(case.join("case.toml"), block("toml")).unwrap();
    fs::write(case.join("guest.wat"), block("wat")).unwrap();
    let suite = Suite::load_to_bless(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(suite.cases()[0].id, id());
    let matrix = Conformance::new(suite).target(Arc::new(SimTarget::new())).bless(true).run();
    assert!(matrix.is_good(), "{}", report::text(&matrix));
    let written = fs::read_to_string(case.join("expect.trace")).unwrap();
    for line in written.lines() {
        assert!(README.contains(&format!("\n   {line}\n")), "{line}");
    }
    assert!(README.contains(&format!("--bless --filter {}\n", id())));
}

#[test]
fn cases_that_are_named_exist() {
    let named = README.split('`').skip(1).step_by(2).filter(|text| text.starts_with("i2c/"));
    let named: Vec<&str> = named.filter(|text| !text.contains('*')).collect();
    assert!(named.len() > 1, "{named:?}");
    for id in named {
        assert!(Path::new(CASES).join(id).is_dir(), "{id} is no case");
    }
}
