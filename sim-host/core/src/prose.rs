//! What an outcome means, for the person who mends the guest.

use device_abi::{FUNCTIONS, Limit, Outcome, Trap};

/// One or more sentences on how a run ended; `None` when its words say it all.
pub(crate) fn prose(outcome: &Outcome, backtrace: &[String]) -> Option<String> {
    let cause = match outcome {
        Outcome::Refused(refusal) => return Some(guest_check::explain(refusal)),
        Outcome::Trap(Trap::AbiViolation(violation)) => {
            let function = FUNCTIONS[violation.function as usize].full_name;
            format!("{function}: argument '{}': {}", violation.argument_name(), violation.fault)
        }
        Outcome::Trap(trap) => trap_cause(trap).to_owned(),
        Outcome::Limit(limit) => return Some(limit_cause(*limit).to_owned()),
        Outcome::Exit(_) | Outcome::Stopped => return None,
    };
    Some(match backtrace {
        [] => cause,
        frames => format!("{cause}, in {}", shortened(frames)),
    })
}

fn trap_cause(trap: &Trap) -> &'static str {
    match trap {
        Trap::Unreachable => "the guest gave up by itself: a panic, abort or failed assertion",
        Trap::IntegerDivideByZero => "an integer was divided by zero",
        Trap::IntegerOverflow => "an integer division has no result: the lowest number divided by -1",
        Trap::InvalidConversion => "a float has no integer value",
        Trap::OutOfBoundsMemory => "a load or store outside the guest's memory",
        Trap::IndirectCall => "a function pointer is null, outside the table, or of another type",
        Trap::StackExhausted => "calls are nested too deep: an endless recursion, or large frames",
        Trap::AbiViolation(_) => "an argument of an ABI call breaks the rules",
    }
}

fn limit_cause(limit: Limit) -> &'static str {
    match limit {
        Limit::Time => "device time reached the run's limit",
        Limit::Compute => "the guest computed for too long without calling the device",
        Limit::Trace => "the trace reached its limit: does the guest call the device in an endless loop?",
    }
}

/// How many frames of a backtrace are worth reading.
const FRAMES_SHOWN: usize = 5;

fn shortened(frames: &[String]) -> String {
    let mut text = frames.iter().take(FRAMES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(" < ");
    if frames.len() > FRAMES_SHOWN {
        text += &format!(" < {} more", frames.len() - FRAMES_SHOWN);
    }
    text
}
