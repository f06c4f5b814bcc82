//! How deep a guest may recurse: what a profile guarantees works, and nothing lasts for ever.

use sim_host::{Guest, Profile, Sim};

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
