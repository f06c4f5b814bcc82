//! `stop`, whatever the guest does.

use std::time::Duration;

use device_link::{LinkError, Request, Start};

use super::{Heard, native};
use crate::{raw::Raw, support::now};

/// Lets `body` run for a while, and stops it.
#[track_caller]
fn stopped(imports: &str, body: &str) {
    let guest = format!(
        r#"(module {imports} (memory (export "memory") 1)
        (func (export "on-event") (param i32 i32 i64 i64))
        (func (export "run") (result i32) {body}))"#
    );
    let mut raw = Raw::with_guest(&guest);
    raw.ask(Request::Start(Start { compute_ms: Some(60_000), ..native() })).unwrap();
    let none: Option<()> = raw.within(Duration::from_millis(150), |message| {
        matches!(message.body, device_link::ToHost::Event(_)).then_some(())
    });
    assert_eq!(none, None, "it has said something");
    let before = now();
    raw.ask(Request::Stop).unwrap();
    let mut heard = Heard::default();
    raw.hear(&mut heard, Duration::from_secs(5));
    assert_eq!(heard.outcome(), "stopped");
    let took = now() - before;
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(raw.ask(Request::Stop), Err(LinkError::NotRunning));
    assert_eq!(raw.info().last_end.unwrap().0, device_abi::Outcome::Stopped);
}

#[test]
fn a_sleeping_guest() {
    stopped(
        r#"(import "device:abi/clock@1" "sleep" (func $sleep (param i64)))"#,
        "(call $sleep (i64.const 3600000000)) (i32.const 0)",
    );
}

#[test]
fn a_computing_guest() {
    stopped("", "(loop $l (br $l)) (i32.const 0)");
}

#[test]
fn a_guest_that_delays_again_and_again() {
    stopped(
        r#"(import "device:abi/clock@1" "delay-ns" (func $delay (param i32)))"#,
        "(loop $l (call $delay (i32.const 2000)) (br $l)) (i32.const 0)",
    );
}

#[test]
fn a_guest_in_a_long_delay() {
    stopped(
        r#"(import "device:abi/clock@1" "delay-ns" (func $delay (param i32)))"#,
        "(call $delay (i32.const -1)) (call $delay (i32.const -1)) (i32.const 0)",
    );
}

#[test]
fn a_guest_that_waits_for_events() {
    stopped(
        r#"(import "device:abi/timer@1" "open" (func $open (result i32)))
           (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))"#,
        "(call $start (call $open) (i64.const 60000000) (i64.const 60000000))",
    );
}

#[test]
fn a_guest_that_asks_for_the_time_for_ever() {
    stopped(
        r#"(import "device:abi/clock@1" "now" (func $now (result i64)))"#,
        "(loop $l (drop (call $now)) (br $l)) (i32.const 0)",
    );
}

#[test]
fn limits_hold() {
    let guest = super::blinker(u32::MAX, "(call $sleep (i64.const 10000))");
    let mut raw = Raw::with_guest(&guest);
    let time = raw.run(Start { time_ns: Some(100_000_000), ..native() });
    assert_eq!((time.outcome(), time.ended.as_ref().unwrap().1), ("limit time", 100_000_000));
    assert_eq!(raw.run(Start { stop_after_ns: Some(100_000_000), ..native() }).outcome(), "stopped");
    assert_eq!(raw.run(Start { trace_bytes: Some(2_000), ..native() }).outcome(), "limit trace");
    let busy = r#"(module (memory (export "memory") 1) (func (export "run") (result i32) (loop $l (br $l)) (i32.const 0)))"#;
    let mut raw = Raw::with_guest(busy);
    assert_eq!(raw.run(Start { compute_ms: Some(100), ..native() }).outcome(), "limit compute");
}
