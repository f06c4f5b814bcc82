//! Colours on a terminal.

use std::io::{self, IsTerminal};

use sim_host::trace::diff::Row;

use super::line::Line;
use crate::output::printable;

/// What colours mean (ECMA-48, section 8.3.117).
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
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
    pub(super) fn line(self, line: &Line) -> String {
        let (time, call) = (line.time(), line.call());
        let time = if time.is_empty() { String::new() } else { self.colour(DIM, time) };
        let (name, rest) = call.split_at(call.find(' ').unwrap_or(call.len()));
        let failed = [" -> error ", " -> trap "].iter().filter_map(|mark| rest.rfind(mark)).max();
        let (arguments, failure) = rest.split_at(failed.unwrap_or(rest.len()));
        let failure = if failure.is_empty() { String::new() } else { self.colour(RED, failure) };
        time + &self.colour(CYAN, name) + &printable(arguments) + &failure
    }

    /// A line about a difference.
    pub(super) fn row(self, row: &Row) -> String {
        match row.mark {
            '-' => self.colour(RED, &row.text),
            '+' => self.colour(GREEN, &row.text),
            '~' => self.remark(&row.text),
            _ => printable(&row.text),
        }
    }

    /// What is not of the guest.
    pub(super) fn remark(self, text: &str) -> String {
        self.colour(YELLOW, text)
    }

    fn colour(self, colour: &str, text: &str) -> String {
        let text = printable(text);
        if self.coloured { format!("{colour}{text}{PLAIN}") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::trace::line::text_line;

    #[test]
    fn a_line_has_its_parts_coloured_and_nothing_else_of_its_own() {
        let text = "  7 us  log.write \"\x1b[2J -> error x\" -> error bus";
        let (line, untimed) = (text_line(text, true).unwrap(), text_line(text, false).unwrap());
        let coloured = Paint { coloured: true };
        assert_eq!(
            coloured.line(&line),
            "\x1b[2m  7 us  \x1b[0m\x1b[36mlog.write\x1b[0m \"\\u{1b}[2J -> error x\"\x1b[31m -> error bus\x1b[0m"
        );
        for (mark, colour) in [('-', "\x1b[31m"), ('+', "\x1b[32m"), ('~', "\x1b[33m")] {
            let row = Row { mark, text: format!("{mark} \x07") };
            assert_eq!(coloured.row(&row), format!("{colour}{mark} \\u{{7}}\x1b[0m"));
        }
        assert_eq!(coloured.row(&Row { mark: ' ', text: "  x\x07".to_owned() }), "  x\\u{7}");
        let plain = Paint { coloured: false };
        assert_eq!(plain.line(&untimed), "log.write \"\\u{1b}[2J -> error x\" -> error bus");
    }
}
