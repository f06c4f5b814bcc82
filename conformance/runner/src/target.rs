//! What runs guests: a small adapter for each kind of target.

use std::{fmt, time::Duration};

use device_abi::Profile;
use hw_board::{Board, Scenario};

/// Whatever runs a guest on a board and tells what it did: a simulator, a chip at a serial port.
///
/// A target does not judge. It may be called from several threads at once, up to what its capabilities allow.
pub trait Target: Send + Sync {
    /// Its name: in reports, and of its file in `known/`.
    fn name(&self) -> &str;

    /// What it is and what it can do. Asked once, before the first run.
    fn capabilities(&self) -> Capabilities;

    /// Runs a guest to its end.
    ///
    /// # Errors
    /// What keeps the target from running this guest, or any. What the guest does wrong is an outcome.
    fn run(&self, job: &Job) -> Result<Seen, TargetError>;
}

/// What a target is and what it can do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// What reports say of it: names and values, such as the version of its firmware.
    pub identity: Vec<(String, String)>,
    /// The profiles that it can be.
    pub profiles: Vec<&'static Profile>,
    /// How many runs it can do at the same time; 0 counts as 1.
    pub runs: usize,
}

/// One run: a guest, and everything that decides what it will do.
#[derive(Debug, Clone)]
pub struct Job {
    /// The module's bytes, valid or not.
    pub module: Vec<u8>,
    /// What is on the board, fit for `profile`.
    pub board: Board,
    /// What the device can hold.
    pub profile: &'static Profile,
    /// The seed of `system.random`.
    pub seed: u64,
    /// What `system.argument` gives.
    pub args: Vec<String>,
    /// When the run ends at the latest.
    pub limits: Limits,
    /// What happens around the board.
    pub scenario: Option<Scenario>,
    /// What must go over the wires, and the answers: the text of a file that [`hw_board::expectations`] reads. It is
    /// known to be good for the board. Each run reads it anew, for expectations are met once.
    pub expectations: Option<String>,
    /// Whether the module is one of many that hardly come again: nothing of it is worth keeping for later runs, such as its
    /// compiled code.
    pub once: bool,
}

/// When a run ends at the latest. The default has no end but a minute of computing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Device time after which the outcome is `limit time`.
    pub time: Option<Duration>,
    /// Device time after which the outcome is `stopped`.
    pub stop_after: Option<Duration>,
    /// Bytes of trace, in its binary form, after which the outcome is `limit trace`.
    pub trace_bytes: Option<u64>,
    /// Wall-clock time of computing without a call after which the outcome is `limit compute`.
    pub compute: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: None, stop_after: None, trace_bytes: None, compute: Duration::from_secs(60) }
    }
}

/// What a target saw of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seen {
    /// The compared words of the outcome: `exit 0`, `trap unreachable`.
    pub outcome: String,
    /// The calls, in the binary form of [`device_abi::trace`].
    pub trace: Vec<u8>,
    /// Device time at the end, nanoseconds.
    pub device_time_ns: u64,
    /// What the scenario and the expectations say went wrong; empty if nothing did.
    pub unmet: String,
    /// The seed that faults came from, if chance had a part and `unmet` does not say so.
    pub seed: Option<u64>,
}

/// Why a target could not run a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetError {
    /// It cannot do what the case needs; the case is skipped. The reason.
    CannotRun(String),
    /// It failed, through no fault of the guest. What happened, with its causes.
    Failed(String),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CannotRun(why) => write!(f, "target cannot run this: {why}"),
            Self::Failed(why) => write!(f, "target failed: {why}"),
        }
    }
}

impl std::error::Error for TargetError {}
