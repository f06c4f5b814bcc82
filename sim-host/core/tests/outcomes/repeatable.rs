//! A run depends on nothing but its guest, board and settings; and what a profile guarantees works.

use std::sync::{Arc, Mutex};

use sim_host::{Guest, LogLine, Profile, Run, Sim};

use crate::case::{self, Case};

/// Whether the case is about a limit that something else than the guest decides: the wall, or that there is a trace.
fn is_about_the_host(run: &Run) -> bool {
    ["limit compute", "limit trace"].contains(&run.outcome.to_string().as_str())
}

fn run(case: &Case, profile: &'static Profile, record_trace: bool) -> Option<Run> {
    // A guest that only the trace's limit stops would not stop without a trace.
    if case.expected.as_deref().is_some_and(|text| text.starts_with("limit trace")) && !record_trace {
        return None;
    }
    Some(case.sim(profile).unwrap().record_trace(record_trace).run().unwrap())
}

#[test]
fn runs_repeat_themselves_with_and_without_a_trace() {
    for case in case::all() {
        for profile in &case.settings.profiles {
            let Some(first) = run(&case, profile, true) else { continue };
            if is_about_the_host(&first) {
                continue;
            }
            let (again, streamed) = streamed(&case, profile);
            assert_eq!(again, first, "{}", case.name);
            assert_eq!(streamed, (shown(&first.log), first.trace.to_string()), "{}", case.name);
            let untraced = run(&case, profile, false).unwrap();
            assert_eq!(untraced.trace.bytes(), b"", "{}", case.name);
            assert_eq!(
                (&untraced.outcome, untraced.prose(), &untraced.log, untraced.device_time_ns),
                (&first.outcome, first.prose(), &first.log, first.device_time_ns),
                "{}",
                case.name
            );
        }
    }
}

/// A run, and what was shown of it while it went on: the messages and the calls.
fn streamed(case: &Case, profile: &'static Profile) -> (Run, (String, String)) {
    let (messages, calls) = <(Arc<Mutex<String>>, Arc<Mutex<String>>)>::default();
    let (log, trace) = (Arc::clone(&messages), Arc::clone(&calls));
    let sim = case.sim(profile).unwrap();
    let sim = sim.on_log(move |line| *log.lock().unwrap() += &format!("{line}\n"));
    let run = sim.on_trace(move |record| *trace.lock().unwrap() += &format!("{record}\n")).run().unwrap();
    let shown = (messages.lock().unwrap().clone(), calls.lock().unwrap().clone());
    (run, shown)
}

fn shown(log: &[LogLine]) -> String {
    log.iter().map(|line| format!("{line}\n")).collect()
}

/// A guest that recurses `depth` calls deep, each a function of `slots` slots (a parameter, locals, and operands that
/// are all alive across the call), and calls the device at the bottom; from `run`, and again from `on-event`.
fn recursing(depth: u32, slots: u32) -> Guest {
    // One slot is the parameter; the call's argument takes up to two beyond the `operands - 1` below it.
    let operands = slots / 2 - 1;
    let locals = slots - operands - 2;
    let set: String = (1..=locals)
        .map(|local| format!("(local.set {local} (i64.load (i32.const {})))", local * 8))
        .collect();
    let push: String =
        (1..operands).map(|n| format!("(i64.load (i32.const {})) ", (locals + n) * 8)).collect();
    let pop = "i64.add ".repeat(operands as usize - 1);
    // The call may change what was loaded, so each value needs its own place until it is used.
    let sum: String = (1..=locals).map(|local| format!("(i64.add (local.get {local})) ")).collect();
    let text = format!(
        r#"(module
            (import "device:abi/clock@1" "now" (func $now (result i64)))
            (import "device:abi/timer@1" "open" (func $open (result i32)))
            (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))
            (memory (export "memory") 1)
            (func $deeper (param i64) (result i64) (local {})
                {set}
                (if (i64.eqz (local.get 0)) (then (return (call $now))))
                {push}
                (call $deeper (i64.sub (local.get 0) (i64.const 1)))
                {pop} {sum})
            (func (export "on-event") (param i32 i32 i64 i64) (drop (call $deeper (i64.const {depth}))))
            (func (export "run") (result i32)
                (drop (call $deeper (i64.const {depth})))
                (drop (call $start (call $open) (i64.const 1) (i64.const 0)))
                (i32.const 0)))"#,
        "i64 ".repeat(locals as usize),
    );
    Guest::from_bytes(text).unwrap()
}

#[test]
fn the_call_depth_that_a_profile_guarantees_works() {
    for profile in Profile::ALL {
        // `$deeper` of n is n + 1 calls deep, and `run` or `on-event` is one more.
        let guest = recursing(profile.call_depth - 2, 16);
        let slots = |slots| Profile { function_slots: slots, ..*profile };
        assert!(guest_check::check(guest.wasm(), &slots(16)).is_ok(), "more than 16 slots");
        assert!(guest_check::check(guest.wasm(), &slots(15)).is_err(), "fewer than 16 slots");
        let run = Sim::builder().profile(profile).guest(guest).run().unwrap();
        assert_eq!(run.outcome.to_string(), "exit 0", "{}: {:?}", profile.name, run.prose());
        assert_eq!(run.trace.calls("clock.now").count(), 2, "{}", profile.name);
    }
}

#[test]
fn a_depth_that_nobody_guarantees_exhausts_the_stack() {
    for profile in Profile::ALL {
        let run = Sim::builder().profile(profile).guest(recursing(1_000_000, 16)).run().unwrap();
        assert_eq!(run.outcome.to_string(), "trap stack-exhausted", "{}", profile.name);
    }
}
