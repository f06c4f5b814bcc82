//! Colours on a terminal.

use std::io::{self, IsTerminal};

use super::lines::Line;
use crate::output::printable;

/// What colours mean (ECMA-48, section 8.3.117).
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const CYAN: &str = "\x1b[36m";
const PLAIN: &str = "\x1b[0m";

/// Whether and how lines are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paint {
    coloured: bool,
}

impl Paint {
    /// Colours if standard output is a terminal and `NO_COLOR` is not set (no-color.org: or empty).
    pub(super) fn of_stdout() -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { coloured: io::stdout().is_terminal() && !unwanted }
    }

    /// A line of text: its time, its function, and an error or a trap.
    pub(super) fn line(self, line: &Line, with_time: bool) -> String {
        let time = if with_time { self.colour(DIM, &line.time) } else { String::new() };
        let (name, rest) = line.call.split_at(line.call.find(' ').unwrap_or(line.call.len()));
        let failed = [" -> error ", " -> trap "].iter().filter_map(|mark| rest.rfind(mark)).max();
        let (arguments, failure) = rest.split_at(failed.unwrap_or(rest.len()));
        let failure = if failure.is_empty() { String::new() } else { self.colour(RED, failure) };
        time + &self.colour(CYAN, name) + &printable(arguments) + &failure
    }

    /// A line that only the first trace has.
    pub(super) fn only_a(self, line: &str) -> String {
        self.colour(RED, line)
    }

    /// A line that only the second trace has.
    pub(super) fn only_b(self, line: &str) -> String {
        self.colour(GREEN, line)
    }

    fn colour(self, colour: &str, text: &str) -> String {
        let text = printable(text);
        if self.coloured { format!("{colour}{text}{PLAIN}") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_parts_coloured_and_nothing_else_of_its_own() {
        let line = Line {
            time: "  7 us  ".to_owned(),
            call: "log.write \"\x1b[2J -> error x\" -> error bus".to_owned(),
        };
        let coloured = Paint { coloured: true };
        assert_eq!(
            coloured.line(&line, true),
            "\x1b[2m  7 us  \x1b[0m\x1b[36mlog.write\x1b[0m \"\\u{1b}[2J -> error x\"\x1b[31m -> error bus\x1b[0m"
        );
        assert_eq!(coloured.only_a("- x"), "\x1b[31m- x\x1b[0m");
        assert_eq!(coloured.only_b("+ x"), "\x1b[32m+ x\x1b[0m");
        let plain = Paint { coloured: false };
        assert_eq!(plain.line(&line, false), "log.write \"\\u{1b}[2J -> error x\" -> error bus");
    }
}
