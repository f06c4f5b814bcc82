//! The conformance suite's guests, directly in wasm3: the same outcomes, calls and times as in the simulator.
//!
//! The suite itself asks a whole device, over its link. Here engine and core are alone, so that a difference is theirs.

mod case;

use case::{Case, Verdict};

#[test]
fn every_guest_ends_as_in_the_simulator() {
    let cases = Case::all();
    let mut wrong = String::new();
    let (mut same, mut elsewhere) = (0, 0);
    for case in &cases {
        match case.run() {
            Verdict::Same => same += 1,
            Verdict::NotHere => elsewhere += 1,
            Verdict::Different { expected, found } => {
                wrong += &format!("{}\n--- simulator\n{expected}+++ wasm3\n{found}\n", case.name);
            }
        }
    }
    assert!(wrong.is_empty(), "{same} of {} are the same\n{wrong}", cases.len());
    assert_eq!(same + elsewhere, cases.len());
    assert!(same >= cases.len() * 3 / 4, "only {same} of {} cases were compared", cases.len());
}
