//! The watchdog: stops guests that compute without calling the device.
//!
//! The engine's epoch counts up while a guest runs; at the next loop iteration or call the guest looks up, and
//! [`Watchdog`] decides whether it may go on.

use std::{
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use device_abi::{Halt, Limit};
use wasmtime::Engine;

use crate::{StopHandle, wall::WallClock};

/// How often a running guest is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Counts the engine's epoch up until dropped.
#[derive(Debug)]
pub(crate) struct Ticker {
    done: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    pub(crate) fn start(engine: Engine) -> std::io::Result<Self> {
        let done = Arc::new((Mutex::new(false), Condvar::new()));
        let thread = thread::Builder::new().name("twinboard-watch".into()).spawn({
            let done = Arc::clone(&done);
            move || {
                let (lock, changed) = &*done;
                let mut guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
                while !*guard {
                    let waited = changed.wait_timeout(guard, TICK);
                    guard = waited.unwrap_or_else(PoisonError::into_inner).0;
                    engine.increment_epoch();
                }
            }
        })?;
        Ok(Self { done, thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        *self.done.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.done.1.notify_all();
        if let Some(thread) = self.thread.take() {
            // The thread only counts; it has nothing to say even if it failed.
            let _ = thread.join();
        }
    }
}

/// Decides, every [`TICK`] or so, whether a guest may go on.
#[derive(Debug)]
pub(crate) struct Watchdog {
    clock: WallClock,
    limit: Option<Duration>,
    stop: StopHandle,
    /// The device's activity when the stretch of mere computing began, and when that was seen.
    stretch: (u64, Duration),
}

impl Watchdog {
    pub(crate) fn new(limit: Option<Duration>, stop: StopHandle) -> Self {
        Self { clock: WallClock::start(), limit, stop, stretch: (0, Duration::ZERO) }
    }

    /// `activity`: [`Device::activity`](hw_core::Device::activity).
    pub(crate) fn check(&mut self, activity: u64) -> Result<(), Halt> {
        if self.stop.is_stopped() {
            return Err(Halt::Stopped);
        }
        let now = self.clock.elapsed();
        if activity != self.stretch.0 {
            self.stretch = (activity, now);
        }
        match self.limit {
            Some(limit) if now - self.stretch.1 >= limit => Err(Halt::Limit(Limit::Compute)),
            _ => Ok(()),
        }
    }
}
