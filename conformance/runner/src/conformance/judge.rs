//! One case on one target: each of its guests on each of its profiles.

use device_abi::Profile;

use crate::{
    Capabilities, Case, Known, TargetError, Verdict, bless, case::Level, compare, guarded::Guarded,
    trace_text,
};

/// What became of one run that ended as expected.
struct Ran {
    /// The trace, as text.
    trace: String,
    /// Whether it is the expected one.
    as_expected: bool,
    /// The seed that faults came from, if chance had a part.
    seed: Option<u64>,
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
            let Ran { trace, as_expected, seed } = match run(case, module, profile, target) {
                Ok(ran) => ran,
                Err(TargetError::Failed(what)) => return Ok(Verdict::Failed(format!("{name}: {what}"))),
                Err(cannot) => return Err(cannot),
            };
            match &first {
                None => first = Some((name.clone(), trace.clone())),
                Some((first_name, first_trace)) if *first_trace != trace => {
                    let difference = compare::difference([first_name, &name], first_trace, &trace);
                    let what = format!(
                        "{name} and {first_name} have different traces, but all runs of a case must have the \
                         same\n{difference}"
                    );
                    return Ok(Verdict::Failed(with_seed(what, seed)));
                }
                Some(_) => {}
            }
            if !as_expected && differs.is_none() {
                let expected = case.expected.as_deref().unwrap_or_default();
                let difference = compare::difference(["expected", "seen"], expected, &trace);
                differs = Some(with_seed(format!("{name}: {difference}"), seed));
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
    let failed = |what: String| TargetError::Failed(with_seed(what, seen.seed));
    if seen.outcome != case.outcome {
        let text = trace_text::text(&seen).unwrap_or_else(|problem| problem);
        let last: Vec<&str> = text.lines().rev().take(4).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        let (expected, outcome) = (&case.outcome, seen.outcome.escape_debug());
        let mut what =
            format!("ends with `{outcome}`, expected `{expected}`; its last calls:\n{}", last.join("\n"));
        // A step that is not met ends the run.
        if !seen.unmet.is_empty() {
            what = format!("{what}\n{}", seen.unmet);
        }
        return Err(failed(what));
    }
    if !seen.unmet.is_empty() {
        return Err(failed(seen.unmet));
    }
    let trace = trace_text::text(&seen).map_err(failed)?;
    let expected = match &case.expected {
        None if case.is_refused() => trace_text::nothing_ran(),
        Some(expected) => expected.clone(),
        None => String::new(),
    };
    Ok(Ran { as_expected: trace == expected, trace, seed: seen.seed })
}

/// What went wrong, and behind it the seed that faults came from, so that it can be repeated.
fn with_seed(what: String, seed: Option<u64>) -> String {
    match seed {
        Some(seed) => format!("{what}\nfaults by chance came from seed {seed}"),
        None => what,
    }
}
