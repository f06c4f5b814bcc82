//! What is known of the calls beyond those that are held: where the traces come together again, or that they do not.

use super::{
    Comparable, LookAhead,
    align::WINDOW,
    meeting::{self, AHEAD, LONGEST_GAP, Meeting},
    source::Source,
};

/// What is known, by numbers of calls from the beginning.
#[derive(Debug, Default)]
pub(super) struct Far {
    /// Where the traces come together again.
    meeting: Option<(u64, u64)>,
    /// Up to where there is no other place, so that there is no need to look again.
    looked_until: (u64, u64),
    longest: Option<usize>,
}

impl Far {
    /// The longest gap behind which the traces would have been found to be together; `None` if they were found, or all calls
    /// were looked at.
    pub(super) fn longest(&self) -> Option<usize> {
        self.longest
    }

    /// How many calls of each, from the first that is held on, lie before the next place where the traces are together. It is
    /// looked for if it is not known, the other way round if `swapped`.
    pub(super) fn gap<A, B, T, E>(
        &mut self,
        a: &Source<A, T, E>,
        b: &Source<B, T, E>,
        hash: fn(&T) -> Option<u64>,
        swapped: bool,
    ) -> Option<(usize, usize)>
    where
        A: LookAhead<Item = Result<T, E>>,
        B: LookAhead<Item = Result<T, E>>,
        T: Comparable,
    {
        let left = |(at_a, at_b): (u64, u64)| {
            Some((at_a.checked_sub(a.taken)? as usize, at_b.checked_sub(b.taken)? as usize))
        };
        if let Some(known) = self.meeting.and_then(left).filter(|gap| *gap != (0, 0)) {
            return Some(known);
        }
        if a.taken < self.looked_until.0 && b.taken < self.looked_until.1 {
            return None;
        }
        *self = Self::default();
        let found = match (a.hashes(hash), b.hashes(hash)) {
            (Some(a), Some(b)) if swapped => Some(meeting::find(b, a, AHEAD).swapped()),
            (Some(a), Some(b)) => Some(meeting::find(a, b, AHEAD)),
            _ => None,
        };
        match found {
            Some(Meeting::At(x, y)) => {
                self.meeting = Some((a.taken + x as u64, b.taken + y as u64));
                return Some((x, y));
            }
            Some(Meeting::Never) => self.looked_until = (u64::MAX, u64::MAX),
            Some(Meeting::TooFar) => {
                let half = AHEAD as u64 / 2;
                self.looked_until = (a.taken + half, b.taken + half);
                self.longest = Some(LONGEST_GAP);
            }
            // All that is left is held.
            None if a.has_ended() && b.has_ended() => {}
            None => self.longest = Some(WINDOW),
        }
        None
    }
}
