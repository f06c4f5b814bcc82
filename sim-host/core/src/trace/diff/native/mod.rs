//! A trace of a chip in native mode beside one of the simulator: by order, values, and the least time that things take.
//!
//! The first trace is in virtual time, where a guest computes in no time; the second is in the chip's own time, where
//! everything may take longer. So what is compared is what the ABI promises of both:
//!
//! - **Order and values.** The same calls in the same order, with the same arguments, results, and data for the guest. So
//!   both runs need the same seed: `system.random` gives the same bytes then.
//! - **What is measured** is not compared: what `clock.now` returns, the identity that `system.device-id` writes, and what
//!   `system.last-reset` returns. That they failed, or did not, is.
//! - **clock.now** of the second trace gives the time at which its call started, or a later one, but none that is later than
//!   the start of the next call, and never less than it gave before.
//! - **Starts** of the second trace never go back.
//! - **clock.sleep** and **clock.delay-ns** take at least what was asked for: so long after it, at the earliest, the next
//!   call starts.
//! - **i2c** transactions take at least the time of their bits at the frequency of their handle. If that is the board's own
//!   (0), the trace does not tell it; then it is the highest at which transactions of this bus went in the first trace so far.
//!   So the simulator's chips should not stretch the clock of them all.
//!   A transaction that failed counts with the bits that must have been on the bus; one that was refused has none.
//! - **Timers** expire no sooner than they may: a handler whose first call was waited for in the first trace starts in the
//!   second at least as long after `timer.start` as in the first.
//!
//! Everything may take longer than that, and a whole run takes at least the sum. Text has microseconds only; what it rounds
//! off counts for the second trace.

mod breach;
mod buses;
mod text;
mod timers;
mod timing;

use hw_core::CALL_COST_NS;

use super::Place;
use buses::Buses;
use timers::Timers;

pub use breach::Breach;
pub use timing::Timing;

/// Whether what the function gives back is measured, or its device's own, so that it is not compared.
#[must_use]
pub fn is_measured(full_name: &str) -> bool {
    matches!(full_name, "clock.now" | "system.device-id" | "system.last-reset")
}

/// A call as far as its time is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub(super) start_ns: u64,
    pub(super) timing: Timing,
}

/// What is broken where: before a call, or by it.
#[derive(Debug, Default)]
pub(super) struct Breaches {
    /// By the call before.
    pub(super) before: Vec<(Place, Breach)>,
    /// By this one.
    pub(super) by: Vec<(Place, Breach)>,
}

/// The least times that calls of the second trace must take.
#[derive(Debug)]
pub(super) struct LeastTimes {
    /// How much longer than it seems a time may be, because both of its ends are rounded down, nanoseconds.
    slack_ns: u64,
    last_a: Option<Call>,
    last_b: Option<(Place, Call)>,
    /// What `clock.now` last gave.
    now_us: u64,
    buses: Buses,
    timers: Timers,
}

impl LeastTimes {
    /// For times that are rounded down to `resolution_ns`; 0: they are exact.
    pub(super) fn new(resolution_ns: u64) -> Self {
        Self {
            slack_ns: resolution_ns.saturating_sub(1),
            last_a: None,
            last_b: None,
            now_us: 0,
            buses: Buses::default(),
            timers: Timers::default(),
        }
    }

    /// Takes in the next call of one trace, or of both.
    pub(super) fn step(&mut self, at: Place, a: Option<Call>, b: Option<Call>) -> Breaches {
        let mut breaches = Breaches::default();
        let was_waited_for = a.is_some_and(|a| self.went_on(a));
        if let Some(b) = b {
            breaches.before.extend(self.too_early(b));
            breaches.by.extend(self.wrong_now(b).map(|breach| (at, breach)));
        }
        if let Some((a, b)) = a.zip(b) {
            if was_waited_for {
                let early = self.timers.too_early(a.start_ns, b.start_ns.saturating_add(self.slack_ns));
                breaches.by.extend(early.map(|breach| (at, breach)));
            }
            if a.timing == b.timing {
                self.buses.take_in(b.timing);
                self.timers.take_in(b.timing, at, a.start_ns, b.start_ns);
            }
        }
        self.last_a = a.or(self.last_a);
        self.last_b = b.map(|b| (at, b)).or(self.last_b);
        breaches
    }

    /// Learns from the first trace, whose next call is `a`. Returns whether time went by before it for which no call can
    /// be the reason, so that an event was waited for.
    fn went_on(&mut self, a: Call) -> bool {
        let Some(last) = self.last_a else { return a.start_ns > 0 };
        let gap_ns = a.start_ns.saturating_sub(last.start_ns);
        if let Timing::Transfer { handle, bits, whole: true } = last.timing
            && !self.timers.expire_at(a.start_ns)
        {
            self.buses.learn(handle, bits, gap_ns.saturating_sub(CALL_COST_NS + self.slack_ns));
        }
        let took_ns = match last.timing {
            Timing::Transfer { handle, bits, .. } => self.buses.least(handle, bits).map(|least| least.ns),
            Timing::Sleep { us } => Some(us.saturating_mul(1000)),
            Timing::Delay { ns } => Some(ns.into()),
            _ => Some(0),
        };
        took_ns.is_some_and(|ns| gap_ns > ns.saturating_add(CALL_COST_NS + self.slack_ns))
    }

    /// What the call before `next` of the second trace has not kept.
    fn too_early(&self, next: Call) -> Option<(Place, Breach)> {
        let (at, last) = self.last_b?;
        let Some(gap_ns) = next.start_ns.checked_sub(last.start_ns) else {
            return Some((at, Breach::Back { by_ns: last.start_ns - next.start_ns }));
        };
        let falls_short = |least_ns: u64| gap_ns.saturating_add(self.slack_ns) < least_ns;
        let breach = match last.timing {
            Timing::Sleep { us } => {
                let least_ns = us.saturating_mul(1000);
                falls_short(least_ns).then_some(Breach::Sleep { ns: gap_ns, least_ns })
            }
            Timing::Delay { ns } => {
                falls_short(ns.into()).then_some(Breach::Delay { ns: gap_ns, least_ns: ns.into() })
            }
            Timing::Transfer { handle, bits, .. } => {
                let least = self.buses.least(handle, bits).filter(|least| falls_short(least.ns));
                least.map(|least| Breach::Transfer {
                    ns: gap_ns,
                    least_ns: least.ns,
                    bits,
                    frequency_hz: least.frequency_hz,
                })
            }
            Timing::Now { us } => (us > next.start_ns / 1000)
                .then_some(Breach::NowAfterNext { us, next_us: next.start_ns / 1000 }),
            _ => None,
        };
        breach.map(|breach| (at, breach))
    }

    /// What is wrong with the time that a call was given.
    fn wrong_now(&mut self, call: Call) -> Option<Breach> {
        let Timing::Now { us } = call.timing else { return None };
        let before_us = self.now_us;
        self.now_us = before_us.max(us);
        let start_us = call.start_ns / 1000;
        if us < before_us {
            Some(Breach::NowBack { us, before_us })
        } else {
            (us < start_us).then_some(Breach::NowBeforeStart { us, start_us })
        }
    }
}
