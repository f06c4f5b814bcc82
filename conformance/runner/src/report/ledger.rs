//! The ledger of runs: a page that says when each target was last run, with which versions, and what became of it.

use std::{collections::BTreeMap, fmt, str::FromStr};

use super::cell;
use crate::Matrix;

/// Between these two lines of the page stand the runs.
const BEGIN: &str = "<!-- runs: `twinboard conform --ledger` rewrites what is below -->";
const END: &str = "<!-- end of runs -->";

const HEAD: &str =
    "| target | board | last run | versions | profiles | cases | verdicts |\n|---|---|---|---|---|---|---|";

/// What of a target's identity is kept. Where it is and how much of its memory was free is left out: that differs from
/// machine to machine and from run to run.
const VERSIONS: [&str; 4] = ["simulator", "firmware", "engine", "machine"];

/// The identity that tells boards apart.
const BOARD: &str = "board";

/// A page with a table of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    before: String,
    /// The rows of the table, by target and board.
    rows: BTreeMap<String, String>,
    after: String,
}

impl Ledger {
    /// Reads a page.
    ///
    /// # Errors
    /// If the page has not the two lines between which runs stand.
    pub fn read(page: &str) -> Result<Self, LedgerError> {
        let (before, rest) = page.split_once(BEGIN).ok_or(LedgerError::Missing(BEGIN))?;
        let (runs, after) = rest.split_once(END).ok_or(LedgerError::Missing(END))?;
        let rows = runs.lines().filter(|line| line.starts_with('|') && !HEAD.contains(line));
        Ok(Self {
            before: before.to_owned(),
            rows: rows.map(|row| (key(row), row.to_owned())).collect(),
            after: after.to_owned(),
        })
    }

    /// Writes down that `matrix` is of the day `date`. Each of its targets gets its row for its board; rows of other
    /// targets and boards stay as they are.
    pub fn record(&mut self, matrix: &Matrix, date: &Date) {
        for at in 0..matrix.targets.len() {
            let row = row(matrix, at, &date.0);
            self.rows.insert(key(&row), row);
        }
    }
}

/// The page.
impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{BEGIN}\n\n{HEAD}\n", self.before)?;
        for row in self.rows.values() {
            writeln!(f, "{row}")?;
        }
        write!(f, "\n{END}{}", self.after)
    }
}

/// A day, as in 2026-01-31 (ISO 8601, extended calendar format). Whoever runs a suite says which day it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date(String);

impl FromStr for Date {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        let fits =
            |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
        let number = |from: usize| text[from..from + 2].parse().unwrap_or(0);
        let is_date = text.len() == 10
            && text.bytes().enumerate().all(fits)
            && (1..=12).contains(&number(5))
            && (1..=31).contains(&number(8));
        if is_date { Ok(Self(text.to_owned())) } else { Err(LedgerError::Date(text.to_owned())) }
    }
}

fn row(matrix: &Matrix, at: usize, date: &str) -> String {
    let target = &matrix.targets[at];
    let identity = |name: &str| target.identity.iter().find(|(key, _)| key == name);
    // The engine's value has its name already.
    let version = |name: &str| match identity(name)? {
        (name, value) if matches!(name.as_str(), "engine" | "machine") => Some(value.clone()),
        (name, value) => Some(format!("{name} {value}")),
    };
    let versions: Vec<String> = VERSIONS.into_iter().filter_map(version).collect();
    let ran = matrix.rows.iter().filter(|row| row.cells[at].verdict.has_run()).count();
    let verdicts: Vec<String> =
        matrix.counts(at).iter().map(|(word, count)| format!("{count} {word}")).collect();
    let board = identity(BOARD).map_or("", |(_, value)| value.as_str());
    let cells = [
        target.name.as_str(),
        board,
        date,
        &versions.join(", "),
        &target.profiles.join(", "),
        &format!("{ran} of {}", matrix.rows.len()),
        &verdicts.join(", "),
    ];
    format!("| {} |", cells.map(cell).join(" | "))
}

/// What a row is found by: the first two cells.
fn key(row: &str) -> String {
    row.split(" | ").take(2).collect::<Vec<_>>().join(" | ")
}

