//! The report as Markdown.

use std::fmt::Write;

use super::{cell, clean, seconds};
use crate::Matrix;

/// Configuration, a summary, the matrix, and what there is to say of single cases.
#[must_use]
pub fn markdown(matrix: &Matrix) -> String {
    let mut text = String::from("# Conformance\n\n");
    let verdict = if matrix.is_good() { "Conforms" } else { "Does not conform" };
    let _ = writeln!(text, "{verdict}: {} cases in {} s.\n", matrix.rows.len(), seconds(matrix.took));
    for (name, value) in &matrix.configuration {
        let _ = writeln!(text, "- {}: {}", cell(name), cell(value));
    }
    text += "\n| target | what it is | profiles | verdicts |\n|---|---|---|---|\n";
    for (at, target) in matrix.targets.iter().enumerate() {
        let identity: Vec<String> =
            target.identity.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let counts = matrix.counts(at);
        let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        let profiles = target.profiles.join(", ");
        let (name, identity) = (cell(&target.name), cell(&identity.join(", ")));
        let _ = writeln!(text, "| {name} | {identity} | {profiles} | {} |", counts.join(", "));
    }
    let names: String = matrix.targets.iter().map(|target| format!(" {} |", cell(&target.name))).collect();
    let _ = write!(text, "\n| case | rule |{names}\n|---|---|{}\n", "---|".repeat(matrix.targets.len()));
    for row in &matrix.rows {
        let words: String = row.cells.iter().map(|cell| format!(" {} |", cell.verdict.word())).collect();
        let _ = writeln!(text, "| {} | {} |{words}", cell(&row.id), cell(&row.about));
    }
    for row in &matrix.rows {
        for (at, target) in row.cells.iter().zip(&matrix.targets) {
            if let Some(detail) = at.verdict.detail() {
                let _ = writeln!(text, "\n## {} on {}: {}\n", row.id, cell(&target.name), at.verdict.word());
                for line in clean(&detail).lines() {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }
    text
}
