//! Guests that never call the device, and are ended all the same: by a budget, or by somebody who sets the flag.

mod support;

use std::{
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use device_abi::{Halt, Limit};
use support::{Budget, PROFILE, guest, load, load_with, words};
use wasm3_engine::{Host, Instance, Limits, Module};

/// Functions of which `run` never ends by itself: each shape of loop, and of calls without end.
const ENDLESS: &[(&str, &str)] = &[
    ("br", r#"(func (export "run") (result i32) (loop $l (br $l)) (i32.const 1))"#),
    ("br_if", r#"(func (export "run") (result i32) (loop $l (br_if $l (i32.const 1))) (i32.const 1))"#),
    (
        "br_if on a local",
        r#"(func (export "run") (result i32) (local i32) (local.set 0 (i32.const 1))
            (loop $l (br_if $l (local.get 0))) (i32.const 1))"#,
    ),
    (
        "br_table",
        r#"(func (export "run") (result i32) (loop $l (br_table $l $l (i32.const 0))) (i32.const 1))"#,
    ),
    (
        "if in a loop",
        r#"(func (export "run") (result i32)
            (loop $l (if (i32.const 1) (then (br $l)) (else (br $l)))) (i32.const 1))"#,
    ),
    (
        "nested, the outer one goes on",
        r#"(func (export "run") (result i32) (local i32)
            (loop $outer
                (local.set 0 (i32.const 3))
                (loop $inner (br_if $inner (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (br $outer)) (i32.const 1))"#,
    ),
    (
        "nested, from the inner one to the outer",
        r#"(func (export "run") (result i32) (loop $outer (loop $inner (br $outer))) (i32.const 1))"#,
    ),
    ("a loop with a result", r#"(func (export "run") (result i32) (loop $l (result i32) (br $l)))"#),
    (
        "a loop with a parameter",
        r#"(func (export "run") (result i32)
            (i32.const 0) (loop $l (param i32) (result i32) (i32.add (i32.const 1)) (br $l)))"#,
    ),
    (
        "br_if to a loop with a parameter",
        r#"(func (export "run") (result i32)
            (i32.const 0) (loop $l (param i32) (result i32) (i32.add (i32.const 1)) (br_if $l (i32.const 1))))"#,
    ),
    (
        "br_table to a loop with a parameter",
        r#"(func (export "run") (result i32)
            (i32.const 0)
            (loop $l (param i32) (result i32) (i32.add (i32.const 1)) (br_table $l $l (i32.const 0))))"#,
    ),
    (
        "two functions that call each other, and return",
        r#"(func $even (param i32) (if (local.get 0) (then (call $odd (i32.sub (local.get 0) (i32.const 1))))))
           (func $odd (param i32) (if (local.get 0) (then (call $even (i32.sub (local.get 0) (i32.const 1))))))
           (func (export "run") (result i32) (loop $l (call $even (i32.const 20)) (br $l)) (i32.const 1))"#,
    ),
    (
        "calls in a loop",
        r#"(func $f) (func (export "run") (result i32) (loop $l (call $f) (br $l)) (i32.const 1))"#,
    ),
    (
        "indirect calls in a loop",
        r#"(table 1 funcref) (elem (i32.const 0) $f) (func $f)
           (func (export "run") (result i32) (loop $l (call_indirect (i32.const 0)) (br $l)) (i32.const 1))"#,
    ),
    (
        "a tree of calls",
        r#"(func $t (param i32)
               (if (local.get 0) (then
                   (call $t (i32.sub (local.get 0) (i32.const 1)))
                   (call $t (i32.sub (local.get 0) (i32.const 1))))))
           (func (export "run") (result i32) (call $t (i32.const 50)) (i32.const 1))"#,
    ),
    (
        "host calls in a loop",
        r#"(func (export "run") (result i32) (loop $l (drop (call $now)) (br $l)) (i32.const 1))"#,
    ),
    (
        "bulk memory in a loop",
        r#"(func (export "run") (result i32)
            (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l)) (i32.const 1))"#,
    ),
];

#[test]
fn a_budget_ends_every_shape_of_loop_and_the_guest_can_run_again() {
    for (name, functions) in ENDLESS {
        let wasm = guest(functions);
        let mut instance = load(&wasm, Budget::of(3));
        assert_eq!(words(instance.run()), "limit compute", "{name}");
        *instance.host() = Budget { halt: Halt::Stopped, ..Budget::of(2) };
        assert_eq!(words(instance.run()), "stopped", "{name}, the second time");
    }
}

