//! What a run left behind.

use std::fmt;

use device_abi::{Outcome, log::Level};
use hw_board::ScenarioReport;
use hw_mock::Mismatch;

use crate::{Trace, Wires, prose::prose};

/// What a run left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// How it ended.
    pub outcome: Outcome,
    /// The guest's messages, unless they were not to be kept.
    pub log: Vec<LogLine>,
    /// The guest's calls, unless they were not to be kept.
    pub trace: Trace,
    /// What went over the wires, if it was to be kept.
    pub wires: Wires,
    /// How what went over the wires differs from what was expected; `None` when it does not, when nothing was expected,
    /// and when the guest was refused and nothing went over them.
    pub mismatch: Option<Mismatch>,
    /// What became of the scenario; `None` when there was none, and when the guest was refused.
    pub scenario: Option<ScenarioReport>,
    /// Device time at the end, nanoseconds.
    pub device_time_ns: u64,
    prose: Option<String>,
}

impl Run {
    pub(crate) fn ended(outcome: Outcome, backtrace: &[String]) -> Self {
        let prose = prose(&outcome, backtrace);
        Self {
            outcome,
            log: Vec::new(),
            trace: Trace::default(),
            wires: Wires::default(),
            mismatch: None,
            scenario: None,
            device_time_ns: 0,
            prose,
        }
    }

    /// What the outcome means, for the person who mends the guest; `None` when its words say it all. Not part of
    /// what targets are compared by.
    #[must_use]
    pub fn prose(&self) -> Option<&str> {
        self.prose.as_deref()
    }

    /// The text of each message, in order.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.log.iter().map(|line| line.text.as_str())
    }
}

/// A message of the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Device time, microseconds.
    pub time_us: u64,
    /// How much it matters.
    pub level: Level,
    /// The text, at most 256 bytes.
    pub text: String,
    /// How many bytes were cut off.
    pub cut: u32,
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, micros) = (self.time_us / 1_000_000, self.time_us % 1_000_000);
        write!(f, "[{seconds:>5}.{micros:06}] {:<5} {}", self.level.name(), self.text)?;
        match self.cut {
            0 => Ok(()),
            cut => write!(f, " … ({cut} bytes cut)"),
        }
    }
}
