//! Device time.
//!
//! ```no_run
//! use core::time::Duration;
//! use twinboard_guest::clock;
//!
//! let start = clock::now();
//! clock::sleep(Duration::from_millis(20));
//! assert!(clock::now() - start >= Duration::from_millis(20));
//! ```

use core::time::Duration;

use crate::abi;

/// The time since the app started, in whole microseconds. Never goes backwards.
///
/// On a simulated device, time stands still while the guest computes; each call to the device takes a little.
#[must_use]
pub fn now() -> Duration {
    Duration::from_micros(abi::clock::now())
}

/// Waits at least `duration`, and lets the device rest meanwhile. No event is delivered before the function
/// that sleeps has returned.
pub fn sleep(duration: Duration) {
    abi::clock::sleep(micros(duration));
}

/// The duration in microseconds, rounded up: "at least" must stay true. Saturates at 584,000 years.
pub(crate) fn micros(duration: Duration) -> u64 {
    let rest = u64::from(duration.subsec_nanos().div_ceil(1000));
    duration.as_secs().saturating_mul(1_000_000).saturating_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_up() {
        assert_eq!(micros(Duration::ZERO), 0);
        assert_eq!(micros(Duration::from_nanos(1)), 1);
        assert_eq!(micros(Duration::from_nanos(1_000_000_001)), 1_000_001);
        assert_eq!(micros(Duration::from_micros(1500)), 1500);
        assert_eq!(micros(Duration::MAX), u64::MAX);
    }
}
