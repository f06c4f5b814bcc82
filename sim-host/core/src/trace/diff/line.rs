//! The lines of a difference.

use super::{Side, native::Breach};

/// The number of the call that comes next, in each trace, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In the first trace.
    pub a: u64,
    /// In the second.
    pub b: u64,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<T> {
    /// Where it is.
    pub at: Place,
    /// What it says.
    pub kind: Kind<T>,
}

/// What a line of a difference says.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<T> {
    /// The same call in both traces, as the first has it: context.
    Same(T),
    /// A call of the same function in both, with other arguments or results.
    Changed(T, T),
    /// A call that only one trace has.
    Only(Side, T),
    /// From the next call on, the second trace is later by so many nanoseconds; earlier if negative, and on time
    /// if 0.
    Shifted(i128),
    /// By this call, the second trace breaks a rule of time.
    Breaks(Breach),
    /// This trace ends, the other goes on.
    Ends(Side),
    /// The traces were not found to come together again behind a gap of up to so many calls: from here on, calls are paired by
    /// their order, whether they belong together or not.
    InOrder(usize),
    /// Here the traces go different ways, and do not come together again within so many calls; the next few calls of each.
    Apart(Vec<T>, Vec<T>, usize),
}
