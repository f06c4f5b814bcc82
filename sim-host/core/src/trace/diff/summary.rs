//! How many calls are equal and how many are not.

use super::Place;

/// How many calls are equal and how many are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Calls that both have; their times may differ.
    pub equal: u64,
    /// Calls of the same function in the same place, with other arguments or results.
    pub changed: u64,
    /// Calls that only the first has.
    pub only_a: u64,
    /// Calls that only the second has.
    pub only_b: u64,
    /// How often the distance in time changes.
    pub shifts: u64,
    /// Where it first changes, and to how many nanoseconds. Positive: the second trace is later.
    pub first_shift: Option<(Place, i128)>,
    /// How often the second trace breaks a rule of time.
    pub breaches: u64,
    /// Whether the traces are compared by the rules of [`native`](super::native), so that equal calls may have measured something else.
    pub native: bool,
    /// Where calls are first paired by their order, because the traces were not found to come together again.
    pub in_order: Option<Place>,
    /// Where the traces part for good, if they do. What comes behind it is not counted.
    pub apart: Option<Place>,
}

impl Summary {
    /// Whether there is no difference at all.
    #[must_use]
    pub fn is_identical(&self) -> bool {
        *self == Self { equal: self.equal, native: self.native, ..Self::default() }
    }

    /// Whether all calls are equal, and come at other times.
    #[must_use]
    pub fn differs_in_times_only(&self) -> bool {
        self.shifts > 0
            && *self
                == Self {
                    equal: self.equal,
                    shifts: self.shifts,
                    first_shift: self.first_shift,
                    ..Self::default()
                }
    }

    /// The calls of the next step.
    pub(super) fn next(&self) -> Place {
        let paired = self.equal + self.changed;
        Place { a: paired + self.only_a + 1, b: paired + self.only_b + 1 }
    }
}
