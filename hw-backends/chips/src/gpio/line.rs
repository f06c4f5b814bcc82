//! Which level a line has, and why.
//!
//! The strongest wins: something that drives, then a resistor outside, then the chip's own resistor, which is about
//! ten times weaker (ESP32-C3 datasheet, table "DC characteristics": 45 kΩ). Where the pin and the world drive
//! against each other, the world wins: it is closer to the supply than the pin's transistor. A line that nothing
//! holds reads low, so that runs are repeatable; on a real board it reads anything.

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{HeldBy, Line};

/// A resistor between a line and a supply rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pull {
    /// To the supply voltage.
    Up,
    /// To ground.
    Down,
}

impl Pull {
    fn level(self) -> Level {
        match self {
            Self::Up => Level::High,
            Self::Down => Level::Low,
        }
    }
}

/// Everything that acts on one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Forces {
    /// How the chip uses the pin, and what it last drove; a pin that is not open is an input.
    pub(super) mode: Mode,
    pub(super) driven: Level,
    /// What drives the line from outside, if anything does.
    pub(super) world: Option<Level>,
    /// The resistor outside, if there is one.
    pub(super) pull: Option<Pull>,
}

impl Forces {
    /// What becomes of the line.
    pub(super) fn resolve(self) -> Line {
        match (self.pin(), self.world) {
            (Some(pin), Some(world)) if pin != world => Line { level: world, held_by: HeldBy::Conflict },
            (_, Some(level)) => Line { level, held_by: HeldBy::World },
            (Some(level), None) => Line { level, held_by: HeldBy::Pin },
            (None, None) => match self.pull.or(self.own_pull()) {
                Some(pull) => Line { level: pull.level(), held_by: HeldBy::Pull },
                None => Line { level: Level::Low, held_by: HeldBy::Nothing },
            },
        }
    }

    /// The level that the pin drives, if it drives.
    fn pin(self) -> Option<Level> {
        match self.mode {
            Mode::Output => Some(self.driven),
            Mode::OutputOpenDrain => (self.driven == Level::Low).then_some(Level::Low),
            Mode::Input | Mode::InputPullUp | Mode::InputPullDown => None,
        }
    }

    /// The chip's own resistor, if the mode switches one on.
    fn own_pull(self) -> Option<Pull> {
        match self.mode {
            Mode::InputPullUp => Some(Pull::Up),
            Mode::InputPullDown => Some(Pull::Down),
            Mode::Input | Mode::Output | Mode::OutputOpenDrain => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use HeldBy::{Conflict, Nothing, Pin, World};
    use Level::{High, Low};
    use Mode::{Input, InputPullDown, InputPullUp, Output, OutputOpenDrain};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_of_levels() {
        let (up, down) = (Some(Pull::Up), Some(Pull::Down));
        #[rustfmt::skip]
        let table = [
            // mode            driven world       outside pull  line
            (Input,            High, None,        None,         (Low,  Nothing)),
            (Input,            Low,  None,        up,           (High, HeldBy::Pull)),
            (Input,            Low,  None,        down,         (Low,  HeldBy::Pull)),
            (Input,            Low,  Some(High),  down,         (High, World)),
            (InputPullUp,      Low,  None,        None,         (High, HeldBy::Pull)),
            (InputPullUp,      Low,  None,        down,         (Low,  HeldBy::Pull)),
            (InputPullUp,      Low,  Some(Low),   up,           (Low,  World)),
            (InputPullDown,    High, None,        None,         (Low,  HeldBy::Pull)),
            (InputPullDown,    High, None,        up,           (High, HeldBy::Pull)),
            (Output,           High, None,        down,         (High, Pin)),
            (Output,           Low,  None,        up,           (Low,  Pin)),
            (Output,           High, Some(Low),   None,         (Low,  Conflict)),
            (Output,           Low,  Some(High),  None,         (High, Conflict)),
            (Output,           High, Some(High),  None,         (High, World)),
            (OutputOpenDrain,  High, None,        None,         (Low,  Nothing)),
            (OutputOpenDrain,  High, None,        up,           (High, HeldBy::Pull)),
            (OutputOpenDrain,  High, None,        down,         (Low,  HeldBy::Pull)),
            (OutputOpenDrain,  Low,  None,        up,           (Low,  Pin)),
            (OutputOpenDrain,  High, Some(Low),   up,           (Low,  World)),
            (OutputOpenDrain,  Low,  Some(High),  up,           (High, Conflict)),
        ];
        for (mode, driven, world, pull, (level, held_by)) in table {
            let line = Forces { mode, driven, world, pull }.resolve();
            assert_eq!(line, Line { level, held_by }, "{mode:?} {driven:?}, {world:?}, {pull:?}");
        }
    }

    fn forces() -> impl Strategy<Value = Forces> {
        (
            prop::sample::select(&[Input, InputPullUp, InputPullDown, Output, OutputOpenDrain][..]),
            prop::sample::select(&[Low, High][..]),
            prop::option::of(prop::sample::select(&[Low, High][..])),
            prop::option::of(prop::sample::select(&[Pull::Up, Pull::Down][..])),
        )
            .prop_map(|(mode, driven, world, pull)| Forces { mode, driven, world, pull })
    }

    proptest! {
        #[test]
        fn whoever_drives_from_outside_wins(forces in forces()) {
            if let Some(world) = forces.world {
                prop_assert_eq!(forces.resolve().level, world);
            }
        }

        #[test]
        fn resistors_matter_only_when_nobody_drives(forces in forces()) {
            let line = forces.resolve();
            if line.held_by != HeldBy::Pull && line.held_by != Nothing {
                for pull in [None, Some(Pull::Up), Some(Pull::Down)] {
                    prop_assert_eq!(Forces { pull, ..forces }.resolve(), line);
                }
            }
        }

        #[test]
        fn inputs_ignore_what_was_last_driven(forces in forces()) {
            if !matches!(forces.mode, Output | OutputOpenDrain) {
                let (low, high) = (Forces { driven: Low, ..forces }, Forces { driven: High, ..forces });
                prop_assert_eq!(low.resolve(), high.resolve());
            }
        }

        #[test]
        fn open_drain_never_drives_high(forces in forces()) {
            let line = Forces { mode: OutputOpenDrain, ..forces }.resolve();
            prop_assert!(line.held_by != Pin || line.level == Low);
        }
    }
}
