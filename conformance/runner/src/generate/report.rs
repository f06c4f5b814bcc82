//! What became of generated programs.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

/// What became of generated programs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Where the programs come from.
    pub seed: u64,
    /// The targets, the first is what the others are compared with.
    pub targets: Vec<String>,
    /// How many programs were run on all targets.
    pub programs: u64,
    /// How many of them went different ways where the ABI does not say which is right.
    pub unspecified: u64,
    /// How many ended in which way on the first target, without details: `exit`, `trap unreachable`.
    pub outcomes: BTreeMap<String, u64>,
    /// Bytes of trace that were compared.
    pub trace_bytes: u64,
    /// Wall-clock time that each target took, summed over all that ran at the same time.
    pub spent: Vec<Duration>,
    /// Wall-clock time for all of it.
    pub took: Duration,
    /// What the targets did not agree about, by program.
    pub differences: Vec<Difference>,
    /// What went wrong with the run itself: cases that could not be written, programs that could not be made.
    pub problems: Vec<String>,
}

/// A program that two targets do not agree about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The program.
    pub number: u64,
    /// The target that differs from the first.
    pub target: String,
    /// How the program, made small, ends differently, or where its traces differ.
    pub what: String,
    /// Where the program, made small, was written as a case.
    pub case: Option<PathBuf>,
}

impl Report {
    /// Whether all targets agreed about every program, and there was one.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.programs > 0 && self.differences.is_empty() && self.problems.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Difference { number, target, what, case } in &self.differences {
            writeln!(f, "program {number} of seed {} on {target}:", self.seed)?;
            for line in what.lines() {
                writeln!(f, "    {line}")?;
            }
            if let Some(case) = case {
                writeln!(f, "    written as {}", case.display())?;
            }
        }
        for problem in &self.problems {
            writeln!(f, "problem: {problem}")?;
        }
        let mut ends: Vec<_> = self.outcomes.iter().collect();
        ends.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (outcome, count) in ends {
            writeln!(f, "{count:>8}  {outcome}")?;
        }
        let seconds = self.took.as_secs_f64();
        writeln!(
            f,
            "{} programs of seed {} on {}: {} differences, {} unspecified, {} bytes of trace, {seconds:.1} s",
            self.programs,
            self.seed,
            self.targets.join(", "),
            self.differences.len(),
            self.unspecified,
            self.trace_bytes,
        )?;
        for (target, spent) in self.targets.iter().zip(&self.spent) {
            let each = self.programs as f64 / spent.as_secs_f64().max(f64::MIN_POSITIVE);
            writeln!(f, "{target}: {each:.0} programs per second")?;
        }
        Ok(())
    }
}
