//! The watchdog counts one stretch of computing at a time.

use std::time::Duration;

use sim_host::{Guest, Sim};

/// 600 calls, each after two million rounds of a loop: together far longer than the limit.
const CALLS_WITH_LOOPS_BETWEEN: &str = r#"(module
    (import "device:abi/clock@1" "now" (func $now (result i64)))
    (memory (export "memory") 1)
    (func (export "run") (result i32)
        (local $n i32) (local $calls i32)
        (loop $calls
            (drop (call $now))
            (local.set $n (i32.const 0))
            (loop $some
                (local.set $n (i32.add (local.get $n) (i32.const 1)))
                (br_if $some (i32.lt_u (local.get $n) (i32.const 2000000))))
            (local.set $calls (i32.add (local.get $calls) (i32.const 1)))
            (br_if $calls (i32.lt_u (local.get $calls) (i32.const 600))))
        (i32.const 0)))"#;

#[test]
fn calls_begin_a_new_stretch_of_computing() {
    let guest = Guest::from_bytes(CALLS_WITH_LOOPS_BETWEEN).unwrap();
    let run = Sim::builder().guest(guest).limit_compute(Duration::from_millis(300)).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 0");
    assert_eq!(run.trace.records().count(), 600);
}
