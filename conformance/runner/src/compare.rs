//! What a target saw, beside what a case expects.

use std::convert::Infallible;

use sim_host::trace::diff::{Comparable, Differences, Likeness, Options, headline, rows, summary};

/// Lines of a difference that are shown.
const SHOWN_LINES: usize = 30;

/// Says in what two traces, as text, differ; `names` says what they are.
pub(crate) fn difference(names: [&str; 2], first: &str, second: &str) -> String {
    let (a, b) = (first.lines().map(Line::read).map(Ok), second.lines().map(Line::read).map(Ok));
    let mut differences = Differences::<_, _, _, Infallible>::new(a, b, Options::default());
    let mut text = Vec::new();
    for Ok(difference) in differences.by_ref() {
        if text.is_empty() {
            text.push(headline(&difference, names));
        }
        text.extend(rows(&difference, names).into_iter().map(|row| row.text));
    }
    if text.len() > SHOWN_LINES {
        text.truncate(SHOWN_LINES);
        text.push("…".to_owned());
    }
    match differences.summary().is_identical() {
        // Spaces or line ends: nothing that a call could differ in.
        true => text.push("the texts differ in blanks only".to_owned()),
        false => text.push(summary(&differences.summary(), true, names)),
    }
    text.join("\n")
}

/// A line of the text of a trace.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    text: String,
    /// Where the time ends and the call begins.
    call_at: usize,
    start_ns: u64,
}

impl Line {
    /// A line without a time begins at 0: it is none that a trace has, and differs from all that are.
    fn read(text: &str) -> Self {
        let read = || {
            let (time, call) = text.split_once(" us  ")?;
            let (us, ns) = time.trim().split_once('.')?;
            let start_ns = us.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(ns.parse().ok()?)?;
            Some((start_ns, text.len() - call.len()))
        };
        let (start_ns, call_at) = read().unwrap_or((0, 0));
        Self { text: text.trim_end().to_owned(), call_at, start_ns }
    }

    fn call(&self) -> &str {
        self.text.get(self.call_at..).unwrap_or_default()
    }

    fn function(&self) -> Option<&str> {
        self.call().split(' ').next()
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Comparable for Line {
    fn start_ns(&self) -> u64 {
        self.start_ns
    }

    fn compare(&self, other: &Self) -> Likeness {
        if self.call() == other.call() {
            Likeness::Equal
        } else if self.function() == other.function() {
            Likeness::SameFunction
        } else {
            Likeness::Unlike
        }
    }

    fn bytes(&self) -> usize {
        self.text.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["expected", "seen"];
    const EXPECTED: &str = "         0.000 us  clock.now       -> 0\n         1.000 us  end\n";

    #[test]
    fn a_nanosecond_is_a_difference() {
        let late = "         0.000 us  clock.now       -> 0\n         1.001 us  end\n";
        let text = difference(NAMES, EXPECTED, late);
        assert!(text.contains("seen is 0.001 us later"), "{text}");
    }

    #[test]
    fn another_result_is_shown_on_both_sides() {
        let text = difference(NAMES, EXPECTED, &EXPECTED.replace("-> 0", "-> 1"));
        assert!(text.contains("expected and seen differ at call 1\n"), "{text}");
        assert!(text.contains("\n-      1                  0.000 us  clock.now       -> 0\n"), "{text}");
        assert!(text.contains("clock.now       -> 1\n"), "{text}");
    }

    #[test]
    fn texts_that_are_no_traces_are_compared_too() {
        let text = difference(NAMES, "", "nonsense\n");
        assert!(text.contains("nonsense"), "{text}");
        assert!(difference(NAMES, "a  \n", "a\n").contains("blanks"));
    }

    #[test]
    fn a_long_difference_is_cut() {
        let long: String = (0..1000).map(|n| format!("  {n}.000 us  clock.now -> {n}\n")).collect();
        assert!(difference(NAMES, "", &long).lines().count() <= SHOWN_LINES + 2);
    }
}
