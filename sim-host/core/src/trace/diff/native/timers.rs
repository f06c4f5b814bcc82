//! When timers can have expired.

use std::collections::HashMap;

use super::{Breach, Place, Timing};

/// The timers that run.
#[derive(Debug, Default)]
pub(super) struct Timers {
    running: HashMap<u32, Running>,
}

#[derive(Debug, Clone, Copy)]
struct Running {
    at: Place,
    a_ns: u64,
    b_ns: u64,
    delay_ns: u64,
    period_ns: u64,
}

impl Timers {
    /// Notes what a call of both traces starts and ends; it started at these times.
    pub(super) fn take_in(&mut self, timing: Timing, at: Place, a_ns: u64, b_ns: u64) {
        match timing {
            Timing::StartsTimer { handle, delay_us, period_us } => {
                let (delay_ns, period_ns) = (delay_us.saturating_mul(1000), period_us.saturating_mul(1000));
                self.running.insert(handle, Running { at, a_ns, b_ns, delay_ns, period_ns });
            }
            Timing::Ends { handle } => _ = self.running.remove(&handle),
            _ => {}
        }
    }

    /// Whether a timer of the first trace expires at this time.
    pub(super) fn expire_at(&self, a_ns: u64) -> bool {
        self.running.values().any(|timer| timer.expires_after(a_ns).is_some())
    }

    /// What is broken if what a timer gave rise to in the first trace at `a_ns` happens in the second at `b_ns`.
    pub(super) fn too_early(&self, a_ns: u64, b_ns: u64) -> Option<Breach> {
        let expiring = self.running.values().filter_map(|timer| Some((timer, timer.expires_after(a_ns)?)));
        // Of timers that expire together, it may be any.
        let (timer, least_ns) =
            expiring.min_by_key(|(timer, after_ns)| (timer.b_ns.saturating_add(*after_ns), timer.at.b))?;
        let ns = b_ns.saturating_sub(timer.b_ns);
        (ns < least_ns).then_some(Breach::Timer { ns, least_ns, start: timer.at.b })
    }
}

impl Running {
    /// How long after its start it expires in the first trace, if it does so at `a_ns`.
    fn expires_after(&self, a_ns: u64) -> Option<u64> {
        let after_ns = a_ns.checked_sub(self.a_ns)?;
        let late_ns = after_ns.checked_sub(self.delay_ns)?;
        let is_expiry = late_ns == 0 || (self.period_ns > 0 && late_ns % self.period_ns == 0);
        is_expiry.then_some(after_ns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_expires_after_its_delay_and_then_each_period() {
        let mut timers = Timers::default();
        let at = Place { a: 3, b: 4 };
        timers.take_in(Timing::StartsTimer { handle: 1, delay_us: 10, period_us: 3 }, at, 500, 1_000);
        let expiries: Vec<u64> = (0..20_000).step_by(500).filter(|ns| timers.expire_at(*ns)).collect();
        assert_eq!(expiries, [10_500, 13_500, 16_500, 19_500]);
        assert_eq!(timers.too_early(13_500, 14_000), None);
        let early = Breach::Timer { ns: 12_999, least_ns: 13_000, start: 4 };
        assert_eq!(timers.too_early(13_500, 13_999), Some(early));
        timers.take_in(Timing::Ends { handle: 1 }, at, 0, 0);
        assert_eq!(timers.too_early(13_500, 0), None);
    }

    #[test]
    fn of_timers_that_expire_together_the_first_counts() {
        let mut timers = Timers::default();
        let starts = |handle, delay_us| Timing::StartsTimer { handle, delay_us, period_us: 0 };
        timers.take_in(starts(1, 10), Place { a: 1, b: 1 }, 0, 0);
        timers.take_in(starts(2, 5), Place { a: 2, b: 2 }, 5_000, 8_000);
        assert_eq!(timers.too_early(10_000, 10_000), None);
        assert!(timers.too_early(10_000, 9_999).is_some());
    }
}
