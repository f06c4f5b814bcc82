//! What is wrong with a board or scenario file: everything at once, each with its line.

use std::{fmt, io};

/// How many problems `Display` shows: whoever has mended those reads the file again.
const SHOWN: usize = 20;

/// A file that cannot be used, with all its problems in the order of their lines.
///
/// `Display` gives one line per problem, `FILE:LINE: what is wrong`, for the first 20 of them, and counts the others.
#[derive(Debug)]
pub struct FileError {
    file: String,
    problems: Vec<Problem>,
    cause: Option<io::Error>,
}

impl FileError {
    /// The file's name as it was given; empty for a text that came from no file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The problems; at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// An error of at least one problem.
    pub(crate) fn new(file: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.line);
        Self { file: file.to_owned(), problems, cause: None }
    }

    /// A file that could not be read at all.
    pub(crate) fn unreadable(file: &str, cause: io::Error) -> Self {
        let problem = Problem { line: None, message: "cannot be read".to_owned() };
        Self { file: file.to_owned(), problems: vec![problem], cause: Some(cause) }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().take(SHOWN).enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            match (self.file.as_str(), problem.line) {
                ("", _) => {}
                (file, Some(line)) => write!(f, "{file}:{line}: ")?,
                (file, None) => write!(f, "{file}: ")?,
            }
            f.write_str(&problem.message)?;
        }
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            1 => f.write_str("\n… and 1 more problem"),
            more => write!(f, "\n… and {more} more problems"),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1; `None` when it is about the file as a whole.
    pub line: Option<u32>,
    /// What is wrong: value, limit, nearest right name. Lowercase, no full stop.
    pub message: String,
}
