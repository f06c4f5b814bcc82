//! The report on a terminal: a line for each case as it goes, and a summary.

use std::fmt::Write;

use super::{clean, seconds};
use crate::{Matrix, matrix::Row};

/// Columns of a verdict; the longest is `UNEXPECTED`.
const WIDTH: usize = 11;
/// Columns of a case's id; a longer one moves its verdicts to the right.
const ID_WIDTH: usize = 48;

/// The first line: the names of the targets above their verdicts.
#[must_use]
pub fn head(targets: &[String]) -> String {
    let names: String = targets.iter().map(|name| format!("{:<WIDTH$}", clean(name))).collect();
    format!("{:<ID_WIDTH$} {names}", "case").trim_end().to_owned()
}

/// The line of a case.
#[must_use]
pub fn line(row: &Row) -> String {
    let words: String = row.cells.iter().map(|cell| format!("{:<WIDTH$}", cell.verdict.word())).collect();
    format!("{:<ID_WIDTH$} {words}", row.id).trim_end().to_owned()
}

/// What there is to say of single cases, and the summary: a line for each target and one for the whole.
#[must_use]
pub fn text(matrix: &Matrix) -> String {
    let mut text = String::new();
    for row in &matrix.rows {
        for (cell, target) in row.cells.iter().zip(&matrix.targets) {
            let (word, name) = (cell.verdict.word(), &target.name);
            if let Some(detail) = cell.verdict.detail().filter(|_| word != "skip") {
                let _ = writeln!(text, "{word} {} on {}: {}", row.id, clean(name), row.about);
                for line in clean(&detail).lines() {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    for (at, target) in matrix.targets.iter().enumerate() {
        let counts = matrix.counts(at);
        let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        let counts = if counts.is_empty() { "no case".to_owned() } else { counts.join(", ") };
        let _ = writeln!(
            text,
            "{}: {counts}; {}{}",
            clean(&target.name),
            speed(matrix, at),
            identity(&target.identity)
        );
    }
    let verdict = match (matrix.is_good(), matrix.rows.is_empty()) {
        (true, _) => "conforms",
        (false, true) => "does not conform: no case ran",
        (false, false) => "does not conform",
    };
    let _ = writeln!(text, "{verdict} ({} cases, {} s)", matrix.rows.len(), seconds(matrix.took));
    text
}

fn speed(matrix: &Matrix, target: usize) -> String {
    let ran = matrix.rows.iter().filter(|row| row.cells[target].verdict.has_run()).count();
    match matrix.targets[target].took.as_secs_f64() {
        took if took > 0.0 => format!("{:.0} cases/s", ran as f64 / took),
        _ => "0 cases/s".to_owned(),
    }
}

fn identity(identity: &[(String, String)]) -> String {
    let pairs: Vec<String> = identity.iter().map(|(name, value)| format!("{name} {value}")).collect();
    if pairs.is_empty() { String::new() } else { format!("; {}", clean(&pairs.join(", "))) }
}
