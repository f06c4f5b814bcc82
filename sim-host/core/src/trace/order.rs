//! What came before what, across all buses and pins.

use std::{error::Error, fmt};

use super::{Call, Trace};

/// A call that was expected is not there, or not where it was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutOfOrder {
    /// Which of the expected calls was not found, counted from 1.
    pub expected: usize,
    /// The call after which it was looked for, as the trace prints it; `None`: from the beginning.
    pub after: Option<String>,
    /// The call that would have been right, had it not come too early.
    pub too_early: Option<String>,
}

impl fmt::Display for OutOfOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected call {} is not in the trace", self.expected)?;
        if let Some(after) = &self.after {
            write!(f, " after `{}`", after.trim_start())?;
        }
        if let Some(early) = &self.too_early {
            write!(f, ", but before it: `{}`", early.trim_start())?;
        }
        Ok(())
    }
}

impl Error for OutOfOrder {}

pub(super) fn in_order(trace: &Trace, expected: &[&dyn Fn(&Call<'_>) -> bool]) -> Result<(), OutOfOrder> {
    let mut calls = trace.resolved();
    let mut after = None;
    for (at, is_expected) in expected.iter().enumerate() {
        match calls.find(|call| is_expected(call)) {
            Some(found) => after = Some(found.record.to_string()),
            None => {
                let early = trace.resolved().find(|call| is_expected(call));
                let too_early = early.map(|call| call.record.to_string());
                return Err(OutOfOrder { expected: at + 1, after, too_early });
            }
        }
    }
    Ok(())
}