#[test]
fn a_guest_that_was_ended_works_as_before() {
    let wasm = guest(
        r#"(global $calls (mut i32) (i32.const 0))
           (func (export "on-event") (param i32 i32 i64 i64) (loop $l (br $l)))
           (func (export "run") (result i32)
               (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
               (i32.store (i32.const 100) (global.get $calls))
               (i32.load (i32.const 100)))"#,
    );
    let mut instance = load(&wasm, Budget::of(1));
    for round in 1..100 {
        assert_eq!(words(instance.run()), format!("exit {round}"));
        instance.host().looks = Some(1);
        let ended = instance.on_event(0, 0, 0, 0).unwrap_err();
        assert_eq!(ended.to_string(), "limit compute");
        instance.host().looks = Some(1);
    }
}

#[test]
fn the_budget_is_counted_in_iterations() {
    // 10 looks of 100 iterations are 1000; a loop of 900 passes, one of 1200 does not.
    for (rounds, expected) in [(900, "exit 0"), (1200, "limit compute")] {
        let wasm = guest(&format!(
            r#"(func (export "run") (result i32) (local i32) (local.set 0 (i32.const {rounds}))
                (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
                (local.get 0))"#
        ));
        let limits = Limits { check_every: 100, ..Limits::for_profile(PROFILE) };
        let mut instance = load_with(&wasm, Budget::of(10), limits, &support::QUIET);
        assert_eq!(words(instance.run()), expected, "{rounds}");
    }
}

/// A host that ends its guest when the flag is set.
struct Flagged<'f> {
    flag: &'f AtomicBool,
    looked: &'f AtomicBool,
}

impl Host for Flagged<'_> {
    fn check(&mut self) -> Result<(), Halt> {
        self.looked.store(true, Ordering::Relaxed);
        if self.flag.load(Ordering::Relaxed) { Err(Halt::Stopped) } else { Ok(()) }
    }
}

#[test]
fn another_thread_sets_the_flag() {
    let (flag, looked) = (AtomicBool::new(false), AtomicBool::new(false));
    let wasm = wat::parse_str(
        r#"(module (memory (export "memory") 1)
            (func (export "run") (result i32) (loop $l (br_if $l (i32.const 1))) (i32.const 1)))"#,
    )
    .unwrap();
    let module = Module::check(&wasm, PROFILE).unwrap();
    let host = Flagged { flag: &flag, looked: &looked };
    let mut instance = Instance::new(&module, &[], host, Limits::for_profile(PROFILE), &flag).unwrap();
    let ended = thread::scope(|scope| {
        scope.spawn(|| {
            while !looked.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            flag.store(true, Ordering::Relaxed);
        });
        instance.run()
    });
    assert_eq!(words(ended), "stopped");
}

#[test]
fn the_flag_does_not_wait_for_the_count() {
    let (flag, looked) = (AtomicBool::new(true), AtomicBool::new(false));
    let wasm = wat::parse_str(
        r#"(module (memory (export "memory") 1)
            (func (export "run") (result i32) (loop $l (br_if $l (i32.const 1))) (i32.const 1)))"#,
    )
    .unwrap();
    let module = Module::check(&wasm, PROFILE).unwrap();
    let limits = Limits { check_every: u32::MAX, ..Limits::for_profile(PROFILE) };
    let host = Flagged { flag: &flag, looked: &looked };
    let mut instance = Instance::new(&module, &[], host, limits, &flag).unwrap();
    assert_eq!(words(instance.run()), "stopped");
}

#[test]
fn the_flag_ends_every_shape_of_loop() {
    let flag = AtomicBool::new(true);
    for (name, functions) in ENDLESS {
        let wasm = guest(functions);
        let limits = Limits { check_every: u32::MAX, ..Limits::for_profile(PROFILE) };
        let mut instance = load_with(&wasm, Budget { halt: Halt::Stopped, ..Budget::of(3) }, limits, &flag);
        assert_eq!(words(instance.run()), "stopped", "{name}");
    }
}

#[test]
fn a_start_function_ends_like_any_other() {
    let wasm = guest(
        r#"(func $start (loop $l (br_if $l (i32.const 1)))) (start $start)
           (func (export "run") (result i32) (i32.const 1))"#,
    );
    let mut instance = load(&wasm, Budget::of(3));
    assert_eq!(instance.start().unwrap_err().to_string(), "limit compute");
}

#[test]
fn a_limit_in_the_host_keeps_its_word() {
    let wasm = guest(r#"(func (export "run") (result i32) (loop $l (br $l)) (i32.const 1))"#);
    for halt in [Halt::Stopped, Halt::Limit(Limit::Time), Halt::Exit(9)] {
        let mut instance = load(&wasm, Budget { halt, ..Budget::of(0) });
        assert_eq!(words(instance.run()), halt.to_string());
    }
}
