//! A push button, whose contact bounces.

use device_abi::gpio::Level;

/// A push button between a line and a supply rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Button {
    /// The level that the line gets while the button is pressed.
    pub active: Level,
    /// How long the contact bounces after it was pressed or released, nanoseconds; 0: not at all.
    pub bounce_ns: u64,
}

/// When a bouncing contact changes, in sixteenths of the bounce: each time for longer, as its energy goes. The number
/// is even, so that it ends as it began; the last change is the end of the bounce.
const BOUNCES_16THS: [u64; 6] = [1, 2, 4, 6, 10, 16];

impl Button {
    /// What the contact does when somebody presses it at `at_ns`: when the line is driven to which level, or let go
    /// (`None`), in order. The first is at `at_ns`; when all is over, the contact is closed.
    pub fn press(self, at_ns: u64) -> impl Iterator<Item = (u64, Option<Level>)> {
        self.edges(at_ns, Some(self.active), None)
    }

    /// The same for letting it go; when all is over, the contact is open.
    pub fn release(self, at_ns: u64) -> impl Iterator<Item = (u64, Option<Level>)> {
        self.edges(at_ns, None, Some(self.active))
    }

    fn edges(
        self,
        at_ns: u64,
        to: Option<Level>,
        from: Option<Level>,
    ) -> impl Iterator<Item = (u64, Option<Level>)> {
        let bounces: &[u64] = if self.bounce_ns == 0 { &[] } else { &BOUNCES_16THS };
        let edge = move |(index, sixteenths): (usize, &u64)| {
            // Exact also for a bounce as long as the device time goes.
            let after_ns = (u128::from(self.bounce_ns) * u128::from(*sixteenths) / 16) as u64;
            (at_ns.saturating_add(after_ns), if index % 2 == 0 { from } else { to })
        };
        core::iter::once((at_ns, to)).chain(bounces.iter().enumerate().map(edge))
    }
}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use Level::{High, Low};

    use super::*;

    #[test]
    fn without_bounce_there_is_one_edge() {
        let button = Button { active: Low, bounce_ns: 0 };
        assert_eq!(button.press(5).collect::<Vec<_>>(), [(5, Some(Low))]);
        assert_eq!(button.release(7).collect::<Vec<_>>(), [(7, None)]);
    }

    #[test]
    fn a_contact_bounces_and_ends_where_it_should() {
        let button = Button { active: High, bounce_ns: 1600 };
        let closed = Some(High);
        assert_eq!(
            button.press(1000).collect::<Vec<_>>(),
            [
                (1000, closed),
                (1100, None),
                (1200, closed),
                (1400, None),
                (1600, closed),
                (2000, None),
                (2600, closed),
            ]
        );
        assert_eq!(button.release(0).last(), Some((1600, None)));
    }

    #[test]
    fn edges_are_in_order_also_where_time_ends() {
        for (bounce_ns, at_ns) in [(1, 0), (15, 3), (u64::MAX, 0), (u64::MAX, u64::MAX - 1)] {
            let edges: Vec<_> = Button { active: Low, bounce_ns }.press(at_ns).collect();
            assert!(edges.is_sorted_by_key(|(at_ns, _)| *at_ns), "{edges:?}");
            assert_eq!(edges.last(), Some(&(at_ns.saturating_add(bounce_ns), Some(Low))));
        }
    }
}
