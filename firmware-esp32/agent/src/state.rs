//! Where the run is, and what is told of it.

use alloc::string::String;

use device_abi::Outcome;
use device_link::{Dropped, EndOfRun, LastEnd, Mode, RunStatus};

use crate::order::Order;

/// Bytes that are kept of each text of a refusal.
const TEXT_BYTES: usize = 48;

/// Where the run is.
#[derive(Debug)]
pub(crate) enum RunState {
    /// There is none.
    Idle,
    /// One was ordered.
    Ordered(Order),
    /// It goes on.
    Running(Running),
}

/// A run that goes on.
#[derive(Debug)]
pub(crate) struct Running {
    /// It is to end.
    pub(crate) stop: bool,
    /// How it is, as far as the agent has been told.
    pub(crate) status: RunStatus,
}

impl Running {
    pub(crate) fn new(order: &Order) -> Self {
        Self { stop: order.stop, status: status(order) }
    }
}

/// How a run is that has not begun.
fn status(order: &Order) -> RunStatus {
    let mode = if order.native.is_some() { Mode::Native } else { Mode::Bench };
    RunStatus { mode, time_ns: 0, dropped: Dropped::default() }
}

impl RunState {
    /// Whether a run in native mode was ordered or goes on: it outlives its host.
    pub(crate) fn is_native(&self) -> bool {
        self.told().is_some_and(|status| status.mode == Mode::Native)
    }

    /// How the run is, if there is one.
    pub(crate) fn told(&self) -> Option<RunStatus> {
        match self {
            Self::Idle => None,
            Self::Ordered(order) => Some(status(order)),
            Self::Running(running) => Some(running.status),
        }
    }

    /// How the run is, if one goes on.
    pub(crate) fn status(&mut self) -> Option<&mut RunStatus> {
        match self {
            Self::Running(running) => Some(&mut running.status),
            Self::Idle | Self::Ordered(_) => None,
        }
    }
}

/// How the last run ended. Its memory is taken once, so that no run leaves less than there was.
#[derive(Debug)]
pub(crate) struct End {
    /// Without the texts of a refusal.
    last: Option<LastEnd<'static>>,
    /// Those, one behind the other, and where the first two end.
    texts: String,
    ends: [usize; 2],
}

impl End {
    /// There was none.
    pub(crate) fn new() -> Self {
        Self { last: None, texts: String::with_capacity(3 * TEXT_BYTES), ends: [0; 2] }
    }

    pub(crate) fn keep(&mut self, outcome: &Outcome, time_ns: u64) {
        let outcome = match EndOfRun::from(outcome).cut(TEXT_BYTES) {
            EndOfRun::Refused { word, module, name, detail } => {
                self.texts.clear();
                for text in [module, name, detail] {
                    self.texts.push_str(text);
                }
                self.ends = [module.len(), module.len() + name.len()];
                EndOfRun::Refused { word, module: "", name: "", detail: "" }
            }
            EndOfRun::Exit(code) => EndOfRun::Exit(code),
            EndOfRun::Trap(trap) => EndOfRun::Trap(trap),
            EndOfRun::Limit(limit) => EndOfRun::Limit(limit),
            EndOfRun::Stopped => EndOfRun::Stopped,
        };
        self.last = Some(LastEnd { outcome, time_ns });
    }

    pub(crate) fn told(&self) -> Option<LastEnd<'_>> {
        let mut last: LastEnd<'_> = self.last?;
        if let EndOfRun::Refused { module, name, detail, .. } = &mut last.outcome {
            let [first, second] = self.ends;
            (*module, *name, *detail) =
                (&self.texts[..first], &self.texts[first..second], &self.texts[second..]);
        }
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use alloc::borrow::ToOwned;

    use device_abi::{Limit, Refusal, RefusalWord, Trap};

    use super::*;

    #[test]
    fn the_last_end_is_told_and_takes_no_more_memory() {
        let mut end = End::new();
        assert_eq!(end.told(), None);
        let capacity = end.texts.capacity();
        let refused = |module: &str, name: &str, detail: &str| {
            let [module, name, detail] = [module, name, detail].map(str::to_owned);
            Outcome::Refused(Refusal { word: RefusalWord::UnknownImport, module, name, detail })
        };
        for outcome in [
            Outcome::Exit(3),
            refused("device:abi/i2c@1", "reed", ""),
            Outcome::Trap(Trap::Unreachable),
            refused(&"\u{e9}x".repeat(100), &"n".repeat(500), &"\u{1f980}".repeat(50)),
            Outcome::Limit(Limit::Compute),
            refused("", "", "no memory"),
            Outcome::Stopped,
        ] {
            end.keep(&outcome, 7);
            let told = end.told().unwrap();
            assert_eq!((told.outcome, told.time_ns), (EndOfRun::from(&outcome).cut(TEXT_BYTES), 7));
            assert_eq!(end.texts.capacity(), capacity);
        }
    }
}
