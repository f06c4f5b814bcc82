//! `cargo xtask tidy`: the rules of ci/tidy.toml and ci/layers.toml, checked.

mod code;
mod config;
mod layers;
mod markdown;
mod sources;
mod words;

use std::fmt;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::workspace;
use config::Config;

/// One broken rule.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    /// Relative to the root.
    file: String,
    /// From 1; 0 where the whole file is meant.
    line: usize,
    /// What is wrong, the limit, and what to do.
    text: String,
}

impl Problem {
    fn new(file: &str, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.text),
            line => write!(f, "{}:{line}: {}", self.file, self.text),
        }
    }
}

/// Checks all files that git tracks or would track, and all crates.
///
/// # Errors
/// Fails when a rule is broken; every break is printed first.
pub(crate) fn run() -> Result<()> {
    let config = Config::read()?;
    let files = workspace::files()?;
    let mut problems = Vec::new();
    for path in &files {
        // Binary files have no lines to check.
        let Ok(text) = std::fs::read_to_string(workspace::root().join(path)) else { continue };
        problems.extend(check_file(&config, &name(path), &text));
    }
    problems.extend(config.unused(files.iter().map(|path| name(path))));
    problems.extend(layers::check()?);
    for problem in &problems {
        println!("{problem}");
    }
    if !problems.is_empty() {
        bail!("{} of the project's rules are broken", problems.len());
    }
    println!("{} files and all crates keep the rules", files.len());
    Ok(())
}

fn check_file(config: &Config, name: &str, text: &str) -> Vec<Problem> {
    let mut problems = words::check(config, name, text);
    problems.extend(sources::check(config, name, text));
    if !config.is_generated(name) {
        problems.extend(markdown::check(Path::new(name), text, &Path::exists));
    }
    problems
}

/// With `/` on every system, as the configuration writes it.
fn name(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Reads a TOML file below the root.
fn read_toml<T: serde::de::DeserializeOwned>(name: &str) -> Result<T> {
    let text = std::fs::read_to_string(workspace::root().join(name)).context(name.to_owned())?;
    toml::from_str(&text).with_context(|| name.to_owned())
}
