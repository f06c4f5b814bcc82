//! Guests that end in every way there is: by outcome and trace as on the simulator, one after the other in one session.

use std::{fs, time::Duration};

use remote_board::RemoteBoard;
use sim_host::{Board, Guest, Profile, Run, Sim};

use crate::support::{assert_same, board, root, sim};

/// Folders of the conformance suite whose guests end otherwise than by their own wish. The suite itself runs them all,
/// with their own boards and limits; here they share a board, and whatever one leaves behind meets the next.
const FOLDERS: [&str; 6] = ["exit", "limits", "pointers", "refused", "start", "traps"];

fn run(wasm: &[u8], board: Option<&mut RemoteBoard>) -> Run {
    let sim = sim(wasm)
        .limit_compute(Duration::from_millis(50))
        .limit_time(Duration::from_secs(5))
        .limit_trace(20_000);
    match board {
        None => sim.run().unwrap(),
        Some(board) => sim.run_on(board).unwrap(),
    }
}

#[test]
fn however_a_guest_ends_it_ends_so_on_the_board() {
    let mut board = board();
    let before = board.session().info().unwrap().heap.free;
    let mut words = std::collections::BTreeSet::new();
    for folder in FOLDERS {
        let cases = root().join("conformance/cases").join(folder);
        for case in fs::read_dir(&cases).unwrap() {
            let guest = case.unwrap().path().join("guest.wat");
            let Ok(Ok(guest_file)) = guest.is_file().then(|| Guest::load(&guest)).ok_or(()) else { continue };
            let here = run(guest_file.wasm(), None);
            let there = run(guest_file.wasm(), Some(&mut board));
            assert_same(&there, &here, &guest.display().to_string());
            words.insert(here.outcome.to_string().split(' ').take(2).collect::<Vec<_>>().join(" "));
        }
    }
    let wanted =
        ["exit 0", "limit compute", "limit time", "limit trace", "trap unreachable", "trap abi-violation"];
    for wanted in wanted.into_iter().chain(["trap stack-exhausted", "refused unknown-import"]) {
        assert!(words.contains(wanted), "no guest ended as `{wanted}`: {words:?}");
    }
    board.session().uninstall().unwrap();
    assert_eq!(board.session().info().unwrap().heap.free, before, "something was left behind");
}

#[test]
fn a_trace_larger_than_memory_is_complete() {
    // 20,000 calls of 21 bytes and more: more than the chip's memory.
    let guest = r#"(module
        (import "device:abi/clock@1" "now" (func $now (result i64)))
        (memory (export "memory") 1)
        (func (export "run") (result i32) (local $n i32)
          (loop $again
            (drop (call $now))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $n) (i32.const 20000))))
          (i32.const 3)))"#;
    let here = sim(guest).run().unwrap();
    assert_same(&sim(guest).run_on(&mut board()).unwrap(), &here, "20,000 calls");
    assert_eq!(here.trace.records().count(), 20_000);
}

#[test]
fn profiles_beyond_the_chip_are_refused() {
    let guest = Guest::from_bytes(crate::support::NOTHING).unwrap();
    let run =
        Sim::builder().board(Board::default()).profile(&Profile::DESKTOP).guest(guest).run_on(&mut board());
    let error = crate::support::said(&run.unwrap_err());
    let wanted = "profile \"desktop\" is more than the device holds (\"esp32c3\")";
    assert!(error.ends_with(wanted), "{error}");
}
