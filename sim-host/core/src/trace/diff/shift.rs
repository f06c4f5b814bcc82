//! How far the second trace is behind the first, and where that changes.

/// The distance in time between calls that belong together.
#[derive(Debug)]
pub(super) struct Shift {
    /// What the times are rounded down to, nanoseconds.
    resolution_ns: u64,
    /// The least and the greatest distance seen since it changed, nanoseconds.
    seen: (i128, i128),
    /// Whether it has never changed, so that it is exactly 0.
    none_yet: bool,
}

impl Shift {
    pub(super) fn new(resolution_ns: u64) -> Self {
        Self { resolution_ns, seen: (0, 0), none_yet: true }
    }

    /// The new distance, if with calls at these times it is another one than before. Positive: the second is later.
    ///
    /// Of times that are rounded, the distance varies by what was cut off, and is still the same.
    pub(super) fn changed(&mut self, a_ns: u64, b_ns: u64) -> Option<i128> {
        let distance = i128::from(b_ns) - i128::from(a_ns);
        let seen = (self.seen.0.min(distance), self.seen.1.max(distance));
        let varies_by = if self.none_yet { 0 } else { i128::from(self.resolution_ns) };
        if seen.1 - seen.0 <= varies_by {
            self.seen = seen;
            return None;
        }
        (self.seen, self.none_yet) = ((distance, distance), false);
        Some(distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_is_told_once() {
        let mut shift = Shift::new(0);
        assert_eq!(shift.changed(5, 5), None);
        assert_eq!(shift.changed(6, 9), Some(3));
        assert_eq!(shift.changed(7, 10), None);
        assert_eq!(shift.changed(8, 6), Some(-2));
        assert_eq!(shift.changed(9, 9), Some(0));
        assert_eq!(shift.changed(0, u64::MAX), Some(u64::MAX.into()));
    }

    #[test]
    fn rounded_times_vary_by_what_was_cut_off() {
        let mut shift = Shift::new(1000);
        assert_eq!(shift.changed(1000, 1000), None);
        // Not yet shifted, so what differs was shifted, if only by a little.
        assert_eq!(shift.changed(2000, 3000), Some(1000));
        // 1.5 us later, for example.
        assert_eq!(shift.changed(3000, 5000), None);
        assert_eq!(shift.changed(4000, 5000), None);
        assert_eq!(shift.changed(5000, 8000), Some(3000));
    }
}
