//! `FIDELITY.md` keeps its form: each difference has reason, evidence and advice, and what it names exists.

use std::{collections::BTreeSet, path::Path};

use conformance::report::{Date, Ledger};
use device_abi::Profile;

use crate::suite;

const PAGE: &str = include_str!("../../../FIDELITY.md");

/// What each entry says, in this order.
const PARTS: [&str; 4] = ["What", "Why", "Evidence", "Guests"];

/// Folders of the project that look like ids of cases.
const FOLDERS: [&str; 1] = ["sim-host/remote"];

/// The rows of the table of what may have no case: what, and why.
pub(crate) fn exempt() -> Vec<(&'static str, &'static str)> {
    let section = section("Rules without a case");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    rows.map(|row| row.split_once("` | ").unwrap_or_else(|| panic!("{row}"))).collect()
}

/// A section's text.
fn section(title: &str) -> &'static str {
    let (_, text) =
        PAGE.split_once(&format!("\n## {title}\n")).unwrap_or_else(|| panic!("no section {title:?}"));
    text.split("\n## ").next().unwrap_or(text)
}

/// The entries: titles and texts.
fn entries(page: &str) -> Vec<(&str, &str)> {
    let parts = page.split("\n### ").skip(1);
    let own = parts.map(|part| part.split("\n## ").next().unwrap_or(part));
    own.map(|entry| entry.split_once('\n').unwrap_or((entry, ""))).collect()
}

/// What is wrong with an entry. `ids` are those of the suite's cases.
fn problems(title: &str, text: &str, ids: &BTreeSet<&str>) -> Vec<String> {
    let mut problems = Vec::new();
    let items: Vec<&str> = text.split("\n- **").skip(1).collect();
    let names: Vec<&str> = items.iter().map(|item| item.split(":**").next().unwrap_or(item)).collect();
    if names != PARTS {
        return vec![format!("{title}: has {names:?}, but should have {PARTS:?}")];
    }
    for (name, item) in names.iter().zip(&items) {
        if item.trim_end().ends_with(":**") {
            problems.push(format!("{title}: {name} is empty"));
        }
    }
    let evidence = items[2];
    let folders = |id: &&str| !FOLDERS.contains(id);
    let cited: Vec<&str> = case_ids(evidence).filter(folders).collect();
    if cited.is_empty() && !evidence.contains("none: ") {
        problems.push(format!("{title}: no case as evidence, and no reason for that"));
    }
    let unknown = cited.into_iter().filter(|id| !ids.contains(id));
    problems.extend(unknown.map(|id| format!("{title}: there is no case {id}")));
    problems
}

/// What stands in backquotes and looks like a case's id.
fn case_ids(text: &str) -> impl Iterator<Item = &str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    quoted.filter(move |text| {
        text.split_once('/').is_some_and(|(area, condition)| is_name(area) && is_name(condition))
    })
}

#[test]
fn a_bad_entry_is_told() {
    let ids = BTreeSet::from(["a/b"]);
    let text = |evidence: &str| {
        format!("\n- **What:** w\n- **Why:** y\n- **Evidence:** {evidence}\n- **Guests:** g\n")
    };
    assert_eq!(problems("t", &text("`a/b`."), &ids), [""; 0]);
    assert_eq!(problems("t", &text("none: it varies."), &ids), [""; 0]);
    assert_eq!(problems("t", &text("`a/b`, `a/c`."), &ids), ["t: there is no case a/c"]);
    assert_eq!(problems("t", &text("we know."), &ids), ["t: no case as evidence, and no reason for that"]);
    assert_eq!(problems("t", &text("`a/b`.").replace(" w", ""), &ids), ["t: What is empty"]);
    assert_eq!(problems("t", &text("`a/b`.").replace("Why", "Because"), &ids).len(), 1);
}

#[test]
fn every_difference_has_reason_evidence_and_advice() {
    let suite = suite();
    let ids: BTreeSet<&str> = suite.cases().iter().map(|case| case.id.as_str()).collect();
    let entries = entries(PAGE);
    assert!(entries.len() > 10, "{entries:?}");
    let problems: Vec<String> =
        entries.iter().flat_map(|(title, text)| problems(title, text, &ids)).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn files_that_are_named_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let named: Vec<&str> = PAGE
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|text| ["firmware-esp32/", "sim-host/"].iter().any(|top| text.starts_with(top)))
        .collect();
    assert!(named.len() > 2, "{named:?}");
    for path in named {
        assert!(root.join(path).exists(), "{path} is not there");
    }
}

/// The numbers of profiles that the page names.
#[test]
fn depths_are_the_profiles() {
    for profile in Profile::ALL {
        let depth = format!("{} on `{}`", profile.call_depth, profile.name);
        assert!(PAGE.contains(&depth), "{depth}");
    }
}

#[test]
fn the_table_of_runs_is_as_the_program_writes_it() {
    assert_eq!(Ledger::read(PAGE).unwrap().to_string(), PAGE);
    let runs = section("Runs of the suite");
    let rows: Vec<Vec<&str>> = runs
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .skip(1)
        .map(|row| row.split(" | ").collect())
        .collect();
    for target in ["sim", "host", "qemu"] {
        assert!(rows.iter().any(|row| row[0] == target), "no run of {target}");
    }
    for row in rows {
        assert_eq!(row.len(), 7, "{row:?}");
        assert!(row[2].parse::<Date>().is_ok(), "{row:?}");
        // Versions, not places: nothing of the machine that it was run on.
        assert!(!row[3].is_empty() && !row[3].contains('/'), "{row:?}");
        assert!(!row[6].contains("FAIL") && !row[6].contains("not run"), "{row:?}");
    }
}
