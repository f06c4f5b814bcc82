//! A case: a folder that says how a guest is run, and what must become of it.

mod board;
mod duration;
mod guest;
mod outcome;
mod read;

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use device_abi::Profile;
use hw_board::{Board, Scenario};

use crate::{Job, Limits, Spec};

pub use guest::Guest;
pub(crate) use outcome::TRAPS;

/// The file that says what the case is.
pub(crate) const CASE_FILE: &str = "case.toml";
/// The file with the trace that every run must give.
pub(crate) const TRACE_FILE: &str = "expect.trace";
/// The board, if it is in a file of its own.
const BOARD_FILE: &str = "board.toml";
/// What happens around the board.
const SCENARIO_FILE: &str = "scenario.toml";
/// What must go over the wires, and the answers.
const EXPECTATIONS_FILE: &str = "expectations.toml";

/// One condition, and what must happen then.
#[derive(Debug, Clone)]
pub struct Case {
    /// `area/condition`: `i2c/probe`.
    pub id: String,
    /// Where it is.
    pub folder: PathBuf,
    /// The rule, in one sentence.
    pub about: String,
    /// What of the spec it checks: citations that exist.
    pub spec: Vec<String>,
    /// Whether a target must behave so.
    pub level: Level,
    /// The profiles on which it must hold.
    pub profiles: Vec<&'static Profile>,
    /// What is on the board; it fits each of the profiles.
    pub board: Board,
    /// The seed of `system.random`.
    pub seed: u64,
    /// What `system.argument` gives.
    pub args: Vec<String>,
    /// When a run ends at the latest.
    pub limits: Limits,
    /// What happens around the board.
    pub scenario: Option<Scenario>,
    /// The text of what must go over the wires, and the answers; known to be good for the board.
    pub expectations: Option<String>,
    /// The guests, at least one, all with the same trace.
    pub guests: Vec<Guest>,
    /// The compared words of the outcome.
    pub outcome: String,
    /// What `expect.trace` says; `None` if there is no such file. A module that is refused has none.
    pub expected: Option<String>,
}

/// How binding a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    /// A target that behaves otherwise does not obey the ABI.
    #[default]
    Must,
    /// A target that behaves otherwise deviates, and says so.
    Should,
}

impl Level {
    pub(crate) const NAMES: &'static [(&'static str, Self)] =
        &[("must", Self::Must), ("should", Self::Should)];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::Should => "should",
        })
    }
}

impl Case {
    /// Reads the case in `folder`. Modules of guests that need a compiler are looked for in `built`.
    ///
    /// # Errors
    /// Everything that is wrong with the folder, one line for each problem.
    pub(crate) fn load(id: &str, folder: &Path, built: &Path, spec: &Spec) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let said = read::load(folder, spec).map_err(|problem| problems.push(problem)).ok();
        let guests = guest::load(id, folder, built).map_err(|found| problems.extend(found)).ok();
        problems.extend(unknown_files(folder));
        let expected = match fs::read_to_string(folder.join(TRACE_FILE)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                problems.push(format!("{}: cannot be read: {error}", folder.join(TRACE_FILE).display()));
                None
            }
        };
        match (said, guests) {
            (Some(said), Some(guests)) if problems.is_empty() => Ok(Self {
                id: id.to_owned(),
                folder: folder.to_owned(),
                about: said.about,
                spec: said.spec,
                level: said.level,
                profiles: said.profiles,
                board: said.board,
                seed: said.seed,
                args: said.args,
                limits: said.limits,
                scenario: said.scenario,
                expectations: said.expectations,
                guests,
                outcome: said.outcome,
                expected,
            }),
            _ => Err(problems),
        }
    }

    /// The run of one of its guests on one of its profiles.
    #[must_use]
    pub fn job(&self, module: &[u8], profile: &'static Profile) -> Job {
        Job {
            module: module.to_vec(),
            board: self.board.clone(),
            profile,
            seed: self.seed,
            args: self.args.clone(),
            limits: self.limits,
            scenario: self.scenario.clone(),
            expectations: self.expectations.clone(),
            once: false,
        }
    }

    /// Whether its guests are refused, so that there is no trace.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.outcome.starts_with("refused ")
    }
}

/// Files that no case has. A misspelt name would otherwise mean that there is none.
fn unknown_files(folder: &Path) -> Vec<String> {
    let own = [CASE_FILE, TRACE_FILE, BOARD_FILE, SCENARIO_FILE, EXPECTATIONS_FILE];
    let known: Vec<&str> = own.into_iter().chain(guest::FILES.iter().copied()).collect();
    let entries = match folder.read_dir() {
        Ok(entries) => entries.flatten(),
        Err(error) => return vec![format!("{}: cannot be read: {error}", folder.display())],
    };
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut unknown: Vec<String> = names.filter(|name| !known.contains(&name.as_str())).collect();
    unknown.sort();
    let problem = |name: &String| {
        let hint = hw_board::file::hint(name, known.iter().copied());
        format!("{}: no file of a case{hint}", folder.join(name).display())
    };
    unknown.iter().map(problem).collect()
}
