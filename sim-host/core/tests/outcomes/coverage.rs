//! Nothing of the ABI is without a case: functions, error codes, words of outcomes.

use std::collections::BTreeSet;

use device_abi::{FUNCTIONS, Limit, RefusalWord, types::ErrorCode};

use crate::case;

/// Error codes of i2c that no chip model of today can cause, and why.
const I2C_UNREACHABLE: &[(ErrorCode, &str)] = &[
    (ErrorCode::NoAcknowledgeData, "the bme280 takes every byte; needs fault injection"),
    (ErrorCode::NoAcknowledgeUnknown, "the simulated bus always knows which; needs a real controller"),
    (ErrorCode::ArbitrationLost, "there is one controller; needs fault injection"),
    (ErrorCode::Bus, "simulated wires do not stick; needs fault injection"),
    (ErrorCode::Overrun, "the simulated controller is never late; needs fault injection"),
    (ErrorCode::TimedOut, "no model stretches the clock; needs fault injection"),
    (ErrorCode::Disconnected, "simulated chips do not go away; needs a remote bus"),
];

/// The same of other functions.
const UNREACHABLE: &[(&str, ErrorCode, &str)] =
    &[("gpio.open", ErrorCode::NotSupported, "every simulated pin works in every mode; needs a real chip")];

/// Words of refusals that are shown elsewhere, and why not here.
const REFUSALS_ELSEWHERE: &[(RefusalWord, &str)] = &[
    (RefusalWord::ModuleSize, "guest-check's own tests have it; a file of 64 KiB of padding shows no more"),
    (RefusalWord::OutOfMemory, "only a chip can run out of memory at the start"),
];

/// A line of a trace: the function, and the error code that it returned.
fn call(line: &str) -> Option<(&str, Option<&str>)> {
    let untimed = match line.split_once(" us  ") {
        Some((time, rest)) if time.trim().parse::<u64>().is_ok() => rest,
        _ => line,
    };
    let function = untimed.split_whitespace().next()?;
    let function = FUNCTIONS.iter().find(|info| info.full_name == function)?.full_name;
    let error = untimed.rsplit_once(" -> error ").map(|(_, code)| code);
    Some((function, error))
}

/// All lines of all expectations.
fn lines() -> Vec<String> {
    let expectations = case::all().into_iter().filter_map(|case| case.expected);
    expectations.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn unreachable(function: &str, code: ErrorCode) -> bool {
    let i2c = function.starts_with("i2c.") && I2C_UNREACHABLE.iter().any(|(c, _)| *c == code);
    i2c || UNREACHABLE.iter().any(|(f, c, _)| *f == function && *c == code)
}

#[test]
fn every_function_and_error_code_has_a_case() {
    let lines = lines();
    let seen: BTreeSet<_> = lines.iter().filter_map(|line| call(line)).collect();
    let mut wrong = String::new();
    for info in FUNCTIONS {
        let (function, folder) = (info.full_name, info.interface);
        if !seen.iter().any(|(name, error)| *name == function && error.is_none()) {
            wrong += &format!("{function} succeeds in no case: make one in tests/outcomes/{folder}/\n");
        }
        for code in info.errors {
            let name = code.name();
            match (seen.contains(&(function, Some(name))), unreachable(function, *code)) {
                (false, false) => {
                    wrong += &format!(
                        "{function} returns {name} in no case: make one in tests/outcomes/{folder}/\n"
                    );
                }
                (true, true) => {
                    wrong += &format!("{function} does return {name}: it is listed as unreachable\n")
                }
                _ => {}
            }
        }
    }
    for (function, code, _) in UNREACHABLE {
        if !FUNCTIONS.iter().any(|info| info.full_name == *function && info.errors.contains(code)) {
            wrong +=
                &format!("{function} does not list {}: it need not be listed as unreachable\n", code.name());
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_word_of_an_outcome_has_a_case() {
    let lines = lines();
    let seen =
        |outcome: &str| lines.iter().any(|line| line == outcome || line.starts_with(&format!("{outcome} ")));
    let mut words: Vec<String> = Limit::ALL.iter().map(|limit| format!("limit {limit}")).collect();
    let traps = "unreachable integer-divide-by-zero integer-overflow invalid-conversion out-of-bounds-memory \
                 indirect-call stack-exhausted abi-violation";
    words.extend(traps.split_whitespace().map(|word| format!("trap {word}")));
    words.extend(["exit 0", "stopped"].map(Into::into));
    for word in RefusalWord::ALL {
        let outcome = format!("refused {word}");
        match REFUSALS_ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == word) {
            true => assert!(!seen(&outcome), "{outcome}: it is listed as shown elsewhere"),
            false => words.push(outcome),
        }
    }
    let missing: Vec<_> = words.iter().filter(|word| !seen(word)).collect();
    assert!(missing.is_empty(), "no case ends with {missing:?}");
}
