//! Scenarios: what the outside world does around a board, and what it waits for.
//!
//! ```toml
//! [[step]]
//! at-ms = 2000                # device time …
//! press = "BOOT"              # a button, by its label
//!
//! [[step]]
//! after-ms = 100              # … or from the moment at which the step before it happened
//! release = "BOOT"
//!
//! [[step]]                    # without a time: together with the step before it
//! drive = { pin = 4, level = "low" }                          # or "high", "released"
//!
//! [[step]]
//! at-ms = 3500
//! set = { chip = "outdoor", temperature-c = 30.0 }
//!
//! [[step]]
//! fault = { i2c = 0, address = 0x76, kind = "nack", byte = 1, times = 1 }
//!
//! [[step]]
//! expect-log = { contains = "temperature 30", level = "info", within-ms = 2000 }
//!
//! [[step]]
//! expect-call = { function = "i2c.write", contains = "address=0x50", within-ms = 500 }
//!
//! [[step]]
//! expect-no-log = { contains = "error", for-ms = 300 }        # nothing of the kind for so long
//!
//! [[step]]
//! clear-faults = true         # or { i2c = 0, address = 0x76 }
//!
//! [[step]]
//! end = true                  # the run ends, as `stopped`
//! ```
//!
//! **Order and time.** Steps happen in the order of the file, also those of one time, and the values of one `set`. The first one's time counts from
//! the start of the run, and what is due at 0 happens before the guest does anything. A step that waits is met by the
//! first message or call that it fits and that comes after it began to wait; a call comes when it ends, a message when
//! it is written. The next step counts from then. Nothing meets two steps: a call of `log.write` whose message has met
//! one meets no other by its end. A step whose time has passed when its turn comes, because one before it waited for
//! longer, is a failure. `expect-no-log` lasts `for-ms` from when it begins, and the next step counts from its end; a
//! message that fits and is written before that is a failure, and so is a run that ends before.
//!
//! **Expectations** are met until the end of the time that they have, that moment included; without `within-ms`, to the
//! end of the run. When one is not, the run ends then (one nanosecond later, when it is certain), as `stopped`. Steps
//! that were not reached when the run ends are a failure, too. The text that a call must contain is looked for in its line of
//! the calls trace, without the time and with one space behind the function: `i2c.write i2c=1 address=0x48 data=[0001]`.
//! So a report shows calls, too; a part of a trace's own line, which is padded there, is found as well.
//!
//! **Faults** are those of [`hw_mock::Fault`], for transactions that start after the step: `nack` (with `byte`),
//! `arbitration-lost`, `short-read` (`bytes`), `stuck` (`for-ms`), `slow` (`extra-us`). Each stays until it disturbed
//! `times` transactions, or until `clear-faults`. A `stuck` bus is held for its time from the step on, and free again
//! then; with an `address`, `times` or a `rate`, from the transaction on that those choose, once unless `times` says
//! more. With a `rate` it is a matter of chance, from the file's `seed` or else the run's; the report says which seed it
//! was, also of a scenario that is done, for the run may fail for another reason. Faults that disturbed nothing are
//! remarks in the report of a scenario that is done, and no failure; those that chance spared are not even that.

mod action;
mod awaited;
mod fault;
mod handle;
mod keys;
mod missing;
mod player;
mod read;
mod report;
mod seen;
mod step;
mod text;
mod world;

use std::path::Path;

use hw_core::backend::Hardware;
use hw_mock::Expectations;

use crate::{
    Board,
    file::{self, FileError, Problem},
};
use player::Player;
use step::{Action, Step};
use world::World;

pub use handle::ScenarioHandle;
pub use report::ScenarioReport;

pub(crate) use keys::ROOT;

/// What happens around a board, known to fit it.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The file's name, for reports.
    file: String,
    seed: Option<u64>,
    steps: Vec<Step>,
}

