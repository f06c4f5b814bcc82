//! What differs between two traces: which calls only one of them has, which are changed, and which come later.
//!
//! The traces are aligned: behind a call that one of them lacks, the others are compared with their counterparts. That holds
//! for gaps of up to [`LONGEST_GAP`] calls, if the traces can be [looked at ahead of time](LookAhead) and the calls behind
//! the gap are the same ones; where such a bound decides, a remark says so. Where the rounds of a loop are hardly different, it
//! may take a few of them until the gap is seen.
//! [`Trace::diff`] compares the traces of two runs; [`Differences`] compares calls from anywhere, in bounded memory. By
//! the rules of [`native`], a trace of the simulator is compared with one of a chip in its own time.

mod ahead;
mod align;
mod anchor;
mod differences;
mod far;
mod line;
mod meeting;
pub mod native;
mod search;
mod shift;
mod source;
mod step;
mod summary;
mod text;

use std::{
    convert::Infallible,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use device_abi::trace::{Record, Status};

use super::Trace;
use native::Timing;

pub use self::{
    ahead::LookAhead,
    align::WINDOW,
    differences::{Difference, Differences},
    line::{Kind, Line, Place},
    meeting::LONGEST_GAP,
    step::Side,
    summary::Summary,
    text::{Row, headline, incomplete, rows, summary},
};

/// How much two calls have in common, their times aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Everything.
    Equal,
    /// The function, but not all arguments and results.
    SameFunction,
    /// Nothing.
    Unlike,
}

/// A call that can be compared with others.
pub trait Comparable {
    /// Device time at the start of the call, nanoseconds.
    fn start_ns(&self) -> u64;

    /// Compares everything but the time.
    fn compare(&self, other: &Self) -> Likeness;

    /// Compares everything but the time and what the function [measures](native::is_measured).
    fn compare_unmeasured(&self, other: &Self) -> Likeness {
        self.compare(other)
    }

    /// A number that is the same for calls that are [equal](Likeness::Equal), and hardly ever for others; `None` if it has
    /// none, so that long gaps are not found.
    fn fingerprint(&self) -> Option<u64> {
        None
    }

    /// The same for calls that are equal when [what is measured](native::is_measured) is not compared.
    fn fingerprint_unmeasured(&self) -> Option<u64> {
        self.fingerprint()
    }

    /// What it says about time, for the rules of [`native`].
    fn timing(&self) -> Timing {
        Timing::None
    }

    /// Bytes of memory that it holds, roughly, so that few of the long ones are held. 0 for what borrows.
    fn bytes(&self) -> usize {
        0
    }
}

impl Comparable for Record<'_> {
    fn start_ns(&self) -> u64 {
        self.start_ns
    }

    fn compare(&self, other: &Self) -> Likeness {
        let same_function = self.function.function == other.function.function;
        let same_rest = || {
            (self.app, &self.status, &self.args, &self.outputs)
                == (other.app, &other.status, &other.args, &other.outputs)
        };
        match same_function {
            true if same_rest() => Likeness::Equal,
            true => Likeness::SameFunction,
            false => Likeness::Unlike,
        }
    }

    fn compare_unmeasured(&self, other: &Self) -> Likeness {
        let same_end = || match (&self.status, &other.status) {
            (Status::Returned | Status::Value(_), Status::Returned | Status::Value(_)) => true,
            (one, another) => one == another,
        };
        let is_alike = self.function.function == other.function.function
            && native::is_measured(self.function.full_name)
            && (self.app, &self.args) == (other.app, &other.args)
            && same_end();
        if is_alike { Likeness::Equal } else { self.compare(other) }
    }

    fn fingerprint(&self) -> Option<u64> {
        let record = Self { start_ns: 0, ..self.clone() };
        Some(fingerprint(&record.json()))
    }

    fn fingerprint_unmeasured(&self) -> Option<u64> {
        match &self.status {
            Status::Returned | Status::Value(_) if native::is_measured(self.function.full_name) => {
                let record = Self { status: Status::Returned, outputs: Vec::new(), ..self.clone() };
                record.fingerprint()
            }
            _ => self.fingerprint(),
        }
    }

    fn timing(&self) -> Timing {
        Timing::of(self)
    }
}

/// A [fingerprint](Comparable::fingerprint) of what is the same in calls that are equal. It may be another one in another version.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// How traces are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether times are compared. Default: yes.
    pub times: bool,
    /// Equal calls given before and after a difference. Default: 3.
    pub context: usize,
    /// What the times are rounded down to, nanoseconds; 0 if they are exact, which is the default.
    pub resolution_ns: u64,
    /// Whether the second trace is of a chip in native mode, so that it is compared by the rules of [`native`]. Default: no.
    pub native: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { times: true, context: 3, resolution_ns: 0, native: false }
    }
}

/// What differs between the traces of two runs.
///
/// `Display` shows the first difference and the summary; the alternate form, `{:#}`, shows all differences.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceDiff<'t> {
    differences: Vec<Difference<Record<'t>>>,
    summary: Summary,
    times: bool,
    dropped: [u64; 2],
}

impl<'t> TraceDiff<'t> {
    pub(super) fn of(a: &'t Trace, b: &'t Trace, options: Options) -> Self {
        let (calls_a, calls_b) = (a.records().map(Ok), b.records().map(Ok));
        let mut all = Differences::<_, _, _, Infallible>::new(calls_a, calls_b, options);
        let differences = all.by_ref().map(|Ok(difference)| difference).collect();
        let dropped = [a, b].map(Trace::dropped_bytes);
        Self { differences, summary: all.summary(), times: options.times, dropped }
    }

    /// Whether the traces are identical, and whole.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.summary.is_identical() && self.dropped == [0, 0]
    }

    /// The differences, in order.
    #[must_use]
    pub fn differences(&self) -> &[Difference<Record<'t>>] {
        &self.differences
    }

    /// How many calls are equal and how many are not.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }
}

impl fmt::Display for TraceDiff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = ["a", "b"];
        let all = f.alternate();
        for difference in self.differences.iter().take(if all { usize::MAX } else { 1 }) {
            if !difference.continues {
                writeln!(f, "{}", headline(difference, names))?;
            }
            for row in rows(difference, names) {
                writeln!(f, "{}", row.text)?;
            }
            if difference.goes_on && !all {
                writeln!(f, "~ …")?;
            }
        }
        for (name, dropped) in names.into_iter().zip(self.dropped).filter(|(_, bytes)| *bytes > 0) {
            writeln!(f, "{}", incomplete(name, dropped))?;
        }
        writeln!(f, "{}", summary(&self.summary, self.times, names))
    }
}
