//! One case on one target: each of its guests on each of its profiles.

use device_abi::Profile;

use crate::{
    Capabilities, Case, Known, TargetError, Verdict, bless, case::Level, compare, guarded::Guarded,
    trace_text,
};

/// What became of one run.
enum Ran {
    /// The trace, as text.
    AsExpected(String),
    /// The right outcome with another trace than the expected one.
    OtherTrace(String),
}

/// Runs `case` and says what became of it.
pub(super) fn judge(
    case: &Case,
    target: &Guarded,
    capabilities: &Capabilities,
    known: &Known,
    bless: bool,
) -> Verdict {
    let verdict = match run_all(case, target, capabilities, bless) {
        Ok(verdict) => verdict,
        Err(TargetError::CannotRun(why)) => return Verdict::Skipped(why),
        Err(TargetError::Failed(what)) => Verdict::Failed(what),
    };
    match (verdict, known.why(&case.id)) {
        (Verdict::Failed(seen), Some(why)) => Verdict::KnownFailure { why: why.to_owned(), seen },
        (Verdict::Failed(seen), None) if case.level == Level::Should => Verdict::Deviated(seen),
        (Verdict::Passed, Some(why)) => Verdict::UnexpectedPass { why: why.to_owned() },
        (verdict, _) => verdict,
    }
}

fn run_all(
    case: &Case,
    target: &Guarded,
    capabilities: &Capabilities,
    bless: bool,
) -> Result<Verdict, TargetError> {
    let has = |profile: &&&'static Profile| capabilities.profiles.contains(*profile);
    let profiles: Vec<&'static Profile> = case.profiles.iter().filter(has).copied().collect();
    if profiles.is_empty() {
        let wanted: Vec<&str> = case.profiles.iter().map(|profile| profile.name).collect();
        return Err(TargetError::CannotRun(format!("it is no {}", wanted.join(", no "))));
    }
    // The first run's trace, and which run that was.
    let mut first: Option<(String, String)> = None;
    let mut differs = None;
    for guest in &case.guests {
        for profile in &profiles {
            let name = format!("{} on {}", guest.file, profile.name);
            let module = match &guest.module {
                Ok(module) => module,
                Err(why) => return Ok(Verdict::Failed(format!("{} {why}", guest.file))),
            };
            let (trace, as_expected) = match run(case, module, profile, target) {
                Ok(Ran::AsExpected(trace)) => (trace, true),
                Ok(Ran::OtherTrace(trace)) => (trace, false),
                Err(TargetError::Failed(what)) => return Ok(Verdict::Failed(format!("{name}: {what}"))),
                Err(cannot) => return Err(cannot),
            };
            match &first {
                None => first = Some((name.clone(), trace.clone())),
                Some((first_name, first_trace)) if *first_trace != trace => {
                    let difference = compare::difference([first_name, &name], first_trace, &trace);
                    return Ok(Verdict::Failed(format!(
                        "{name} and {first_name} have different traces, but all runs of a case must have the \
                         same\n{difference}"
                    )));
                }
                Some(_) => {}
            }
            if !as_expected && differs.is_none() {
                let expected = case.expected.as_deref().unwrap_or_default();
                differs =
                    Some(format!("{name}: {}", compare::difference(["expected", "seen"], expected, &trace)));
            }
        }
    }
    let trace = first.map(|(_, trace)| trace).unwrap_or_default();
    Ok(match differs {
        Some(_) if bless && !case.is_refused() => match bless::bless(case, &trace) {
            Ok(()) => Verdict::Blessed,
            Err(problem) => Verdict::Failed(problem),
        },
        Some(difference) => Verdict::Failed(difference),
        None => Verdict::Passed,
    })
}

fn run(case: &Case, module: &[u8], profile: &'static Profile, target: &Guarded) -> Result<Ran, TargetError> {
    let seen = target.run(case.job(module, profile))?;
    if seen.outcome != case.outcome {
        let text = trace_text::text(&seen).unwrap_or_else(|problem| problem);
        let last: Vec<&str> = text.lines().rev().take(4).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        let (expected, seen) = (&case.outcome, seen.outcome.escape_debug());
        return Err(TargetError::Failed(format!(
            "ends with `{seen}`, expected `{expected}`; its last calls:\n{}",
            last.join("\n")
        )));
    }
    if !seen.unmet.is_empty() {
        return Err(TargetError::Failed(seen.unmet));
    }
    let trace = trace_text::text(&seen).map_err(TargetError::Failed)?;
    let expected = match &case.expected {
        None if case.is_refused() => trace_text::nothing_ran(),
        Some(expected) => expected.clone(),
        None => String::new(),
    };
    Ok(if trace == expected { Ran::AsExpected(trace) } else { Ran::OtherTrace(trace) })
}
