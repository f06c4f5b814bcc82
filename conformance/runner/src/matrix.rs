//! What became of a suite: cases × targets.

use std::{collections::BTreeMap, time::Duration};

use crate::case::Level;

/// What became of one case on one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As expected.
    Passed,
    /// As expected, and the expectation was written anew.
    Blessed,
    /// Not as expected; what was seen instead.
    Failed(String),
    /// Not as expected, in a case that only says what a target should do.
    Deviated(String),
    /// Not as expected, which is known.
    KnownFailure {
        /// The reason, from the file of known failures.
        why: String,
        /// What was seen instead.
        seen: String,
    },
    /// As expected, although it is known to fail: the entry must go.
    UnexpectedPass {
        /// The reason for the failure that is none.
        why: String,
    },
    /// The target cannot run the case; the reason.
    Skipped(String),
    /// Nobody got to it, because something failed before.
    NotRun,
}

impl Verdict {
    /// One word, for tables.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Blessed => "blessed",
            Self::Failed(_) => "FAIL",
            Self::Deviated(_) => "deviates",
            Self::KnownFailure { .. } => "known",
            Self::UnexpectedPass { .. } => "UNEXPECTED",
            Self::Skipped(_) => "skip",
            Self::NotRun => "not run",
        }
    }

    /// Whether it makes the whole red.
    #[must_use]
    pub fn is_red(&self) -> bool {
        matches!(self, Self::Failed(_) | Self::UnexpectedPass { .. } | Self::NotRun)
    }

    /// Whether the target ran the case to its end.
    #[must_use]
    pub fn has_run(&self) -> bool {
        !matches!(self, Self::Skipped(_) | Self::NotRun)
    }

    /// What there is to say beyond the word.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Passed | Self::Blessed | Self::NotRun => None,
            Self::Failed(text) | Self::Deviated(text) | Self::Skipped(text) => Some(text.clone()),
            Self::KnownFailure { why, seen } => Some(format!("known: {why}\n{seen}")),
            Self::UnexpectedPass { why } => {
                Some(format!("passes, but is listed as a known failure: {why}; remove the entry"))
            }
        }
    }
}

/// A verdict and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What became of it.
    pub verdict: Verdict,
    /// Wall-clock time of all its runs.
    pub took: Duration,
}

/// A case with its verdicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The case's id.
    pub id: String,
    /// Its rule.
    pub about: String,
    /// What of the spec it checks.
    pub spec: Vec<String>,
    /// How binding it is.
    pub level: Level,
    /// One for each target, in order.
    pub cells: Vec<Cell>,
}

/// A target as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it says of itself.
    pub identity: Vec<(String, String)>,
    /// The names of its profiles.
    pub profiles: Vec<&'static str>,
    /// Wall-clock time until its last case was through.
    pub took: Duration,
}

/// What became of a suite on some targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Names and values that say how it was run: versions, suite, filters.
    pub configuration: Vec<(String, String)>,
    /// The targets.
    pub targets: Vec<Column>,
    /// The cases, by id.
    pub rows: Vec<Row>,
    /// Wall-clock time of the whole.
    pub took: Duration,
}

impl Matrix {
    /// Whether nothing failed, nothing passed unexpectedly, everything was reached, and at least one case ran on each
    /// target.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let ran = |at: usize| self.rows.iter().any(|row| row.cells[at].verdict.has_run());
        let red = self.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.verdict.is_red());
        !self.targets.is_empty() && !red && (0..self.targets.len()).all(ran)
    }

    /// How many cases of a target have each verdict, by its word.
    #[must_use]
    pub fn counts(&self, target: usize) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for row in &self.rows {
            *counts.entry(row.cells[target].verdict.word()).or_default() += 1;
        }
        counts
    }

    /// Wall-clock time of all runs of a target together.
    #[must_use]
    pub fn took(&self, target: usize) -> Duration {
        self.rows.iter().map(|row| row.cells[target].took).sum()
    }
}
