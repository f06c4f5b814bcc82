//! The report as JUnit XML, which most continuous integration shows.

use std::fmt::Write;

use super::{clean, seconds};
use crate::{Matrix, Verdict};

/// A test suite for each target, a test case for each case. What is skipped, not run, known or deviating counts as
/// skipped, with its reason.
#[must_use]
pub fn junit(matrix: &Matrix) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(xml, "<testsuites name=\"conformance\" time=\"{}\">", seconds(matrix.took));
    for (at, target) in matrix.targets.iter().enumerate() {
        let verdicts = || matrix.rows.iter().map(move |row| &row.cells[at].verdict);
        let failures = verdicts().filter(|verdict| is_failure(verdict)).count();
        let skipped = verdicts().filter(|verdict| is_skip(verdict)).count();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\" time=\"{}\">",
            escape(&target.name),
            matrix.rows.len(),
            seconds(matrix.took(at)),
        );
        xml += "    <properties>\n";
        for (name, value) in matrix.configuration.iter().chain(&target.identity) {
            let (name, value) = (escape(name), escape(value));
            let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{value}\"/>");
        }
        xml += "    </properties>\n";
        for row in &matrix.rows {
            let cell = &row.cells[at];
            let (area, condition) = row.id.split_once('/').unwrap_or(("", &row.id));
            let _ = write!(
                xml,
                "    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{}\"",
                escape(&target.name),
                escape(area),
                escape(condition),
                seconds(cell.took),
            );
            xml += &match content(&cell.verdict) {
                Some(content) => format!(">\n      {content}\n    </testcase>\n"),
                None => "/>\n".to_owned(),
            };
        }
        xml += "  </testsuite>\n";
    }
    xml + "</testsuites>\n"
}

fn is_failure(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Failed(_) | Verdict::UnexpectedPass { .. })
}

fn is_skip(verdict: &Verdict) -> bool {
    !is_failure(verdict) && !matches!(verdict, Verdict::Passed | Verdict::Blessed)
}

fn content(verdict: &Verdict) -> Option<String> {
    let detail = escape(&verdict.detail().unwrap_or_default());
    let message = detail.lines().next().unwrap_or_default();
    match verdict {
        verdict if is_failure(verdict) => Some(format!("<failure message=\"{message}\">{detail}</failure>")),
        verdict if is_skip(verdict) => {
            let message = if message.is_empty() { verdict.word() } else { message };
            Some(format!("<skipped message=\"{message}\"/>"))
        }
        _ => None,
    }
}

/// Text that may stand between tags and in quotes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            // Not characters in XML 1.0 (section 2.2).
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            other => escaped.push(other),
        }
    }
    escaped
}
