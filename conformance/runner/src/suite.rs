//! A folder of cases.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    Case, Known, Spec,
    case::{CASE_FILE, TRACE_FILE},
    glob,
};

/// The cases of a folder, by id.
#[derive(Debug, Clone)]
pub struct Suite {
    folder: PathBuf,
    cases: Vec<Case>,
    /// Patterns by which cases were chosen.
    filters: Vec<String>,
    /// The ids of all cases of the folder, chosen or not.
    ids: Vec<String>,
}

/// A suite that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteError {
    problems: Vec<String>,
}

impl SuiteError {
    /// Everything that is wrong, at least one line.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for SuiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for SuiteError {}

impl Suite {
    /// Reads the cases in `folder`, `<area>/<condition>/`. Modules of guests that need a compiler are looked for where
    /// `cargo xtask guests` puts them: in `target/guests/conformance` of the checkout that the folder is in.
    ///
    /// # Errors
    /// Everything that is wrong with the folder and its cases, a line for each problem; no case at all; a case
    /// without its trace.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, SuiteError> {
        let suite = Self::load_to_bless(folder)?;
        let missing = |case: &&Case| case.expected.is_none() && !case.is_refused();
        let problem = |case: &Case| {
            let path = case.folder.join(TRACE_FILE);
            format!(
                "{}: is missing; `twinboard conform --bless --filter {}` writes it",
                path.display(),
                case.id
            )
        };
        let problems: Vec<String> = suite.cases.iter().filter(missing).map(problem).collect();
        if problems.is_empty() { Ok(suite) } else { Err(SuiteError { problems }) }
    }

    /// Reads the cases in `folder`, whose traces are yet to be written.
    ///
    /// # Errors
    /// Those of [`load`](Suite::load), missing traces apart.
    pub fn load_to_bless(folder: impl AsRef<Path>) -> Result<Self, SuiteError> {
        let folder = folder.as_ref();
        let (spec, built) = (Spec::new(), built_guests(folder));
        let (mut cases, mut problems) = (Vec::new(), Vec::new());
        for area in folders(folder, &mut problems) {
            for place in folders(&area, &mut problems) {
                let names =
                    [&area, &place].map(|path| path.file_name().unwrap_or_default().to_string_lossy());
                let id = names.join("/");
                if let Some(problem) = bad_id(&id, &place) {
                    problems.push(problem);
                }
                match place.join(CASE_FILE).exists() {
                    true => match Case::load(&id, &place, &built, &spec) {
                        Ok(case) => cases.push(case),
                        Err(found) => problems.extend(found),
                    },
                    false => problems.push(format!("{}: has no {CASE_FILE}", place.display())),
                }
            }
        }
        if cases.is_empty() && problems.is_empty() {
            problems.push(format!(
                "{}: no case in it; a case is <area>/<condition>/{CASE_FILE}",
                folder.display()
            ));
        }
        if !problems.is_empty() {
            return Err(SuiteError { problems });
        }
        let ids = cases.iter().map(|case| case.id.clone()).collect();
        Ok(Self { folder: folder.to_owned(), cases, filters: Vec::new(), ids })
    }

    /// Only the cases whose id matches one of `patterns`, where `*` stands for any characters and `?` for one; without
    /// patterns, all.
    #[must_use]
    pub fn matching<S: AsRef<str>>(mut self, patterns: &[S]) -> Self {
        let wanted = |case: &Case| patterns.iter().any(|pattern| glob::matches(pattern.as_ref(), &case.id));
        if !patterns.is_empty() {
            self.cases.retain(wanted);
            self.filters.extend(patterns.iter().map(|pattern| pattern.as_ref().to_owned()));
        }
        self
    }

    /// Where the cases are.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The chosen cases, by id.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Patterns by which the cases were chosen; none if all were.
    #[must_use]
    pub fn filters(&self) -> &[String] {
        &self.filters
    }

    /// The known failures of a target, from `known/<target>.toml` beside the suite's folder.
    ///
    /// # Errors
    /// Everything that is wrong with the file.
    pub fn known(&self, target: &str) -> Result<Known, SuiteError> {
        let path = self.folder.join("../known").join(target).with_extension("toml");
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        Known::load(&path, &ids)
            .map_err(|error| SuiteError { problems: error.to_string().lines().map(str::to_owned).collect() })
    }
}

/// Where the modules of guests that need a compiler are.
fn built_guests(cases: &Path) -> PathBuf {
    cases.join("../../target/guests/conformance")
}

/// The folders in `of`, sorted; its files are not looked at.
fn folders(of: &Path, problems: &mut Vec<String>) -> Vec<PathBuf> {
    match of.read_dir() {
        Ok(entries) => {
            let paths = entries.flatten().map(|entry| entry.path());
            let mut folders: Vec<_> = paths.filter(|path| path.is_dir()).collect();
            folders.sort();
            folders
        }
        Err(error) => {
            problems.push(format!("{}: cannot be read: {error}", of.display()));
            Vec::new()
        }
    }
}

fn bad_id(id: &str, place: &Path) -> Option<String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-/".contains(c);
    (!id.chars().all(good))
        .then(|| format!("{}: names are made of a to z, 0 to 9 and hyphens", place.display()))
}
