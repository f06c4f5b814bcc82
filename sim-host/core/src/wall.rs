//! The wall's clock: the one place that reads it, and waits by it.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use hw_core::{Pace, Stopped};

/// Wall-clock time since the start of something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WallClock(Instant);

impl WallClock {
    /// Starts at 0.
    #[expect(clippy::disallowed_methods, reason = "this is the one wall clock")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Ends a run from another thread, or from a Ctrl-C handler. Clones end the same run.
#[derive(Debug, Clone, Default)]
pub struct StopHandle(Arc<StopState>);

#[derive(Debug, Default)]
struct StopState {
    stopped: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl StopHandle {
    /// A handle that has not been used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the run as [`Outcome::Stopped`](crate::Outcome::Stopped), soon: a sleeping guest at once, a computing one within
    /// some hundredths of a second. Once given, the word stands for every later run with this handle.
    pub fn stop(&self) {
        let guard = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.stopped.store(true, Ordering::Release);
        drop(guard);
        self.0.changed.notify_all();
    }

    /// Whether [`stop`](StopHandle::stop) was called.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::Acquire)
    }

    /// Waits for `timeout`, or until stopped. Returns whether it was stopped.
    pub(crate) fn wait(&self, timeout: Duration) -> bool {
        let guard = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.changed.wait_timeout_while(guard, timeout, |()| !self.is_stopped());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        self.is_stopped()
    }
}

/// Virtual time: passes as fast as it can, but may be stopped.
#[derive(Debug)]
pub(crate) struct VirtualPace(pub(crate) StopHandle);

impl Pace for VirtualPace {
    fn is_real(&self) -> bool {
        false
    }

    fn wait(&mut self, _now_ns: u64, _until_ns: u64) -> Result<(), Stopped> {
        if self.0.is_stopped() { Err(Stopped) } else { Ok(()) }
    }
}

/// How far the wall may be ahead before the device gives up catching up: what a computer's timers are late.
const LATE: Duration = Duration::from_millis(1);

/// Real time: waits for the wall.
#[derive(Debug)]
pub(crate) struct RealPace {
    clock: WallClock,
    stop: StopHandle,
    /// How much later than the wall device time 0 was, by now: the lateness that is not made up for.
    shift: Duration,
}

impl RealPace {
    /// Device time 0 is now.
    pub(crate) fn start(stop: StopHandle) -> Self {
        Self { clock: WallClock::start(), stop, shift: Duration::ZERO }
    }
}

impl Pace for RealPace {
    fn is_real(&self) -> bool {
        true
    }

    fn wait(&mut self, now_ns: u64, until_ns: u64) -> Result<(), Stopped> {
        let late = self.clock.elapsed().saturating_sub(self.shift + Duration::from_nanos(now_ns));
        if late > LATE {
            self.shift += late;
        }
        let until = self.shift.saturating_add(Duration::from_nanos(until_ns));
        loop {
            let ahead = until.saturating_sub(self.clock.elapsed());
            if ahead.is_zero() {
                return if self.stop.is_stopped() { Err(Stopped) } else { Ok(()) };
            }
            if self.stop.wait(ahead) {
                return Err(Stopped);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_device_still_waits_the_whole_way() {
        let mut pace = RealPace::start(StopHandle::new());
        // The guest has computed for 50 ms; device time stood still.
        pace.stop.wait(Duration::from_millis(50));
        let before = pace.clock.elapsed();
        pace.wait(1_000, 20_000_000).unwrap();
        assert!(pace.clock.elapsed() - before >= Duration::from_millis(19));
        // And then goes on from there.
        pace.wait(20_000_000, 30_000_000).unwrap();
        assert!(pace.clock.elapsed() - before >= Duration::from_millis(29));
    }

    #[test]
    fn stopping_ends_a_wait() {
        let stop = StopHandle::new();
        let mut pace = RealPace::start(stop.clone());
        stop.stop();
        assert_eq!(pace.wait(0, u64::MAX), Err(Stopped));
    }
}
