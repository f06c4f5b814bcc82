//! What an alignment of two traces consists of.

/// One of the two traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The first.
    A,
    /// The second.
    B,
}

impl Side {
    pub(super) fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// What comes next in the two traces.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step<T> {
    /// The same call in both, at whatever time.
    Equal(T, T),
    /// A call of the same function, with other arguments or results.
    Changed(T, T),
    /// A call that only one of them has.
    Only(Side, T),
    /// This one ends here; the other goes on.
    Ends(Side),
    /// They were not found to come together again behind a gap of up to so many calls; from here on, calls are paired by
    /// their order.
    InOrder(usize),
    /// Here they go different ways, and do not come together again within so many calls. The last step, with the next few
    /// calls of each.
    Apart(Vec<T>, Vec<T>, usize),
}
