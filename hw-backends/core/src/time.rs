//! Device time: how it moves, how far it may go, and how it is held to the wall's.

use core::fmt;

use device_abi::{Halt, Limit};

/// What every ABI call costs, nanoseconds: about what the call itself takes on an ESP32-C3 at 160 MHz, where
/// wasm3 spends some 100 instructions on it and the core about as many.
pub const CALL_COST_NS: u64 = 1_000;

/// How far device time may run ahead of the wall before a paced device waits, nanoseconds.
const PACE_STEP_NS: u64 = 1_000_000;

/// Where device time ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// The run ends as `stopped` here, nanoseconds.
    pub stop_after_ns: Option<u64>,
    /// The run ends as `limit time` here, nanoseconds. If both ends are the same, this one is named.
    pub time_ns: Option<u64>,
}

impl Limits {
    /// The first end, and how the run ends there.
    fn deadline(self) -> (u64, Halt) {
        let limit = (self.time_ns.unwrap_or(u64::MAX), Halt::Limit(Limit::Time));
        let stop = (self.stop_after_ns.unwrap_or(u64::MAX), Halt::Stopped);
        if stop.0 < limit.0 { stop } else { limit }
    }
}

/// Holds device time to the wall's, and carries the wish to stop.
pub trait Pace: fmt::Debug + Send {
    /// Whether device time is to follow the wall's at all. Constant.
    fn is_real(&self) -> bool;

    /// Lets the wall's time catch up with device time, which goes from `now_ns` to `until_ns`. Returns at once if
    /// not [real](Pace::is_real).
    ///
    /// A device that is late, because its guest computed for long, does not hurry: it still waits for the whole way
    /// from `now_ns` on, but for a millisecond or so.
    ///
    /// # Errors
    /// [`Stopped`] if the run is to end, also while waiting.
    fn wait(&mut self, now_ns: u64, until_ns: u64) -> Result<(), Stopped>;
}

/// Somebody outside wants the run to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

impl From<Stopped> for Halt {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// Virtual time: never waits, never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    fn is_real(&self) -> bool {
        false
    }

    fn wait(&mut self, _now_ns: u64, _until_ns: u64) -> Result<(), Stopped> {
        Ok(())
    }
}

/// The clock of one device: monotonic, saturating at 2^64 - 1 ns (584 years).
#[derive(Debug)]
pub(crate) struct Clock {
    now_ns: u64,
    /// From here on [`check`](Clock::check) has something to do: the deadline, or the next wait for the wall.
    checkpoint_ns: u64,
    deadline_ns: u64,
    at_deadline: Halt,
    pace: alloc::boxed::Box<dyn Pace>,
}

impl Clock {
    pub(crate) fn new(limits: Limits, pace: alloc::boxed::Box<dyn Pace>) -> Self {
        let (deadline_ns, at_deadline) = limits.deadline();
        let mut clock = Self { now_ns: 0, checkpoint_ns: 0, deadline_ns, at_deadline, pace };
        clock.set_checkpoint();
        clock
    }

    #[inline]
    pub(crate) fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// Where the run ends, whatever happens.
    pub(crate) fn deadline_ns(&self) -> u64 {
        self.deadline_ns
    }

    /// Whether device time follows the wall's.
    pub(crate) fn is_paced(&self) -> bool {
        self.pace.is_real()
    }

    /// Puts the end of the run here, unless it has come already; the next [`check`](Clock::check) finds it, and goes
    /// back to it.
    pub(crate) fn end_with(&mut self, halt: Halt) {
        if self.now_ns < self.deadline_ns {
            (self.deadline_ns, self.at_deadline) = (self.now_ns, halt);
        }
        self.checkpoint_ns = 0;
    }

    /// Lets `ns` pass without waiting for the wall; [`check`](Clock::check) will.
    #[inline]
    pub(crate) fn spend(&mut self, ns: u64) {
        self.now_ns = self.now_ns.saturating_add(ns);
    }

    /// Moves on to `ns`, with the wall if paced. Does not move back.
    pub(crate) fn move_to(&mut self, ns: u64) -> Result<(), Halt> {
        let target = ns.min(self.deadline_ns);
        self.pace.wait(self.now_ns, target.max(self.now_ns))?;
        if target > self.now_ns {
            self.now_ns = target;
            self.set_checkpoint();
        }
        Ok(())
    }

    /// Ends the run if the deadline is reached, and lets the wall catch up if paced.
    #[inline]
    pub(crate) fn check(&mut self) -> Result<(), Halt> {
        if self.now_ns >= self.checkpoint_ns { self.at_checkpoint() } else { Ok(()) }
    }

    #[cold]
    fn at_checkpoint(&mut self) -> Result<(), Halt> {
        if self.now_ns >= self.deadline_ns {
            self.now_ns = self.deadline_ns;
            return Err(self.at_deadline);
        }
        self.pace.wait(self.now_ns, self.now_ns)?;
        self.set_checkpoint();
        Ok(())
    }

    fn set_checkpoint(&mut self) {
        let next_wait = if self.pace.is_real() { self.now_ns.saturating_add(PACE_STEP_NS) } else { u64::MAX };
        self.checkpoint_ns = next_wait.min(self.deadline_ns);
    }
}

#[cfg(test)]
mod tests {
    use alloc::boxed::Box;

    use super::*;

    #[test]
    fn the_earlier_end_is_named_and_the_limit_wins_a_tie() {
        let deadline = |stop, time| Limits { stop_after_ns: stop, time_ns: time }.deadline();
        assert_eq!(deadline(Some(5), Some(9)), (5, Halt::Stopped));
        assert_eq!(deadline(Some(9), Some(5)), (5, Halt::Limit(Limit::Time)));
        assert_eq!(deadline(Some(5), Some(5)), (5, Halt::Limit(Limit::Time)));
    }

    #[test]
    fn time_ends_exactly_at_the_deadline() {
        let limits = Limits { stop_after_ns: Some(1500), time_ns: None };
        let mut clock = Clock::new(limits, Box::new(Unpaced));
        clock.spend(1000);
        assert_eq!(clock.check(), Ok(()));
        clock.spend(1000);
        assert_eq!(clock.check(), Err(Halt::Stopped));
        assert_eq!(clock.now_ns(), 1500);
    }

    #[test]
    fn an_end_that_comes_early_is_where_it_was_found() {
        let limits = Limits { stop_after_ns: None, time_ns: Some(2000) };
        let mut clock = Clock::new(limits, Box::new(Unpaced));
        clock.spend(700);
        clock.end_with(Halt::Stopped);
        clock.spend(1000);
        assert_eq!((clock.check(), clock.now_ns()), (Err(Halt::Stopped), 700));
        let mut clock = Clock::new(limits, Box::new(Unpaced));
        clock.spend(2500);
        clock.end_with(Halt::Stopped);
        assert_eq!((clock.check(), clock.now_ns()), (Err(Halt::Limit(Limit::Time)), 2000));
    }

    #[test]
    fn time_saturates() {
        let mut clock = Clock::new(Limits::default(), Box::new(Unpaced));
        clock.spend(u64::MAX);
        clock.spend(1);
        assert_eq!(clock.check(), Err(Halt::Limit(Limit::Time)));
        assert_eq!(clock.now_ns(), u64::MAX);
    }
}
