//! The words that an outcome can have.

use device_abi::{Limit, RefusalWord};

/// The words of traps that no argument of a call is about.
pub(crate) const TRAPS: &[&str] = &[
    "unreachable",
    "integer-divide-by-zero",
    "integer-overflow",
    "invalid-conversion",
    "out-of-bounds-memory",
    "indirect-call",
    "stack-exhausted",
];

/// Says what is wrong with `text` as the words of an outcome, if anything is: a misspelt word would never be seen.
pub(super) fn problem(text: &str) -> Option<String> {
    let mut words = text.split(' ');
    let (kind, word) = (words.next().unwrap_or_default(), words.next());
    let known: Vec<&str> = match kind {
        "stopped" if word.is_none() => return None,
        "exit" if word.is_some_and(is_code) && words.next().is_none() => return None,
        "exit" => return Some(format!("outcome {text:?} must be \"exit\" and a number of 32 bits")),
        "trap" => TRAPS.iter().copied().chain(["abi-violation"]).collect(),
        "refused" => RefusalWord::ALL.iter().map(|word| word.word()).collect(),
        "limit" => Limit::ALL.iter().map(|limit| limit.word()).collect(),
        _ => {
            let kinds = ["exit", "trap", "refused", "limit", "stopped"];
            return Some(format!("unknown outcome {text:?}{}", hw_board::file::hint(kind, kinds)));
        }
    };
    let word = word.unwrap_or_default();
    (!known.contains(&word))
        .then(|| format!("unknown outcome {text:?}{}", hw_board::file::hint(word, known.iter().copied())))
}

fn is_code(text: &str) -> bool {
    text.parse::<i32>().is_ok_and(|code| code.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_no_target_says_are_refused() {
        for (text, wanted) in [
            ("", "unknown outcome \"\" (known: "),
            ("exit", "must be \"exit\" and a number"),
            ("exit 00", "must be \"exit\" and a number"),
            ("exit 5000000000", "must be \"exit\" and a number"),
            ("exit 0 0", "must be \"exit\" and a number"),
            ("stop", "(did you mean \"stopped\"?)"),
            ("trap unreachabel", "(did you mean \"unreachable\"?)"),
            ("trap", "unknown outcome \"trap\" (known: "),
            ("limit tiem", "(did you mean \"time\"?)"),
            ("refused unknown-modul env", "(did you mean \"unknown-module\"?)"),
        ] {
            let problem = problem(text).unwrap_or_else(|| panic!("{text} is taken"));
            assert!(problem.contains(wanted), "{text}: {problem}");
        }
    }

    #[test]
    fn words_of_outcomes_are_known() {
        for text in [
            "exit 0",
            "exit -2147483648",
            "stopped",
            "limit trace",
            "trap indirect-call",
            "trap abi-violation i2c.read into",
            "refused unknown-import device:abi/i2c@1 reed",
        ] {
            assert_eq!(problem(text), None, "{text}");
        }
    }
}
