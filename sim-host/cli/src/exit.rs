//! Exit codes: the only place that decides them.

use std::{fmt::Write, process::ExitCode};

use device_abi::Outcome;

/// How the program ends.
///
/// 0 to 127 belong to the guest; shells use 126 to 165 for themselves, so the program's own begin at 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command did what it was asked to.
    Done,
    /// The guest ended with this code, at most 127.
    Guest(u8),
    /// The guest ended with a code that is not its to use.
    GuestOutOfRange,
    /// The guest was broken.
    Trap,
    /// The module was not allowed to start.
    Refused,
    /// The run reached a limit.
    Limit,
    /// The command line is wrong.
    Usage,
    /// A file cannot be read or written, or the simulator failed.
    Fault,
    /// Somebody outside ended the run.
    Interrupted,
    /// The board file has problems.
    Board,
    /// Two traces differ.
    TraceDiffers,
}

/// The codes as `--help` shows them; the guest's own, of which there are many, come before.
const CODES: &[(Exit, &str)] = &[
    (Exit::GuestOutOfRange, "the guest ended with a code below 0 or above 127"),
    (Exit::Trap, "the guest trapped"),
    (Exit::Refused, "the module was refused"),
    (Exit::Limit, "the run reached a limit"),
    (Exit::Usage, "the command line is wrong"),
    (Exit::Fault, "a file cannot be read or written, or the simulator failed"),
    (Exit::Interrupted, "the run was ended from outside: Ctrl-C, or nobody reads the log"),
    (Exit::Board, "the board file has problems"),
    (Exit::TraceDiffers, "two traces differ"),
];

impl Exit {
    /// The end of a run; `interrupted` if it was not `--for` that stopped it.
    pub(crate) fn of_run(outcome: &Outcome, interrupted: bool) -> Self {
        match outcome {
            Outcome::Exit(code) => match u8::try_from(*code) {
                Ok(code @ 0..=127) => Self::Guest(code),
                _ => Self::GuestOutOfRange,
            },
            Outcome::Trap(_) => Self::Trap,
            Outcome::Refused(_) => Self::Refused,
            Outcome::Limit(_) => Self::Limit,
            Outcome::Stopped if interrupted => Self::Interrupted,
            Outcome::Stopped => Self::Done,
        }
    }

    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Guest(code) => code,
            Self::GuestOutOfRange => 200,
            Self::Trap => 201,
            Self::Refused => 202,
            Self::Limit => 203,
            Self::Usage => 204,
            Self::Fault => 205,
            Self::Interrupted => 206,
            Self::Board => 207,
            Self::TraceDiffers => 208,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// The exit codes as text for `--help`.
pub(crate) fn table() -> String {
    let mut table = "Exit codes:\n  0-127  the guest's own; 0 also when --for ended the run\n".to_owned();
    for (exit, meaning) in CODES {
        let _ = writeln!(table, "  {:<5}  {meaning}", exit.code());
    }
    table.push_str("\nTWINBOARD_LOG sets what the program says of itself on standard error (default: warn).");
    table
}

#[cfg(test)]
mod tests {
    use device_abi::{Limit, Trap};

    use super::*;

    #[test]
    fn every_outcome_has_its_code() {
        for (outcome, interrupted, code) in [
            (Outcome::Exit(0), false, 0),
            (Outcome::Exit(127), false, 127),
            (Outcome::Exit(128), false, 200),
            (Outcome::Exit(-1), false, 200),
            (Outcome::Exit(256), false, 200),
            (Outcome::Exit(i32::MIN), false, 200),
            (Outcome::Exit(3), true, 3),
            (Outcome::Trap(Trap::Unreachable), false, 201),
            (Outcome::Limit(Limit::Time), false, 203),
            (Outcome::Stopped, false, 0),
            (Outcome::Stopped, true, 206),
        ] {
            assert_eq!(Exit::of_run(&outcome, interrupted).code(), code, "{outcome} {interrupted}");
        }
    }

    #[test]
    fn codes_are_distinct_and_all_in_the_table() {
        let codes: Vec<u8> = CODES.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes, [200, 201, 202, 203, 204, 205, 206, 207, 208]);
    }
}
