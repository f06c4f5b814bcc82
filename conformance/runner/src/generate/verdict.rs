//! What two targets saw of the same program, side by side.

use crate::{Seen, TargetError, compare, trace_text};

/// What two targets saw of one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The same.
    Same,
    /// Something that the ABI leaves open: the stack of one was exhausted where the other's was not, between the depth
    /// that the profile guarantees and endless recursion; or a board has too little memory for the module.
    Unspecified,
    /// Something else. What.
    Different(String),
}

/// The outcome that is only specified at the extremes.
const STACK: &str = "trap stack-exhausted";

/// The outcome that depends on how much memory a board has beside the guest's own.
const NO_ROOM: &str = "refused out-of-memory";

/// Compares what the first target saw with what another saw.
pub(crate) fn compare(names: [&str; 2], first: &Seen, other: &Result<Seen, TargetError>) -> Verdict {
    let other = match other {
        Ok(other) => other,
        Err(TargetError::Failed(why)) => return Verdict::Different(format!("{}: {why}", names[1])),
        Err(TargetError::CannotRun(_)) => return Verdict::Unspecified,
    };
    if first == other {
        return Verdict::Same;
    }
    if (first.outcome == STACK) != (other.outcome == STACK) {
        let (shorter, longer) = if first.outcome == STACK { (first, other) } else { (other, first) };
        if longer.trace.starts_with(&shorter.trace) {
            return Verdict::Unspecified;
        }
    }
    if first.outcome == NO_ROOM || other.outcome == NO_ROOM {
        return Verdict::Unspecified;
    }
    let mut text = String::new();
    if first.outcome != other.outcome {
        let [a, b] = [first, other].map(|seen| seen.outcome.escape_debug().to_string());
        text += &format!("{} ends with `{a}`, {} with `{b}`\n", names[0], names[1]);
    }
    if first.unmet != other.unmet {
        text += &format!("unmet by {}: {}\nunmet by {}: {}\n", names[0], first.unmet, names[1], other.unmet);
    }
    let texts = [first, other].map(|seen| trace_text::text(seen).unwrap_or_else(|problem| problem + "\n"));
    if texts[0] != texts[1] {
        text += &compare::difference(names, &texts[0], &texts[1]);
    } else if first.trace != other.trace {
        text += "the traces differ in what their text leaves out";
    }
    Verdict::Different(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["one", "other"];

    fn seen(outcome: &str) -> Seen {
        Seen { outcome: outcome.to_owned(), ..Seen::default() }
    }

    #[test]
    fn a_stack_may_be_exhausted_on_one_side() {
        let verdict = |a, b| compare(NAMES, &seen(a), &Ok(seen(b)));
        assert_eq!(verdict(STACK, "exit 0"), Verdict::Unspecified);
        assert_eq!(verdict("exit 0", STACK), Verdict::Unspecified);
        assert_eq!(verdict(STACK, STACK), Verdict::Same);
        assert_eq!(verdict("exit 0", NO_ROOM), Verdict::Unspecified);
        let Verdict::Different(text) = verdict("exit 0", "exit 1") else { panic!() };
        assert!(text.contains("one ends with `exit 0`, other with `exit 1`"), "{text}");
    }

    #[test]
    fn a_stack_that_is_exhausted_after_other_calls_is_a_difference() {
        let first = Seen { trace: vec![1], ..seen(STACK) };
        let other = Seen { trace: vec![2, 3], ..seen("exit 0") };
        assert!(matches!(compare(NAMES, &first, &Ok(other)), Verdict::Different(_)));
    }

    #[test]
    fn failing_is_a_difference_too() {
        let failed = Err(TargetError::Failed("it panicked".to_owned()));
        let verdict = compare(NAMES, &seen("exit 0"), &failed);
        assert_eq!(verdict, Verdict::Different("other: it panicked".to_owned()));
    }
}