/// Why runs cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerError {
    /// What was given as a date is none.
    Date(String),
    /// The page has not this line.
    Missing(&'static str),
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(text) => write!(f, "{text:?} is no date of the form 2026-01-31"),
            Self::Missing(line) => write!(f, "the line {line} is missing"),
        }
    }
}

impl std::error::Error for LedgerError {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        Cell, Verdict,
        case::Level,
        matrix::{Column, Row},
    };

    const PAGE: &str = "# A page\n\n<!-- runs: `twinboard conform --ledger` rewrites what is below -->\n\
                        <!-- end of runs -->\n\nThe end.\n";

    /// A matrix of two cases on one target; the target cannot run the second.
    fn matrix(name: &str, identity: &[(&str, &str)]) -> Matrix {
        let cell = |verdict| vec![Cell { verdict, took: Duration::ZERO }];
        let row = |id: &str, verdict| Row {
            id: id.to_owned(),
            about: String::new(),
            spec: Vec::new(),
            level: Level::Must,
            cells: cell(verdict),
        };
        let pairs = identity.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Matrix {
            configuration: Vec::new(),
            targets: vec![Column {
                name: name.to_owned(),
                identity: pairs.collect(),
                profiles: vec!["esp32c3"],
                took: Duration::ZERO,
            }],
            rows: vec![row("a/a", Verdict::Passed), row("a/b", Verdict::Skipped("small".to_owned()))],
            took: Duration::ZERO,
        }
    }

    /// The page after a run on that day.
    fn recorded(page: &str, matrix: &Matrix, date: &str) -> String {
        let mut ledger = Ledger::read(page).unwrap();
        ledger.record(matrix, &date.parse().unwrap());
        ledger.to_string()
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for date in
            ["", "today", "2026-1-31", "2026-13-01", "2026-00-01", "2026-01-32", "2026-01-311", "２026-1-1"]
        {
            assert_eq!(date.parse::<Date>(), Err(LedgerError::Date(date.to_owned())), "{date}");
        }
    }

    #[test]
    fn a_page_without_the_lines_is_refused() {
        assert_eq!(
            Ledger::read("# A page\n").unwrap_err().to_string(),
            format!("the line {BEGIN} is missing")
        );
        assert_eq!(Ledger::read(BEGIN), Err(LedgerError::Missing(END)));
    }

    #[test]
    fn a_run_is_written_down_without_what_is_of_this_machine() {
        let identity = [
            ("place", "serial:/dev/ttyUSB0"),
            ("board", "a|b"),
            ("firmware", "0.1.0"),
            ("engine", "wasm3 0.5.0"),
            ("memory-free", "280000"),
        ];
        let page = recorded(PAGE, &matrix("serial", &identity), "2026-01-31");
        let row = "| serial | a\\|b | 2026-01-31 | firmware 0.1.0, wasm3 0.5.0 | esp32c3 | 1 of 2 | 1 pass, 1 skip |";
        assert_eq!(page, format!("# A page\n\n{BEGIN}\n\n{HEAD}\n{row}\n\n{END}\n\nThe end.\n"));
        assert_eq!(Ledger::read(&page).unwrap().to_string(), page);
    }

    #[test]
    fn other_targets_and_boards_stay_and_the_same_one_is_replaced() {
        let first = recorded(PAGE, &matrix("sim", &[]), "2026-01-31");
        let second = recorded(&first, &matrix("serial", &[("board", "one")]), "2026-02-01");
        let third = recorded(&second, &matrix("serial", &[("board", "two")]), "2026-02-02");
        let fourth = recorded(&third, &matrix("serial", &[("board", "one")]), "2026-02-03");
        let rows = fourth.lines().filter(|line| line.contains("2026"));
        let dates: Vec<&str> = rows.map(|row| row.split(" | ").nth(2).unwrap()).collect();
        assert_eq!(dates, ["2026-02-03", "2026-02-02", "2026-01-31"], "{fourth}");
        assert!(fourth.ends_with("\n\nThe end.\n"));
    }
}
