//! What is known of a pin's line, so that each change of it is recorded once.
//!
//! A backend that can tell its lines ([`Gpio::line`](hw_core::backend::Gpio::line)) is believed in everything. Of another
//! one no more is known than the guest's calls say: what it drives, and what it reads.

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{HeldBy, Line};

use crate::PinChange;

/// A change, and what the line is like from then on.
pub(crate) type Change = (PinChange, Option<Line>);

/// A line that nobody is known to hold.
const FLOATING: Line = Line { level: Level::Low, held_by: HeldBy::Nothing };

/// What is known of a pin's line.
#[derive(Debug)]
pub(crate) struct PinLine {
    mode: Option<Mode>,
    /// What the guest last drove, while it has an output.
    driven: Option<Level>,
    /// What the record shows; `None` when nobody knows.
    shown: Option<Line>,
    /// The time of the last of all this.
    at_ns: u64,
}

impl PinLine {
    /// A pin that the guest has not opened, with its line `at_rest`, if anybody tells.
    pub(crate) fn new(at_rest: Option<Line>) -> Self {
        Self { mode: None, driven: None, shown: at_rest.or(Some(FLOATING)), at_ns: 0 }
    }

    /// `at_ns`, or the last time that something was known of the line, if that is later.
    pub(crate) fn not_before(&mut self, at_ns: u64) -> u64 {
        self.at_ns = self.at_ns.max(at_ns);
        self.at_ns
    }

    /// In this and the next three, `told` is what the backend says of the line after the call.
    pub(crate) fn opened(&mut self, mode: Mode, initial: Level, told: Option<Line>) -> Option<Change> {
        self.mode = Some(mode);
        self.driven = matches!(mode, Mode::Output | Mode::OutputOpenDrain).then_some(initial);
        self.shown = told.or_else(|| self.held_by_pin());
        Some((PinChange::Opened(mode, self.driven), self.shown))
    }

    pub(crate) fn read(&mut self, level: Level, told: Option<Line>) -> Option<Change> {
        let seen = told.unwrap_or_else(|| self.seen(level));
        self.is_news(seen).then_some((PinChange::Level, Some(seen)))
    }

    pub(crate) fn written(&mut self, level: Level, told: Option<Line>) -> Option<Change> {
        let is_same = self.driven.replace(level) == Some(level);
        // What was read since it was first written is still so.
        let held = if is_same { None } else { self.held_by_pin() };
        let line = told.or(held)?;
        self.is_news(line).then_some((PinChange::Level, Some(line)))
    }

    pub(crate) fn closed(&mut self, told: Option<Line>) -> Option<Change> {
        (self.mode, self.driven) = (None, None);
        self.shown = told.or(Some(FLOATING));
        Some((PinChange::Closed, self.shown))
    }

    /// Something outside moved the line.
    pub(crate) fn moved(&mut self, line: Line) -> Option<Change> {
        self.is_news(line).then_some((PinChange::Outside, Some(line)))
    }

    fn is_news(&mut self, line: Line) -> bool {
        self.shown.replace(line) != Some(line)
    }

    /// The line as far as the pin itself holds it; of an input nobody knows.
    fn held_by_pin(&self) -> Option<Line> {
        let held = |level| Line { level, held_by: HeldBy::Pin };
        match (self.mode?, self.driven) {
            (Mode::OutputOpenDrain, Some(Level::High)) => Some(FLOATING),
            (_, driven) => driven.map(held),
        }
    }

    /// The line that the guest has read as `level`.
    fn seen(&self, level: Level) -> Line {
        let held_by = match self.held_by_pin() {
            Some(Line { held_by: HeldBy::Pin, level: driven }) if driven == level => HeldBy::Pin,
            Some(Line { held_by: HeldBy::Pin, .. }) => HeldBy::Conflict,
            _ => HeldBy::World,
        };
        Line { level, held_by }
    }
}

#[cfg(test)]
mod tests {
    use HeldBy::{Conflict, Pin, Pull, World};
    use Level::{High, Low};
    use Mode::{Input, InputPullUp, Output, OutputOpenDrain};
    use PinChange::{Closed, Opened};

    use super::*;

    fn line(level: Level, held_by: HeldBy) -> Option<Line> {
        Some(Line { level, held_by })
    }

    fn shows(level: Level, held_by: HeldBy) -> Option<Change> {
        Some((PinChange::Level, line(level, held_by)))
    }

    #[test]
    fn a_backend_that_tells_is_believed() {
        let mut pin = PinLine::new(line(High, Pull));
        let pulled = line(High, Pull);
        assert_eq!(pin.opened(InputPullUp, Low, pulled), Some((Opened(InputPullUp, None), pulled)));
        assert_eq!(pin.read(High, pulled), None);
        let pressed = line(Low, World);
        assert_eq!(pin.moved(pressed.unwrap()), Some((PinChange::Outside, pressed)));
        assert_eq!(pin.moved(pressed.unwrap()), None);
        assert_eq!(pin.closed(line(Low, World)), Some((Closed, line(Low, World))));
        let conflict = line(Low, Conflict);
        assert_eq!(pin.opened(Output, High, conflict), Some((Opened(Output, Some(High)), conflict)));
        assert_eq!(pin.written(High, conflict), None);
        assert_eq!(pin.written(Low, line(Low, World)), shows(Low, World));
        let released = line(Low, Pin);
        assert_eq!(pin.moved(released.unwrap()), Some((PinChange::Outside, released)));
    }

    #[test]
    fn of_an_input_that_nobody_tells_of_reading_says_all() {
        let mut pin = PinLine::new(None);
        assert_eq!(pin.opened(Input, High, None), Some((Opened(Input, None), None)));
        assert_eq!(pin.read(Low, None), shows(Low, World));
        assert_eq!(pin.read(Low, None), None);
        assert_eq!(pin.read(High, None), shows(High, World));
        assert_eq!(pin.closed(None), Some((Closed, Some(FLOATING))));
    }

    #[test]
    fn an_output_that_nobody_tells_of_is_what_it_drives_unless_it_reads_otherwise() {
        let mut pin = PinLine::new(None);
        assert_eq!(pin.opened(Output, Low, None), Some((Opened(Output, Some(Low)), line(Low, Pin))));
        assert_eq!(pin.written(High, None), shows(High, Pin));
        assert_eq!(pin.read(High, None), None);
        assert_eq!(pin.read(Low, None), shows(Low, Conflict));
        assert_eq!(pin.written(High, None), None, "nothing says that it is over");
        assert_eq!(pin.written(Low, None), shows(Low, Pin));
    }

    #[test]
    fn an_open_drain_output_holds_only_low() {
        let mut pin = PinLine::new(None);
        let opened = pin.opened(OutputOpenDrain, High, None);
        assert_eq!(opened, Some((Opened(OutputOpenDrain, Some(High)), Some(FLOATING))));
        assert_eq!(pin.read(High, None), shows(High, World));
        assert_eq!(pin.written(High, None), None);
        assert_eq!(pin.written(Low, None), shows(Low, Pin));
        assert_eq!(pin.read(High, None), shows(High, Conflict));
        assert_eq!(pin.written(High, None), Some((PinChange::Level, Some(FLOATING))));
    }

    #[test]
    fn time_does_not_go_back() {
        let mut pin = PinLine::new(None);
        assert_eq!([10, 5, 12].map(|at_ns| pin.not_before(at_ns)), [10, 10, 12]);
    }
}
