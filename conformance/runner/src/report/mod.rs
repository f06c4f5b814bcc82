//! What became of a suite, for people and for programs.

mod json;
mod junit;
mod markdown;
mod text;

pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use text::{head, line, text};

/// Text in which nothing commands a terminal or breaks a file: what a target says may be anything.
fn clean(text: &str) -> String {
    let clean = |c: char| if c.is_control() && c != '\n' { '\u{fffd}' } else { c };
    text.chars().map(clean).collect()
}

/// Seconds with milliseconds.
fn seconds(took: std::time::Duration) -> String {
    format!("{:.3}", took.as_secs_f64())
}
