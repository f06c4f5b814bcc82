//! What an outcome means, for the person who mends the guest.

use device_abi::{Fault, Limit, Outcome, Trap, Violation};

/// One or more sentences on how a run ended; `None` when its words say it all.
pub(crate) fn prose(outcome: &Outcome, backtrace: &[String]) -> Option<String> {
    let cause = match outcome {
        Outcome::Refused(refusal) => return Some(guest_check::explain(refusal)),
        Outcome::Trap(Trap::AbiViolation(violation)) => {
            let function = violation.function.info().full_name;
            format!("{function}: argument '{}': {}", violation.argument_name(), fault(violation))
        }
        Outcome::Trap(trap) => trap_cause(trap).to_owned(),
        // Where it just waited says nothing.
        Outcome::Limit(Limit::Time) => return Some(limit_cause(Limit::Time).to_owned()),
        Outcome::Limit(limit) => limit_cause(*limit).to_owned(),
        Outcome::Exit(_) | Outcome::Stopped => return None,
    };
    Some(match backtrace {
        [] => cause,
        frames => format!("{cause}, in {}", shortened(frames)),
    })
}

fn fault(violation: &Violation) -> String {
    match violation.fault {
        Fault::Overlap { other } if other == violation.argument => {
            "a buffer overlaps the list itself, or what another element refers to".into()
        }
        Fault::Overlap { other } => {
            let other = Violation { argument: other, ..*violation };
            format!("the buffer overlaps argument '{}'", other.argument_name())
        }
        fault => fault.to_string(),
    }
}

fn trap_cause(trap: &Trap) -> &'static str {
    match trap {
        Trap::Unreachable => "the guest gave up by itself: a panic, abort or failed assertion",
        Trap::IntegerDivideByZero => "an integer was divided by zero",
        Trap::IntegerOverflow => {
            "a number does not fit its integer: a float too large, or the lowest number divided by -1"
        }
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
        // How many there were in all is not known: the engine itself keeps only the first.
        text += " < …";
    }
    text
}
