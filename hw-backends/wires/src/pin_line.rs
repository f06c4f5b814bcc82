//! What is known of a pin's line, so that each change of it is recorded once.

use device_abi::gpio::{Level, Mode};

use crate::PinChange;

/// What something that happens to a pin makes of its line: at most two changes.
pub(crate) type Changes = [Option<PinChange>; 2];

/// What is known of a pin's line.
#[derive(Debug, Default)]
pub(crate) struct PinLine {
    mode: Option<Mode>,
    /// What the guest last drove, while it has an output.
    driven: Option<Level>,
    /// What the outside last gave the line.
    outside: Option<Level>,
    /// What the record shows; `None` when that is no level.
    shown: Option<Level>,
    /// The time of the last of all this.
    at_ns: u64,
}

impl PinLine {
    /// `at_ns`, or the last time that something was known of the line, if that is later.
    pub(crate) fn not_before(&mut self, at_ns: u64) -> u64 {
        self.at_ns = self.at_ns.max(at_ns);
        self.at_ns
    }

    pub(crate) fn opened(&mut self, mode: Mode, initial: Level) -> Changes {
        let driven = matches!(mode, Mode::Output | Mode::OutputOpenDrain).then_some(initial);
        (self.mode, self.driven, self.shown) = (Some(mode), driven, driven);
        [Some(PinChange::Opened(mode, driven)), self.outside_shows()]
    }

    pub(crate) fn read(&mut self, level: Level) -> Changes {
        [self.shows(level).then_some(PinChange::Level(level)), None]
    }

    pub(crate) fn written(&mut self, level: Level) -> Changes {
        self.driven = Some(level);
        let held_outside = if self.guest_holds() { None } else { self.outside };
        let line = held_outside.unwrap_or(level);
        let change = if line == level { PinChange::Level(line) } else { PinChange::Outside(line) };
        [self.shows(line).then_some(change), None]
    }

    pub(crate) fn closed(&mut self) -> Changes {
        (self.mode, self.driven, self.shown) = (None, None, None);
        [Some(PinChange::Closed), self.outside_shows()]
    }

    pub(crate) fn outside(&mut self, level: Level) -> Changes {
        self.outside = Some(level);
        [self.outside_shows(), None]
    }

    /// Whether the guest makes the level: an open-drain output does when it is low.
    fn guest_holds(&self) -> bool {
        match self.mode {
            Some(Mode::Output) => true,
            Some(Mode::OutputOpenDrain) => self.driven == Some(Level::Low),
            Some(Mode::Input | Mode::InputPullUp | Mode::InputPullDown) | None => false,
        }
    }

    fn outside_shows(&mut self) -> Option<PinChange> {
        let level = self.outside.filter(|_| !self.guest_holds())?;
        self.shows(level).then_some(PinChange::Outside(level))
    }

    /// Whether `level` is news.
    fn shows(&mut self, level: Level) -> bool {
        self.shown.replace(level) != Some(level)
    }
}

#[cfg(test)]
mod tests {
    use Level::{High, Low};
    use PinChange::{Closed, Opened, Outside};

    use super::*;

    #[test]
    fn an_edge_from_outside_is_shown_once() {
        let mut line = PinLine::default();
        assert_eq!(line.outside(Low), [Some(Outside(Low)), None]);
        assert_eq!(line.outside(Low), [None, None]);
        assert_eq!(
            line.opened(Mode::InputPullUp, High),
            [Some(Opened(Mode::InputPullUp, None)), Some(Outside(Low))]
        );
        assert_eq!(line.read(Low), [None, None]);
        // Somebody did not tell: reading does.
        assert_eq!(line.read(High), [Some(PinChange::Level(High)), None]);
        assert_eq!(line.outside(Low), [Some(Outside(Low)), None]);
        assert_eq!(line.closed(), [Some(Closed), Some(Outside(Low))]);
    }

    #[test]
    fn an_output_hides_the_outside_until_it_lets_go() {
        let mut line = PinLine::default();
        line.opened(Mode::Output, Low);
        assert_eq!(line.outside(High), [None, None]);
        assert_eq!(line.written(High), [Some(PinChange::Level(High)), None]);
        assert_eq!(line.written(Low), [Some(PinChange::Level(Low)), None]);
        assert_eq!(line.closed(), [Some(Closed), Some(Outside(High))]);
    }

    #[test]
    fn an_open_drain_output_holds_only_low() {
        let mut line = PinLine::default();
        line.outside(Low);
        let mode = Mode::OutputOpenDrain;
        assert_eq!(line.opened(mode, High), [Some(Opened(mode, Some(High))), Some(Outside(Low))]);
        assert_eq!(line.written(Low), [None, None]);
        assert_eq!(line.written(High), [None, None], "the outside still holds it");
        assert_eq!(line.outside(High), [Some(Outside(High)), None]);
        assert_eq!(line.written(Low), [Some(PinChange::Level(Low)), None]);
        assert_eq!(line.written(High), [Some(PinChange::Level(High)), None]);
    }

    #[test]
    fn time_does_not_go_back() {
        let mut line = PinLine::default();
        assert_eq!([10, 5, 12].map(|at_ns| line.not_before(at_ns)), [10, 10, 12]);
    }
}
