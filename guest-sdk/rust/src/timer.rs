//! Timers that wake the app.

use core::time::Duration;

use crate::abi::timer::{self, TimerHandle};
use crate::{Error, clock};

/// A timer. When it expires, the device calls the app's [`on_event!`](crate::on_event).
///
/// ```no_run
/// use core::time::Duration;
/// use twinboard_guest::{Error, Timer};
///
/// fn start() -> Result<(), Error> {
///     let mut timer = Timer::open()?;
///     timer.start_every(Duration::from_secs(1))?;
///     timer.keep(); // dropping it would close it
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Timer {
    handle: TimerHandle,
}

/// Tells timers apart in events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(u32);

impl TimerId {
    /// The timer that an event comes from.
    pub(crate) const fn from_source(source: u32) -> Self {
        Self(source)
    }
}

impl Timer {
    /// Makes a timer that is not running.
    ///
    /// # Errors
    /// `limit-reached`: the device's timers or handles are all in use.
    pub fn open() -> Result<Self, Error> {
        Ok(Self { handle: timer::open()? })
    }

    /// What events call this timer.
    #[must_use]
    pub fn id(&self) -> TimerId {
        TimerId(self.handle.0)
    }

    /// Starts the timer, anew if it is running: it expires once, `delay` from now.
    ///
    /// # Errors
    /// `invalid-argument`: above 2^53 - 1 microseconds (285 years).
    pub fn start_once(&mut self, delay: Duration) -> Result<(), Error> {
        self.start(delay, Duration::ZERO)
    }

    /// Starts the timer, anew if it is running: it expires every `period`, the first time one period from now.
    ///
    /// # Errors
    /// `invalid-argument`: above 2^53 - 1 microseconds (285 years).
    pub fn start_every(&mut self, period: Duration) -> Result<(), Error> {
        self.start(period, period)
    }

    /// Starts the timer, anew if it is running: it expires `delay` from now, and then every `period`; only
    /// once if that is zero. Durations are rounded up to microseconds.
    ///
    /// # Errors
    /// `invalid-argument`: above 2^53 - 1 microseconds (285 years).
    pub fn start(&mut self, delay: Duration, period: Duration) -> Result<(), Error> {
        Ok(timer::start(self.handle, clock::micros(delay), clock::micros(period))?)
    }

    /// Stops the timer and takes back its events that were not delivered yet.
    ///
    /// # Errors
    /// None while the timer is open, which it is until it is dropped.
    pub fn stop(&mut self) -> Result<(), Error> {
        Ok(timer::stop(self.handle)?)
    }

    /// Leaves the timer running for the rest of the app's life.
    pub fn keep(self) {
        core::mem::forget(self);
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // The handle is open, so this cannot fail.
        let _ = timer::close(self.handle);
    }
}
