//! The wall's clock: the one place that reads it, and waits by it.

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
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

    fn wait_until(&mut self, _device_ns: u64) -> Result<(), Stopped> {
        if self.0.is_stopped() { Err(Stopped) } else { Ok(()) }
    }
}

/// How often a device has waited for the wall. Clones count the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waits(Arc<AtomicU64>);

impl Waits {
    pub(crate) fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Real time: waits for the wall. A device that is late does not hurry; it just does not wait.
#[derive(Debug)]
pub(crate) struct RealPace {
    pub(crate) clock: WallClock,
    pub(crate) stop: StopHandle,
    pub(crate) waits: Waits,
}

impl Pace for RealPace {
    fn is_real(&self) -> bool {
        true
    }

    fn wait_until(&mut self, device_ns: u64) -> Result<(), Stopped> {
        loop {
            let ahead = Duration::from_nanos(device_ns).saturating_sub(self.clock.elapsed());
            if ahead.is_zero() {
                return if self.stop.is_stopped() { Err(Stopped) } else { Ok(()) };
            }
            self.waits.0.fetch_add(1, Ordering::Relaxed);
            if self.stop.wait(ahead) {
                return Err(Stopped);
            }
        }
    }
}
