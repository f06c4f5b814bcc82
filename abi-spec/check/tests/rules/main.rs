//! The rules of the check, one entry for each, and both sides of each boundary.

mod case;
mod counts;
mod exports;
mod functions;
mod header;
mod imports;
mod sizes;
mod structure;

use std::collections::BTreeSet;

use case::{ACCEPTED, Case, PROFILE};
use device_abi::RefusalWord;
use guest_check::check;

fn table() -> Vec<Case> {
    [
        header::cases,
        structure::cases,
        imports::cases,
        exports::cases,
        sizes::cases,
        counts::cases,
        functions::cases,
    ]
    .iter()
    .flat_map(|cases| cases())
    .collect()
}

fn words(bytes: &[u8]) -> (String, String) {
    match check(bytes, &PROFILE) {
        Ok(_) => (ACCEPTED.into(), String::new()),
        Err(refusal) => (refusal.to_string(), refusal.detail),
    }
}

#[test]
fn every_case_gets_its_words() {
    let mut wrong = Vec::new();
    for case in table() {
        let (found, detail) = words(&case.bytes);
        let expected = if cfg!(feature = "validate") { case.words } else { case.words_unvalidated };
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found {found:?} ({detail})", case.about));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_word_is_in_the_table() {
    let used: BTreeSet<_> =
        table().iter().map(|case| case.words.split(' ').next().unwrap_or_default().to_owned()).collect();
    for word in RefusalWord::ALL {
        // The board decides that one, not the module's bytes.
        if *word != RefusalWord::OutOfMemory {
            assert!(used.contains(word.word()), "no case is refused as {word}: add one under tests/rules");
        }
    }
}

#[test]
fn every_refusal_has_a_detail() {
    for case in table() {
        let (found, detail) = words(&case.bytes);
        assert!(found == ACCEPTED || !detail.is_empty(), "{}: {found} without detail", case.about);
        assert!(!detail.ends_with('.'), "{}: {detail}", case.about);
    }
}

#[test]
fn abouts_are_unique() {
    let mut seen = BTreeSet::new();
    for case in table() {
        assert!(seen.insert(case.about), "two cases are called {:?}", case.about);
    }
}
