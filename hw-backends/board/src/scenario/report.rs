//! What became of a scenario.

use std::fmt;

use crate::file::MAX_UNSIGNED;

/// What became of a scenario. `Display` says it in one or more lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioReport {
    pub(super) steps: usize,
    pub(super) passed: usize,
    /// Whether nothing else went wrong than that the run ended too early.
    pub(super) cut_short: bool,
    /// What went wrong, a line each; the first with file and line.
    pub(super) failure: Vec<String>,
    /// What else is worth to be known of a scenario that is done, a line each.
    pub(super) remarks: Vec<String>,
    /// The seed that faults came from, if chance had a part.
    pub(super) seed: Option<u64>,
}

impl ScenarioReport {
    /// Whether every step happened and every expectation was met.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.failure.is_empty()
    }

    /// Whether the only failure is that the run ended before its turn came to every step.
    #[must_use]
    pub fn cut_short(&self) -> bool {
        self.cut_short
    }

    /// What is worth to be known of a scenario that is done, a line each with file and line: faults that disturbed
    /// nothing, and why. Chance that spared all transactions is not told.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// How many steps there are.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// How many of them happened or were met.
    #[must_use]
    pub fn passed(&self) -> usize {
        self.passed
    }

    /// The seed that faults came from, if chance had a part.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }
}

impl fmt::Display for ScenarioReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chance = |seed| match seed {
            ..=MAX_UNSIGNED => format!("faults by chance came from seed {seed}"),
            // No file can say it.
            _ => format!("faults by chance came from seed {seed}: repeat with --seed {seed}"),
        };
        if self.failure.is_empty() {
            match self.steps {
                1 => f.write_str("the step is done")?,
                steps => write!(f, "all {steps} steps done")?,
            }
            // The run may have failed all the same.
            self.seed.map_or(Ok(()), |seed| write!(f, ", {}", chance(seed)))?;
            return self.remarks.iter().try_for_each(|remark| write!(f, "\n  {remark}"));
        }
        f.write_str(&self.failure.join("\n"))?;
        self.seed.map_or(Ok(()), |seed| write!(f, "\n  {}", chance(seed)))
    }
}
