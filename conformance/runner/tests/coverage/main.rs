//! Nothing of the ABI is without a case.

mod fidelity;

use conformance::{
    Case, Suite,
    coverage::{Exempt, missing},
};

/// What may have no case, from the page that says so to people.
fn exempt() -> Vec<Exempt> {
    fidelity::exempt().into_iter().map(|(what, why)| Exempt { what, why }).collect()
}

fn suite() -> Suite {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../cases");
    Suite::load(folder).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn nothing_is_without_a_case() {
    let missing = missing(suite().cases(), &exempt());
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn every_case_cites_what_it_checks() {
    let suite = suite();
    let silent: Vec<&str> =
        suite.cases().iter().filter(|case| case.spec.is_empty()).map(|case| case.id.as_str()).collect();
    assert!(silent.is_empty(), "without `spec`: {silent:?}");
}

/// What is missing when the cases that `is_there` leaves out are not there.
fn missing_without(is_there: impl Fn(&Case) -> bool) -> Vec<String> {
    let suite = suite();
    let cases: Vec<Case> = suite.cases().iter().filter(|case| is_there(case)).cloned().collect();
    assert!(cases.len() < suite.cases().len());
    missing(&cases, &exempt())
}

#[test]
fn a_lost_function_error_word_or_rule_is_told_with_its_folder() {
    let missing = missing_without(|case| !case.id.starts_with("clock/") && !case.id.starts_with("log/"));
    let wanted = "no case shows clock.now#monotonic: make conformance/cases/clock/monotonic, \
                  with spec = [\"clock.now#monotonic\"]";
    assert!(missing.contains(&wanted.to_owned()), "{missing:#?}");
    let missing = missing_without(|case| !case.outcome.starts_with("trap integer-overflow"));
    assert_eq!(
        missing,
        ["no case shows trap integer-overflow: make conformance/cases/traps/integer-overflow"]
    );
    let missing = missing_without(|case| !case.outcome.contains("i2c.read into"));
    let wanted = "no case shows trap abi-violation i2c.read into: make conformance/cases/i2c/abi-violation-i2c-read-into";
    assert!(missing.contains(&wanted.to_owned()), "{missing:#?}");
    let opened = |case: &Case| case.expected.as_deref().is_some_and(|trace| trace.contains("not-supported"));
    let missing = missing_without(|case| !opened(case));
    let wanted = "no case shows i2c.open#not-supported: make conformance/cases/i2c/open-not-supported";
    assert!(missing.contains(&wanted.to_owned()), "{missing:#?}");
}

#[test]
fn exemptions_are_kept_tidy() {
    let exempt = |what| Exempt { what, why: "" };
    let problems = missing(suite().cases(), &[exempt("clock.now"), exempt("clock.then")]);
    assert!(
        problems.contains(&"clock.now is shown by a case: it needs no exemption".to_owned()),
        "{problems:?}"
    );
    assert!(
        problems.contains(&"clock.then is exempt, but there is no such thing".to_owned()),
        "{problems:?}"
    );
}
