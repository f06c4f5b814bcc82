//! What is said of a run that is over.

use device_abi::{Limit, Outcome};
use device_link::Dropped;
use sim_host::{Run, ScenarioReport, hw_mock::Mismatch};

use crate::{commands::device::dropped, output::note};

/// Says how a run ended, and why; and, where that was asked for, whether it was as it should be.
pub(super) fn tell(run: &Run, expects: bool) {
    tell_outcome(run);
    match &run.mismatch {
        Some(mismatch) => tell_mismatch(mismatch),
        None if expects && !matches!(run.outcome, Outcome::Refused(_)) => note("expectations: all met"),
        None => {}
    }
    if let Some(report) = &run.scenario {
        tell_scenario(report);
    }
}

/// Says what a board could not send.
pub(super) fn tell_dropped(what: &Dropped) {
    if let Some(text) = dropped(what) {
        note(&format!("dropped: {text}: the line is slower than what the guest has to say"));
    }
}

fn tell_outcome(run: &Run) {
    let (seconds, nanoseconds) = (run.device_time_ns / 1_000_000_000, run.device_time_ns % 1_000_000_000);
    let microseconds = nanoseconds / 1000;
    note(&match &run.outcome {
        Outcome::Refused(_) => format!("outcome: {}", run.outcome),
        outcome => format!("outcome: {outcome} after {seconds}.{microseconds:06} s of device time"),
    });
    for line in run.prose().into_iter().flat_map(str::lines) {
        note(&format!("caused by: {line}"));
    }
    match run.outcome {
        Outcome::Limit(Limit::Time) => note("help: say with --for how much device time the guest shall have"),
        Outcome::Limit(Limit::Compute) => note("help: say with --limit how long it may compute"),
        _ => {}
    }
}

/// Says how what went over the wires differs from what was expected.
fn tell_mismatch(mismatch: &Mismatch) {
    note("error: what went over the wires is not what was expected");
    mismatch.to_string().lines().for_each(note);
}

/// Says what became of the scenario.
fn tell_scenario(report: &ScenarioReport) {
    if report.succeeded() {
        return note(&format!("scenario: {report}"));
    }
    note("error: the scenario failed");
    report.to_string().lines().for_each(note);
}
