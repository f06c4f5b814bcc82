//! Loops take no native stack: neither those that a function has passed nor those that it is in.
//!
//! Not with AddressSanitizer, where they do (c/compile.c); the tests of the firmware run these without it.
#![cfg(not(wasm3_asan))]

mod support;

use std::thread;

use support::{Budget, PROFILE, guest, outcome, run_of};

/// Runs a guest on a thread whose stack is little more than what a guest's calls may take, under any sanitizer.
fn on_a_small_stack(wasm: Vec<u8>) -> String {
    let run = move || outcome(&wasm, Budget::endless());
    thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap()
}

#[test]
fn thousands_of_loops_in_a_row_are_nothing_special() {
    // wasm3 itself keeps 32 bytes for each on riscv32, 64 on 64-bit machines.
    let loops = "(loop) ".repeat(15_000);
    assert_eq!(on_a_small_stack(run_of(&format!("{loops} (i32.const 7)"))), "exit 7");
    let loops = "(loop (result i32) i32.const 1) drop ".repeat(8_000);
    assert_eq!(on_a_small_stack(run_of(&format!("{loops} (i32.const 7)"))), "exit 7");
}

#[test]
fn loops_that_were_passed_leave_the_call_depth_as_it_is() {
    let deepest = PROFILE.call_depth - 2;
    for loops in [0, 10, 200] {
        let passed = "(loop)".repeat(loops);
        let wasm = guest(&format!(
            r#"(func $deep (param i32) (result i32)
                   {passed}
                   (if (result i32) (i32.eqz (local.get 0))
                       (then (i32.const 0))
                       (else (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))))
               (func (export "run") (result i32) (call $deep (i32.const {deepest})))"#
        ));
        assert_eq!(on_a_small_stack(wasm), format!("exit {deepest}"), "{loops} loops");
    }
}

#[test]
fn a_call_from_the_deepest_loop_is_one_call() {
    let deepest = PROFILE.call_depth - 2;
    let (open, close) = ("(loop ".repeat(20), ")".repeat(20));
    let wasm = guest(&format!(
        r#"(func $deep (param i32) (local i32)
               {open} (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))) {close})
           (func (export "run") (result i32) (call $deep (i32.const {deepest})) (i32.const 3))"#
    ));
    assert_eq!(on_a_small_stack(wasm), "exit 3");
}

#[test]
fn loops_count_as_the_specification_says() {
    // Two loops, one inside the other, after a third; each left in another way.
    let body = r#"(local $i i32) (local $j i32) (local $sum i64)
        (loop $first
            (local.set $sum (i64.add (local.get $sum) (i64.const 1000000)))
            (br_if $first (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))
        (local.set $i (i32.const 0))
        (block $done
            (loop $outer
                (local.set $j (i32.const 0))
                (loop $inner
                    (local.set $sum (i64.add (local.get $sum) (i64.const 1)))
                    (br_table $inner $outer $done
                        (i32.add
                            (i32.ge_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 7))
                            (i32.and
                                (i32.ge_u (local.get $j) (i32.const 7))
                                (i32.ge_u (local.tee $i (i32.add (local.get $i) (i32.eq (local.get $j) (i32.const 7))))
                                    (i32.const 4))))))))
        (i32.wrap_i64 (local.get $sum))"#;
    assert_eq!(outcome(&run_of(body), Budget::endless()), "exit 5000028");
}
