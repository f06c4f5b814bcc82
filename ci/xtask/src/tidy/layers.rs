//! Rules for crates: ci/layers.toml lists every arrow between them, and who is no_std.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use super::{Problem, read_toml};
use crate::{process, workspace};

/// The file, seen from the root.
const FILE: &str = "ci/layers.toml";

/// What is allowed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Layers {
    /// Crates from elsewhere that only some crates may use, and which those are.
    restricted: BTreeMap<String, BTreeSet<String>>,
    /// The workspace's crates.
    crates: BTreeMap<String, Layer>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Layer {
    /// Whether lib.rs must say `#![no_std]`.
    #[serde(default)]
    no_std: bool,
    /// Workspace crates that it depends on.
    uses: BTreeSet<String>,
    /// Workspace crates that only its tests, examples and benchmarks depend on.
    #[serde(default)]
    tests_use: BTreeSet<String>,
}

/// What `cargo metadata` says.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    /// Of workspace crates alone.
    path: Option<String>,
}

/// Compares the list with `cargo metadata`.
///
/// # Errors
/// Fails when the list or the metadata cannot be read.
pub(super) fn check() -> Result<Vec<Problem>> {
    let layers: Layers = read_toml(FILE)?;
    let mut problems = Vec::new();
    let mut cargo = process::cargo();
    cargo.current_dir(workspace::root()).args(["metadata", "--format-version=1", "--no-deps"]);
    let metadata: Metadata = serde_json::from_str(&process::output(&mut cargo)?).context("cargo metadata")?;
    problems.extend(compare(&layers, &metadata));
    for package in &metadata.packages {
        let lib = Path::new(&package.manifest_path).with_file_name("src/lib.rs");
        if layers.crates.get(&package.name).is_some_and(|layer| layer.no_std) {
            let text = std::fs::read_to_string(&lib).with_context(|| lib.display().to_string())?;
            problems.extend(no_std(&workspace::shown(&lib), &text));
        }
    }
    Ok(problems)
}

fn compare(layers: &Layers, metadata: &Metadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |text: String| problems.push(Problem::new(FILE, 0, text));
    for package in &metadata.packages {
        let name = &package.name;
        let Some(layer) = layers.crates.get(name) else {
            problem(format!("crate {name} is not listed: add [crates.{name}] where it belongs"));
            continue;
        };
        let uses = arrows(package, |kind| kind != Some("dev"));
        let tests = arrows(package, |kind| kind == Some("dev"));
        let tests: BTreeSet<&str> = tests.difference(&uses).copied().collect();
        for (key, real, listed) in [("uses", uses, &layer.uses), ("tests-use", tests, &layer.tests_use)] {
            let listed: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
            for other in real.difference(&listed) {
                problem(format!(
                    "crates.{name}.{key} has no \"{other}\", but it depends on it: turn the arrow or list it"
                ));
            }
            for other in listed.difference(&real) {
                problem(format!(
                    "crates.{name}.{key} lists \"{other}\", but it does not depend on it: remove it"
                ));
            }
        }
        for dependency in &package.dependencies {
            let allowed = layers.restricted.get(&dependency.name);
            if allowed.is_some_and(|allowed| !allowed.contains(name)) {
                problem(format!(
                    "crate {name} depends on {}, which {FILE} restricts to other crates",
                    dependency.name
                ));
            }
        }
    }
    let real: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    for name in layers.crates.keys().filter(|name| !real.contains(name.as_str())) {
        problem(format!("crates.{name} is no crate of the workspace: remove it"));
    }
    problems
}

/// The workspace crates that a package depends on, of some kinds of dependency.
fn arrows(package: &Package, kind: impl Fn(Option<&str>) -> bool) -> BTreeSet<&str> {
    let own = package.dependencies.iter().filter(|dependency| dependency.path.is_some());
    own.filter(|dependency| kind(dependency.kind.as_deref()))
        .map(|dependency| dependency.name.as_str())
        .collect()
}

/// `#![no_std]`, plain or under a condition (a feature for hosts, tests); that it holds is seen by building.
fn no_std(file: &str, text: &str) -> Option<Problem> {
    let says =
        |line: &str| line.starts_with("#![") && (line.contains("[no_std]") || line.contains(", no_std)]"));
    let missing = !text.lines().map(str::trim).any(says);
    missing.then(|| Problem::new(file, 1, format!("no `#![no_std]`, which {FILE} asks of this crate")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(dependencies: &str, layers: &str) -> Vec<String> {
        let metadata = format!(
            r#"{{ "packages": [ {{ "name": "top", "manifest_path": "/x/Cargo.toml", "dependencies": [{dependencies}] }} ] }}"#
        );
        let layers = format!("[restricted]\nengine = [\"bottom\"]\n{layers}");
        compare(&toml::from_str(&layers).unwrap(), &serde_json::from_str(&metadata).unwrap())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    const NORMAL: &str = r#"{ "name": "low", "kind": null, "path": "/x/low" }"#;
    const TESTS: &str = r#"{ "name": "low", "kind": "dev", "path": "/x/low" }"#;

    #[test]
    fn a_listed_arrow_is_fine() {
        assert!(problems(NORMAL, "[crates.top]\nuses = [\"low\"]").is_empty());
        assert!(problems(TESTS, "[crates.top]\nuses = []\ntests-use = [\"low\"]").is_empty());
        let both = format!("{NORMAL}, {TESTS}");
        assert!(problems(&both, "[crates.top]\nuses = [\"low\"]").is_empty());
    }

    #[test]
    fn an_unlisted_arrow_is_a_problem() {
        let found = problems(NORMAL, "[crates.top]\nuses = []");
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("ci/layers.toml: crates.top.uses has no \"low\""), "{found:?}");
        assert_eq!(problems(NORMAL, "[crates.top]\nuses = []\ntests-use = [\"low\"]").len(), 2);
    }

    #[test]
    fn an_arrow_that_is_not_there_is_a_problem() {
        let found = problems("", "[crates.top]\nuses = [\"low\"]");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("lists \"low\", but it does not depend on it"), "{found:?}");
    }

    #[test]
    fn an_unlisted_crate_and_a_listed_one_that_is_not_there_are_problems() {
        let found = problems("", "[crates.gone]\nuses = []");
        assert_eq!(found.len(), 2);
        assert!(found[0].contains("crate top is not listed") && found[1].contains("crates.gone is no crate"));
    }

    #[test]
    fn a_restricted_crate_is_for_those_listed() {
        let engine = r#"{ "name": "engine", "kind": null, "path": null }"#;
        let found = problems(engine, "[crates.top]\nuses = []");
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("crate top depends on engine"), "{found:?}");
    }

    #[test]
    fn no_std_is_an_attribute_not_a_remark() {
        assert!(no_std("a.rs", "//! #![no_std] it is\n#![no_std]\n").is_none());
        assert!(no_std("a.rs", "#![cfg_attr(not(feature = \"host\"), no_std)]\n").is_none());
        assert!(no_std("a.rs", "//! #![no_std]\n").is_some());
    }
}
