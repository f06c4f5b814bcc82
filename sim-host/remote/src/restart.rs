//! Devices that restart while something is asked of them.

use std::time::Instant;

use device_link::{GIVE_UP_MS, LinkError, Request};

use crate::{RemoteError, Session, Status, answer::Answer, hello::Patience};

/// A device that is younger than it should be by this much has restarted, milliseconds: what a question takes is within.
const RESTART_MS: u64 = 1_000;

/// How long a device had run at a certain time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uptime {
    at: Instant,
    ms: u64,
}

impl Uptime {
    /// Whether the device has restarted since `earlier`; then how long it had run until then, milliseconds.
    #[must_use]
    pub fn restarted_since(&self, earlier: &Self) -> Option<u64> {
        let passed = self.at.saturating_duration_since(earlier.at).as_millis();
        let expected = earlier.ms.saturating_add(u64::try_from(passed).unwrap_or(u64::MAX));
        expected.checked_sub(self.ms).filter(|missing| *missing > RESTART_MS)
    }

    /// Whether it is older than a device that has restarted since `earlier` can be.
    fn has_gone_on_since(&self, earlier: &Self) -> bool {
        let passed = self.at.saturating_duration_since(earlier.at).as_millis();
        u128::from(self.ms) > passed + u128::from(RESTART_MS)
    }

    /// Whether more time has passed for the device since `earlier` than for this machine, which then has slept.
    fn has_passed_unseen_since(&self, earlier: &Self) -> bool {
        let passed = self.at.saturating_duration_since(earlier.at).as_millis();
        u128::from(self.ms) > u128::from(earlier.ms) + passed + u128::from(RESTART_MS)
    }
}

impl Session {
    /// How long the device had run when it was last asked how it is; `None` before that.
    #[must_use]
    pub fn uptime(&self) -> Option<Uptime> {
        self.uptime
    }

    /// Keeps what the device says of its uptime.
    pub(crate) fn keep_uptime(&mut self, status: &Status) -> Uptime {
        let uptime = Uptime { at: self.frames.now(), ms: status.uptime_ms };
        self.uptime = Some(uptime);
        uptime
    }

    /// What is behind an error: a device that knows of no session, has failed, or says nothing, may have restarted. Then
    /// there is a session again.
    pub(crate) fn explained(&mut self, asked: &'static str, error: RemoteError) -> RemoteError {
        let (forgotten, said) = match &error {
            RemoteError::Refused { error: LinkError::NoHello, .. } => (true, None),
            RemoteError::Silent { .. } => (false, None),
            RemoteError::Panic { text, .. } => (true, Some(text.clone())),
            _ => return error,
        };
        let before = self.uptime;
        let was_held_up = self.frames.take_longest_pause_ms() + RESTART_MS >= GIVE_UP_MS;
        // It comes up at the first rate.
        if self.first_rate_again().is_err() {
            return error;
        }
        let patience = if forgotten { Patience::USUAL } else { Patience::SHORT };
        let number = self.number();
        let Ok(Answer::Info(status)) =
            self.hello(patience).and_then(|()| self.ask_once(number, "question", &Request::Info))
        else {
            return error;
        };
        let now = self.keep_uptime(&status);
        match before.and_then(|before| now.restarted_since(&before)) {
            // It is only slow.
            None if !forgotten => error,
            None if said.is_none()
                && before.is_some_and(|before| {
                    now.has_gone_on_since(&before) && (was_held_up || now.has_passed_unseen_since(&before))
                }) =>
            {
                RemoteError::GivenUp { place: self.place.clone(), asked }
            }
            ran_ms => {
                let place = self.place.clone();
                RemoteError::Restarted { place, asked, ran_ms, said, then: "try again" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "any time will do")]
    fn a_device_that_is_too_young_has_restarted() {
        let at = Instant::now();
        let earlier = Uptime { at, ms: 5_000 };
        let later = |seconds, ms| Uptime { at: at + Duration::from_secs(seconds), ms };
        assert_eq!(later(10, 15_000).restarted_since(&earlier), None);
        // Clocks differ, and a reply takes its time.
        assert_eq!(later(10, 14_100).restarted_since(&earlier), None);
        assert_eq!(later(10, 16_000).restarted_since(&earlier), None);
        assert_eq!(later(10, 3_000).restarted_since(&earlier), Some(12_000));
        assert_eq!(later(0, 0).restarted_since(&earlier), Some(5_000));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "any time will do")]
    fn a_device_that_is_old_enough_has_gone_on() {
        let at = Instant::now();
        let earlier = Uptime { at, ms: 5_000 };
        let later = |seconds, ms| Uptime { at: at + Duration::from_secs(seconds), ms };
        assert!(later(10, 15_000).has_gone_on_since(&earlier));
        assert!(later(0, 5_000).has_gone_on_since(&earlier));
        // So old may be one that has restarted.
        assert!(!later(10, 11_000).has_gone_on_since(&earlier));
        assert!(!later(10, 15_500).has_passed_unseen_since(&earlier));
        assert!(later(10, 3_600_000).has_passed_unseen_since(&earlier));
    }
}
