//! ci/tidy.toml.

use anyhow::Result;
use serde::Deserialize;

use super::{Problem, read_toml};

/// The file, seen from the root.
pub(super) const FILE: &str = "ci/tidy.toml";

/// The limits and the exceptions. Paths are prefixes, relative to the root.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Config {
    /// Lines of a hand-written source file.
    pub(super) source_lines: usize,
    /// What a source file's name ends with, after the dot.
    pub(super) source_extensions: Vec<String>,
    /// Lines of README.md.
    pub(super) readme_lines: usize,
    /// Files that a program writes.
    pub(super) generated: Vec<String>,
    /// Files that may contain `unsafe`.
    pub(super) unsafe_code: Vec<String>,
    /// What no file may contain.
    pub(super) forbidden: Vec<String>,
}

impl Config {
    pub(super) fn read() -> Result<Self> {
        read_toml(FILE)
    }

    pub(super) fn is_generated(&self, name: &str) -> bool {
        self.generated.iter().any(|prefix| name.starts_with(prefix))
    }

    pub(super) fn may_be_unsafe(&self, name: &str) -> bool {
        self.unsafe_code.iter().any(|prefix| name.starts_with(prefix))
    }

    /// Exceptions that no file needs: they would let a later file through unnoticed.
    pub(super) fn unused(&self, names: impl Iterator<Item = String>) -> Vec<Problem> {
        let names: Vec<String> = names.collect();
        let stale = |prefix: &&String| !names.iter().any(|name| name.starts_with(*prefix));
        let listed = self.generated.iter().chain(&self.unsafe_code);
        listed
            .filter(stale)
            .map(|prefix| Problem::new(FILE, 0, format!("\"{prefix}\" fits no file: remove it")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_for_nothing_is_a_problem() {
        let config = Config { generated: vec!["a/".into(), "b/".into()], ..Config::default() };
        let problems = config.unused(["a/x.rs".to_owned()].into_iter());
        assert_eq!(problems, [Problem::new(FILE, 0, "\"b/\" fits no file: remove it")]);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(
            toml::from_str::<Config>("source-limes = 3").unwrap_err().to_string().contains("source-limes")
        );
    }
}
