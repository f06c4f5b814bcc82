//! What is wrong with a file, collected while it is read.

use std::ops::Range;

use super::Problem;

/// A value and the line it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The line, from 1.
    pub line: u32,
}

/// The problems of one file, found so far.
#[derive(Debug)]
pub struct Problems {
    line_starts: Vec<usize>,
    found: Vec<Problem>,
}

impl Problems {
    /// None yet, in `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { line_starts, found: Vec::new() }
    }

    /// The line, from 1, on which a span starts.
    #[must_use]
    pub fn line(&self, span: Range<usize>) -> u32 {
        self.line_starts.partition_point(|start| *start <= span.start) as u32
    }

    /// Adds what is wrong on a line.
    pub fn add(&mut self, line: u32, message: String) {
        self.found.push(Problem { line: Some(line), message });
    }

    /// Adds what a check of the whole found.
    pub fn extend(&mut self, found: impl IntoIterator<Item = Problem>) {
        self.found.extend(found);
    }

    /// Whether nothing is wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them, in the order in which they were found.
    #[must_use]
    pub fn into_found(self) -> Vec<Problem> {
        self.found
    }
}
