//! What became of a suite, for people and for programs.

mod json;
mod junit;
mod ledger;
mod markdown;
mod text;

pub use json::json;
pub use junit::junit;
pub use ledger::{Date, Ledger, LedgerError};
pub use markdown::markdown;
pub use text::{head, line, text};

/// Text in which nothing commands a terminal or breaks a file: what a target says may be anything.
fn clean(text: &str) -> String {
    let clean = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
    text.chars().map(clean).collect()
}

/// Text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    clean(text).replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}

/// Seconds with milliseconds.
fn seconds(took: std::time::Duration) -> String {
    format!("{:.3}", took.as_secs_f64())
}
