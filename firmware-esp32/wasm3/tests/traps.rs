//! How guests end by their own fault, or by the host's word.

mod support;

use support::{Budget, guest, load, outcome, run_of, words};

#[track_caller]
fn ends(body: &str, expected: &str) {
    assert_eq!(outcome(&run_of(body), Budget::endless()), expected, "{body}");
}

#[test]
fn every_trap_has_its_word() {
    ends("unreachable", "trap unreachable");
    ends("(i32.div_s (i32.const 1) (i32.const 0))", "trap integer-divide-by-zero");
    ends("(i32.rem_u (i32.const 1) (i32.const 0))", "trap integer-divide-by-zero");
    ends("(i32.wrap_i64 (i64.div_u (i64.const 1) (i64.const 0)))", "trap integer-divide-by-zero");
    ends("(i32.div_s (i32.const 0x80000000) (i32.const -1))", "trap integer-overflow");
    ends("(i32.trunc_f64_s (f64.const 1e10))", "trap integer-overflow");
    ends("(i32.trunc_f32_u (f32.const nan))", "trap invalid-conversion");
    ends("(i32.load (i32.const 65533))", "trap out-of-bounds-memory");
    ends("(i32.load offset=0xffffffff (i32.const 0xffffffff))", "trap out-of-bounds-memory");
    ends("(i64.store (i32.const -8) (i64.const 0)) (i32.const 0)", "trap out-of-bounds-memory");
    ends(
        "(memory.fill (i32.const 65000) (i32.const 0) (i32.const 537)) (i32.const 0)",
        "trap out-of-bounds-memory",
    );
    ends(
        "(memory.copy (i32.const 0) (i32.const 1) (i32.const 65536)) (i32.const 0)",
        "trap out-of-bounds-memory",
    );
}

#[test]
fn indirect_calls_trap_alike() {
    let with = |index| {
        format!(
            r#"(table 8 funcref) (elem (i32.const 0) $right $wrong)
               (func $right (result i32) i32.const 7)
               (func $wrong (param i32) (result i32) i32.const 8)
               (func (export "run") (result i32) (call_indirect (result i32) (i32.const {index})))"#
        )
    };
    for (index, expected) in [
        (0, "exit 7"),
        (1, "trap indirect-call"),
        (4, "trap indirect-call"),
        (8, "trap indirect-call"),
        (-1, "trap indirect-call"),
    ] {
        assert_eq!(outcome(&guest(&with(index)), Budget::endless()), expected, "element {index}");
    }
    let empty =
        r#"(table 4 funcref) (func (export "run") (result i32) (call_indirect (result i32) (i32.const 0)))"#;
    assert_eq!(outcome(&guest(empty), Budget::endless()), "trap indirect-call");
}

#[test]
fn endless_recursion_ends() {
    for functions in [
        r#"(func $run (export "run") (result i32) (call $run))"#,
        r#"(func $run (export "run") (result i32) (i32.add (call $run) (call $run)))"#,
        r#"(func $a (result i32) (call $b)) (func $b (result i32) (call $a))
           (func (export "run") (result i32) (call $a))"#,
        r#"(table 1 funcref) (elem (i32.const 0) $run)
           (func $run (export "run") (result i32) (call_indirect (result i32) (i32.const 0)))"#,
        r#"(func $run (export "run") (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64)
               (loop (loop (loop (loop (drop (call $run))))) ) (i32.const 0))"#,
        // No result and no locals: next to nothing on the value stack.
        r#"(func $down (call $down)) (func (export "run") (result i32) (call $down) (i32.const 0))"#,
    ] {
        let wasm = guest(functions);
        let mut instance = load(&wasm, Budget::endless());
        assert_eq!(words(instance.run()), "trap stack-exhausted", "{functions}");
        // And once more: nothing is left on either stack.
        assert_eq!(words(instance.run()), "trap stack-exhausted", "{functions}");
    }
}

#[test]
fn the_call_depth_of_the_profile_works() {
    // 16 slots: a parameter, twelve locals, three operands; and constants, which wasm3 keeps beside them.
    let wasm = guest(
        r#"(func $down (param i32) (result i32)
               (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
               (local.set 1 (i64.const 0x123456789)) (local.set 12 (i64.const -5))
               (if (result i32) (i32.eqz (local.get 0))
                   (then (i32.const 0))
                   (else (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))))
           (func (export "run") (result i32) (call $down (i32.const 63)))"#,
    );
    assert_eq!(outcome(&wasm, Budget::endless()), "exit 63");
}

#[test]
fn the_host_ends_a_guest_from_within_a_call() {
    ends("(call $exit (i32.const -7)) (i32.const 1)", "exit -7");
    ends("(call $toggle (i32.const 0))", "stopped");
    ends("(call $toggle (i32.const 1))", "limit time");
    ends("(block (loop (call $exit (i32.const 3)) (br 0))) (i32.const 1)", "exit 3");
}

#[test]
fn values_pass_both_ways() {
    ends("(call $toggle (i32.const 21))", "exit 42");
    ends("(i32.wrap_i64 (i64.shr_u (call $now) (i64.const 40)))", "exit 1");
    // Filled by the host, and the size of memory that it saw.
    ends(
        "(i32.sub (call $random (i32.const 65535) (i32.const 1)) (i32.load8_u (i32.const 65535)))",
        "exit 65365",
    );
}

#[test]
fn a_start_function_waits_for_start() {
    let wasm = guest(
        r#"(global $started (mut i32) (i32.const 0))
           (func $first (global.set $started (i32.add (global.get $started) (i32.const 1))))
           (start $first)
           (func (export "run") (result i32) (global.get $started))"#,
    );
    let mut instance = load(&wasm, Budget::endless());
    assert_eq!(words(instance.run()), "exit 0");
    instance.start().unwrap();
    assert_eq!(words(instance.run()), "exit 1");
}

#[test]
fn events_get_their_arguments_and_a_guest_without_handler_none() {
    let wasm = guest(
        r#"(global $sum (mut i64) (i64.const 0))
           (func (export "on-event") (param i32 i32 i64 i64)
               (global.set $sum (i64.add (i64.add (i64.extend_i32_u (local.get 0)) (i64.extend_i32_u (local.get 1)))
                   (i64.sub (local.get 2) (local.get 3)))))
           (func (export "run") (result i32) (i32.wrap_i64 (i64.shr_u (global.get $sum) (i64.const 32))))"#,
    );
    let mut instance = load(&wasm, Budget::endless());
    assert!(instance.handles_events());
    instance.on_event(1, u32::MAX, 0x1234_0000_0000, 0x34_0000_0000).unwrap();
    assert_eq!(words(instance.run()), format!("exit {}", 0x1201));
    let wasm = run_of("(i32.const 5)");
    let mut without = load(&wasm, Budget::endless());
    assert!(!without.handles_events());
    without.on_event(0, 0, 0, 0).unwrap();
    assert_eq!(words(without.run()), "exit 5");
}

#[test]
fn names_for_debugging_are_not_looked_at() {
    // Another function is called "run" by the debugging section; a section that is cut short is no fault either.
    let named = guest(
        r#"(func $run (result i32) (i32.const 1))
           (func $other (export "a") (export "b") (export "c") (export "d") (export "run") (result i32)
               (i32.const 2))"#,
    );
    assert_eq!(outcome(&named, Budget::endless()), "exit 2");
    let mut broken = run_of("(i32.const 3)");
    broken.extend([0, 9, 4, b'n', b'a', b'm', b'e', 1, 200, 200, 200]);
    assert_eq!(outcome(&broken, Budget::endless()), "exit 3");
}
