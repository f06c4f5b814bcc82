//! Exit codes: the only place that decides them.

use std::{fmt::Write, process::ExitCode};

use device_abi::Outcome;
use sim_host::{ScenarioReport, hw_mock::Mismatch};

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
    /// A file cannot be read or written, a device does not answer or refuses, or the simulator failed.
    Fault,
    /// Somebody outside ended the run.
    Interrupted,
    /// The board file has problems.
    Board,
    /// Two traces differ.
    TraceDiffers,
    /// What went over the wires is not what was expected.
    Mismatch,
    /// A scenario's step failed or was not reached.
    ScenarioFailed,
    /// A target does not obey the ABI.
    NotConforming,
    /// The conformance suite has problems.
    Suite,
}

/// The codes as `--help` shows them; the guest's own, of which there are many, come before.
const CODES: &[(Exit, &str)] = &[
    (Exit::GuestOutOfRange, "the guest ended with a code below 0 or above 127"),
    (Exit::Trap, "the guest trapped"),
    (Exit::Refused, "the module was refused"),
    (Exit::Limit, "the run reached a limit"),
    (Exit::Usage, "the command line is wrong"),
    (
        Exit::Fault,
        "a file cannot be read or written, a device does not answer or refuses, or the simulator failed",
    ),
    (Exit::Interrupted, "the run was ended from outside: Ctrl-C, or nobody reads the log"),
    (Exit::Board, "the board file, or the file of --expect or --scenario, has problems"),
    (Exit::TraceDiffers, "two traces differ"),
    (Exit::Mismatch, "what went over the wires is not what --expect says, whatever the guest made of it"),
    (Exit::ScenarioFailed, "a step of --scenario failed, or was not reached before the guest ended"),
    (Exit::NotConforming, "a conformance case failed, or passed that is known to fail, or none ran"),
    (Exit::Suite, "the conformance suite has problems"),
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

    /// The same, but for a run whose scenario failed. What broke a run off is what is told of it, rather than that the
    /// scenario did not come to its end.
    pub(crate) fn unless_scenario_failed(self, report: Option<&ScenarioReport>) -> Self {
        let broken_off = matches!(self, Self::Trap | Self::Limit | Self::Interrupted);
        match report {
            Some(report) if report.cut_short() && broken_off => self,
            Some(report) if !report.succeeded() => Self::ScenarioFailed,
            _ => self,
        }
    }

    /// The same, but for a run that was not as expected. A guest whose bus fails it mostly ends badly: that it came so far
    /// is the news. A run that somebody cut short is not blamed for what it did not come to.
    pub(crate) fn unless_mismatch(self, mismatch: Option<&Mismatch>) -> Self {
        match mismatch {
            Some(Mismatch { deviation: None, .. }) if self == Self::Interrupted => self,
            Some(_) => Self::Mismatch,
            None => self,
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
            Self::Mismatch => 209,
            Self::ScenarioFailed => 210,
            Self::NotConforming => 211,
            Self::Suite => 212,
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
    use sim_host::hw_mock::{Call, Deviation, SeenCall};

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
    fn a_scenario_that_failed_weighs_more_than_how_the_guest_ended() {
        let report = |steps: &str, end_ns| {
            let board = sim_host::Board::default();
            let scenario = sim_host::Scenario::parse(steps, "", &board).unwrap();
            let (mut hardware, handle) = board.hardware_with(&scenario, 0);
            hardware.outside.advance(end_ns);
            handle.report(end_ns, &Outcome::Stopped)
        };
        let expects = "step = [ { expect-log = { contains = '', within-ms = 1 } } ]";
        let (done, cut_short, failed) =
            (report("step = [ { end = true } ]", 0), report(expects, 1_000_000), report(expects, 1_000_001));
        for (exit, after_cut) in [
            (Exit::Guest(1), Exit::ScenarioFailed),
            (Exit::Done, Exit::ScenarioFailed),
            (Exit::Trap, Exit::Trap),
            (Exit::Limit, Exit::Limit),
            (Exit::Interrupted, Exit::Interrupted),
        ] {
            assert_eq!(exit.unless_scenario_failed(None), exit);
            assert_eq!(exit.unless_scenario_failed(Some(&done)), exit);
            assert_eq!(exit.unless_scenario_failed(Some(&cut_short)), after_cut);
            assert_eq!(exit.unless_scenario_failed(Some(&failed)), Exit::ScenarioFailed);
        }
    }

    #[test]
    fn a_mismatch_weighs_more_than_what_the_guest_made_of_it() {
        let got = SeenCall { number: 1, at_ns: 0, call: Call::PinRead { pin: 2 }, failed: None };
        let deviation = Deviation { expected: None, got, before: Vec::new(), total: 0 };
        let unmet =
            Mismatch { deviation: None, further: 0, unmet: Vec::new(), total: 1, last_calls: Vec::new() };
        let deviating = Mismatch { deviation: Some(Box::new(deviation)), ..unmet.clone() };
        for exit in [Exit::Guest(0), Exit::Guest(1), Exit::Trap, Exit::Limit, Exit::Done] {
            assert_eq!(exit.unless_mismatch(Some(&unmet)), Exit::Mismatch);
            assert_eq!(exit.unless_mismatch(Some(&deviating)), Exit::Mismatch);
            assert_eq!(exit.unless_mismatch(None), exit);
        }
        // Cut short, a run may not have come to what is unmet; what deviated did so before.
        assert_eq!(Exit::Interrupted.unless_mismatch(Some(&unmet)), Exit::Interrupted);
        assert_eq!(Exit::Interrupted.unless_mismatch(Some(&deviating)), Exit::Mismatch);
    }

    #[test]
    fn codes_are_distinct_and_all_in_the_table() {
        let codes: Vec<u8> = CODES.iter().map(|(exit, _)| exit.code()).collect();
        assert_eq!(codes, [200, 201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212]);
    }
}