impl Scenario {
    /// Reads a scenario file for `board`.
    ///
    /// # Errors
    /// A file that cannot be read, or everything that is wrong with it; parts and chips that the board does not have
    /// among it.
    pub fn load(path: impl AsRef<Path>, board: &Board) -> Result<Self, FileError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        file::load(path, |root, problems| read::scenario(root, &file, board, problems))
    }

    /// Reads the text of a scenario file; `file_name` stands before each problem, and in reports.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    ///
    /// # Examples
    /// ```
    /// use hw_board::{Board, Scenario};
    ///
    /// let board = Board::parse("[gpio]\nparts = [ { model = \"button\", pin = 9, label = \"BOOT\" } ]", "board.toml")?;
    /// let scenario = Scenario::parse("[[step]]\nat-ms = 5\npress = \"BOOT\"", "scenario.toml", &board)?;
    /// let (hardware, handle) = board.hardware_with(&scenario, 0);
    ///
    /// let error = Scenario::parse("[[step]]\npress = \"BOTO\"", "scenario.toml", &board).unwrap_err();
    /// assert_eq!(error.to_string(), r#"scenario.toml:2: the board has no part "BOTO" (did you mean "BOOT"?)"#);
    /// # Ok::<(), hw_board::FileError>(())
    /// ```
    pub fn parse(text: &str, file_name: &str, board: &Board) -> Result<Self, FileError> {
        file::parse(text, file_name, |root, problems| read::scenario(root, file_name, board, problems))
    }

    /// How many steps it has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps.len()
    }

    /// Looks for steps that come to nothing beside `expectations`, which answer in the place of what those steps change.
    ///
    /// # Errors
    /// The steps that move a pin, or set a chip on a bus, that the expectations are about.
    pub fn check_beside(&self, expectations: &Expectations) -> Result<(), FileError> {
        let answered = expectations.wires();
        let lost = |(index, step): (usize, &Step)| {
            let wire = step.action.changes().filter(|wire| answered.contains(wire))?;
            let (number, action) = (index + 1, &step.action);
            let message = format!("step {number} ({action}) changes nothing: expectations answer on {wire}");
            Some(Problem { line: Some(step.line), message })
        };
        let lost: Vec<_> = self.steps.iter().enumerate().filter_map(lost).collect();
        if lost.is_empty() { Ok(()) } else { Err(FileError::new(&self.file, lost)) }
    }

    /// The buses on which faults are to happen.
    fn faulty_buses(&self) -> Vec<u32> {
        let bus = |step: &Step| match &step.action {
            Action::Fault(fault) => Some(fault.bus),
            _ => None,
        };
        self.steps.iter().filter_map(bus).collect()
    }
}

impl Board {
    /// Builds the simulated hardware with a scenario that plays around it, from device time 0. Chance takes `seed`,
    /// unless the scenario has its own. The scenario must have been read for this board: what another board does not
    /// have stays as it is.
    #[must_use]
    pub fn hardware_with(&self, scenario: &Scenario, seed: u64) -> (Hardware, ScenarioHandle) {
        self.hardware_with_backends(scenario, seed, |hardware| hardware)
    }

    /// The same with other backends in places: `replace` gets the board's hardware before faults are put around its
    /// buses. Where it puts a backend of its own, the scenario disturbs that, and neither drives its pins nor changes
    /// its chips.
    #[must_use]
    pub fn hardware_with_backends(
        &self,
        scenario: &Scenario,
        seed: u64,
        replace: impl FnOnce(Hardware) -> Hardware,
    ) -> (Hardware, ScenarioHandle) {
        let (hardware, mut world) = World::build(self, scenario.seed.unwrap_or(seed));
        let hardware = world.disturb(replace(hardware), &scenario.faulty_buses());
        let handle = ScenarioHandle::new(Player::new(scenario.clone(), world));
        (Hardware { outside: Box::new(handle.clone()), ..hardware }, handle)
    }
}
