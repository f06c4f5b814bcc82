//! The life of an app that the device starts by itself: when it is started, and when no more.
//!
//! Each such start is noted before it is made. It has failed if the run ends badly, or brings the device down before it has
//! proved itself. After one failure the app is started again; after a second one in a row it is held: reported, and left
//! alone until a host starts it, or it is installed anew.

use alloc::format;

use app_storage::{Mark, Marks};
use device_abi::{Limit, Outcome, log::Level, system::ResetReason};
use device_link::{AppState, LinkError, LogLine, Mode, Start};

use crate::{desk::Desk, state::RunState};

/// A run that goes on for this long has proved itself, milliseconds.
const PROVED_MS: u64 = 60_000;

/// After so many failed starts in a row the app is held.
const MOST_FAILED: u8 = 2;

/// A run that the device has started by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnRun {
    /// When it proves itself, milliseconds of the board's time; `None` when it has.
    proved_ms: Option<u64>,
}

/// Whether a device that starts for this reason was brought down by what it was doing. A host that resets it is known to
/// the device before: then nothing is open any more.
fn is_crash(reason: ResetReason) -> bool {
    match reason {
        // A panic restarts the device by software.
        ResetReason::Software | ResetReason::Watchdog | ResetReason::Other => true,
        ResetReason::PowerOn | ResetReason::External | ResetReason::Brownout | ResetReason::DeepSleep => {
            false
        }
    }
}

/// What the end of a run says about its start.
fn verdict(outcome: &Outcome) -> Mark {
    match outcome {
        Outcome::Trap(_) | Outcome::Refused(_) | Outcome::Limit(Limit::Compute) => Mark::Failed,
        // It ended by itself, or did what it was allowed to do.
        Outcome::Exit(_) | Outcome::Limit(_) => Mark::Proved,
        Outcome::Stopped => Mark::Left,
    }
}

impl Desk {
    /// The device has started: starts the app, if that is wanted.
    pub(crate) fn start_up(&mut self) {
        let has_failed = self.slot.marks().open && is_crash(self.out.board.reset_reason());
        // What cannot be noted could be repeated for ever.
        if !has_failed || self.mark(Mark::Failed) {
            self.start_app();
        }
    }

    /// Starts the app, if it is to be started by the device and is not held.
    fn start_app(&mut self) {
        if self.is_held() {
            return;
        }
        let Some(bytes) = self.slot.autostart() else { return self.tell_trouble() };
        if !self.mark(Mark::Attempt) {
            return;
        }
        let started = Start::read(&bytes).ok_or(LinkError::Malformed).and_then(|start| self.order(&start));
        match started {
            Ok(()) => {
                let proved_ms = Some(self.out.now_ms().saturating_add(PROVED_MS));
                self.own_run = Some(OwnRun { proved_ms });
            }
            Err(error) => {
                self.note(&format!("autostart: {error}"));
                self.mark(Mark::Left);
            }
        }
    }

    /// Keeps what the app is started with, if it could be started so now; `None`: it waits for a host.
    ///
    /// # Errors
    /// Why it could not be started, or not kept.
    pub(crate) fn set_autostart(&mut self, start: Option<&Start<'_>>) -> Result<(), LinkError> {
        if let Some(start) = start {
            if start.mode != Mode::Native {
                return Err(LinkError::ModeNotSupported);
            }
            self.look_at_order(start)?;
        }
        self.slot.set_autostart(start)
    }

    /// Looks whether the device's own run has proved itself.
    pub(crate) fn look_at_own_run(&mut self) {
        let now_ms = self.out.now_ms();
        if let Some(own) = &mut self.own_run
            && own.proved_ms.take_if(|proved_ms| now_ms >= *proved_ms).is_some()
        {
            self.mark(Mark::Proved);
        }
    }

    /// A run is over; if it was the device's own, draws the consequences.
    pub(crate) fn own_run_ended(&mut self, outcome: &Outcome) {
        if self.own_run.take().is_some() {
            let mark = verdict(outcome);
            if self.mark(mark) && mark == Mark::Failed {
                self.start_app();
            }
        }
    }

    /// Somebody ends the device's own run, maybe together with the device.
    pub(crate) fn leave_own_run(&mut self) {
        if self.own_run.take_if(|own| own.proved_ms.is_some()).is_some() {
            self.mark(Mark::Left);
        }
    }

    /// A host has started the app: what went wrong before does not count any more.
    pub(crate) fn forget_failures(&mut self) {
        if self.slot.marks() != Marks::default() {
            self.mark(Mark::Proved);
        }
    }

    /// What the app does.
    pub(crate) fn app_state(&self) -> AppState {
        match self.run {
            RunState::Idle if self.is_held() => AppState::Held,
            RunState::Idle => AppState::Idle,
            RunState::Ordered(_) | RunState::Running(_) => AppState::Running,
        }
    }

    fn is_held(&self) -> bool {
        self.slot.has_autostart() && self.slot.marks().failed >= MOST_FAILED
    }

    /// Whether it could be noted.
    fn mark(&mut self, mark: Mark) -> bool {
        let noted = self.slot.mark(mark).is_ok();
        self.tell_trouble();
        noted
    }

    /// Writes into the log what the flash has failed in.
    pub(crate) fn tell_trouble(&mut self) {
        if let Some(trouble) = self.slot.take_trouble() {
            self.note(&format!("storage: {trouble}"));
        }
    }

    /// Writes something of the device's own into the log.
    fn note(&mut self, text: &str) {
        self.log.push(&LogLine { time_ns: 0, app: 0, level: Level::Error, text, cut: 0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use device_abi::Trap;

    #[test]
    fn only_what_the_app_can_have_done_counts_against_it() {
        let crashes = ResetReason::ALL.iter().filter(|reason| is_crash(**reason));
        assert!(crashes.eq(&[ResetReason::Software, ResetReason::Watchdog, ResetReason::Other]));
        assert_eq!(verdict(&Outcome::Trap(Trap::Unreachable)), Mark::Failed);
        assert_eq!(verdict(&Outcome::Limit(Limit::Compute)), Mark::Failed);
        assert_eq!(verdict(&Outcome::Limit(Limit::Time)), Mark::Proved);
        assert_eq!(verdict(&Outcome::Exit(3)), Mark::Proved);
        assert_eq!(verdict(&Outcome::Stopped), Mark::Left);
    }
}
