//! Hosts that come late, go early, or take nothing: the run goes on as if they were not there.

use std::time::Duration;

use device_link::{Credit, LinkError, Request, Start, ToDevice, ToHost};

use super::{Heard, blinker, kept, native};
use crate::{
    raw::Raw,
    support::{is_host, now},
    tcp::Listening,
};

/// For ever.
fn blinking() -> String {
    blinker(u32::MAX, "(call $sleep (i64.const 10000))")
}

/// Logs `times` times, 200 bytes each, as fast as it can, and exits.
fn flood(times: u32) -> String {
    format!(
        r#"(module
          (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
          (memory (export "memory") 1)
          (func (export "run") (result i32) (local $n i32)
            (loop $again
              (call $log (i32.const 2) (i32.const 0) (i32.const 200))
              (local.set $n (i32.add (local.get $n) (i32.const 1)))
              (br_if $again (i32.lt_u (local.get $n) (i32.const {times}))))
            (i32.const 0)))"#
    )
}

#[test]
fn a_hello_in_the_middle_begins_a_session_and_the_run_goes_on() {
    let mut raw = Raw::with_guest(&blinking());
    raw.ask(Request::Start(Start { trace_bytes: Some(u64::MAX), ..native() })).unwrap();
    raw.hear(&mut Heard::default(), Duration::from_millis(300));
    let mut before = raw.info().run.expect("it goes on").time_ns;
    for turn in 0..3 {
        raw.greet();
        let mut heard = Heard::default();
        raw.hear_some(&mut heard);
        assert_eq!(heard.events.first(), Some(&0), "turn {turn}");
        let time_ns = raw.info().run.expect("it goes on").time_ns;
        assert!(time_ns > before + 50_000_000, "turn {turn}: {time_ns} after {before}");
        before = time_ns;
    }
    raw.stop();
}

#[test]
fn a_hello_right_after_the_start_does_not_stop_it() {
    let mut raw = Raw::with_guest(&blinking());
    for _ in 0..20 {
        raw.number = raw.number.wrapping_add(1);
        let number = raw.number;
        raw.send(number, ToDevice::Request(Request::Start(native())));
        raw.greet();
        assert!(raw.info().run.is_some());
        raw.stop();
    }
}

#[test]
fn a_host_that_says_nothing_is_given_up_and_may_come_back() {
    let mut raw = Raw::with_guest(&blinking());
    raw.ask(Request::Start(native())).unwrap();
    let before = now();
    raw.within(Duration::from_millis(6_000), |_| None::<()>);
    assert_eq!(raw.ask(Request::Info), Err(LinkError::NoHello));
    raw.greet();
    let run = raw.info().run.expect("it goes on");
    let passed = (now() - before).as_nanos() as u64;
    assert!((passed / 10..=passed).contains(&run.time_ns), "{} of {passed} ns", run.time_ns);
    // Nothing waited for the host while it was gone.
    let lines = kept(&mut raw, 0);
    assert!(lines.2 > 100, "{lines:?}");
    assert!(u64::from(run.dropped.log_lines) < u64::from(lines.2), "{run:?}");
    raw.stop();
}

#[test]
fn a_host_that_has_nothing_to_say_is_not_given_up() {
    // It sleeps for long, so that no event needs credit.
    let guest = blinker(1, "(call $sleep (i64.const 7000000))");
    let mut raw = Raw::with_guest(&guest);
    let heard = raw.run(native());
    assert_eq!((heard.outcome(), heard.logs.len()), ("exit 0", 1));
}

#[test]
fn a_flood_that_nobody_takes_is_dropped_and_counted() {
    let times = if is_host() { 100_000 } else { 5_000 };
    let mut raw = Raw::with_guest(&flood(times));
    let before = now();
    raw.ask(Request::Start(native())).unwrap();
    // It ends by itself, though no credit was given; only its end is waited with.
    let mut last = None;
    for _ in 0..200 {
        raw.within(Duration::from_millis(10), |_| None::<()>);
        let line = kept(&mut raw, u32::MAX);
        last = Some(line.2);
        if line.2 == times {
            break;
        }
    }
    assert_eq!(last, Some(times), "after {:?}", now() - before);
    raw.send(0, ToDevice::Credit(Credit { window: 8, again: true }));
    let mut heard = Heard::default();
    raw.hear(&mut heard, Duration::from_secs(10));
    assert_eq!(heard.outcome(), "exit 0");
    let dropped = heard.dropped().log_lines;
    assert_eq!(heard.logs.len() as u32 + dropped, times);
    assert!(dropped > times * 9 / 10, "{dropped}");
}

#[test]
fn a_trace_that_is_taken_too_slowly_lacks_whole_records() {
    // Writes of 1,000 bytes to nobody: each record is longer than an event.
    let guest = |pause_us| {
        format!(
            r#"(module
        (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
        (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
        (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
        (memory (export "memory") 1)
        (func (export "run") (result i32) (local $n i32) (local $bus i32)
          (local.set $bus (call $open (i32.const 0) (i32.const 0)))
          (loop $again
            (drop (call $write (local.get $bus) (i32.const 9) (i32.const 0) (i32.const 1000)))
            (call $sleep (i64.const {pause_us}))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $n) (i32.const 200))))
          (i32.const 0)))"#
        )
    };
    let mut raw = Raw::with_guest(&guest(2_000));
    let start = Start {
        trace_bytes: Some(u64::MAX),
        pins: super::with_bus(),
        i2c: device_link::List::of(&super::WIRES),
        ..native()
    };
    let all = raw.run(start);
    assert_eq!((all.outcome(), all.calls().len()), ("exit 0", 401), "taken in time, it is whole");
    let mut heard = Heard::default();
    raw.install(sim_host::Guest::from_bytes(guest(0)).unwrap().wasm());
    raw.greet();
    raw.ask(Request::Start(start)).unwrap();
    raw.within(Duration::from_millis(300), |_| None::<()>);
    raw.send(0, ToDevice::Credit(Credit { window: 8, again: true }));
    raw.hear(&mut heard, Duration::from_secs(10));
    assert_eq!(heard.outcome(), "exit 0");
    let calls = heard.calls();
    assert!(calls.iter().any(|call| call.contains("i2c.write")), "{calls:?}");
    let dropped = heard.dropped();
    assert_eq!(heard.trace.len() as u64 + dropped.trace_bytes, all.trace.len() as u64);
    assert!(dropped.trace_bytes > 0 && dropped.errors > 0, "{dropped:?}");
}

#[test]
fn the_last_lines_are_kept_for_a_host_that_was_not_there() {
    let mut raw = Raw::with_guest(&blinker(500, "(call $delay (i32.const 1000))"));
    assert_eq!(kept(&mut raw, 0), (0, vec![], 0));
    raw.run(native());
    raw.greet();
    let (mut first, mut all, next) = kept(&mut raw, 0);
    assert_eq!((next, all.last().map(String::as_str)), (500, Some("low")));
    assert!(first > 0 && first as usize + all.len() == 500 && all.len() > 20, "{first} {}", all.len());
    assert_eq!(kept(&mut raw, 499), (499, vec!["low".to_owned()], 500));
    assert_eq!(kept(&mut raw, 10_000), (500, vec![], 500));
    // The next run's follow, and long lines come in several replies.
    raw.install(sim_host::Guest::from_bytes(flood(20)).unwrap().wasm());
    raw.run(native());
    (first, all, _) = kept(&mut raw, 500);
    assert!(first >= 500 && all.iter().all(|line| line.len() == 200), "{first} {all:?}");
    let mut texts = all.len();
    while first + (texts as u32) < 520 {
        let (at, more, next) = kept(&mut raw, first + texts as u32);
        assert_eq!((at, next), (first + texts as u32, 520));
        assert!(!more.is_empty());
        texts += more.len();
    }
    assert!(texts > 10, "{texts}");
}

#[test]
fn a_hello_of_another_version_does_not_disturb_the_run() {
    let mut raw = Raw::with_guest(&blinking());
    raw.ask(Request::Start(native())).unwrap();
    let mut payload = vec![device_link::Kind::HostHello as u8, 0, 0x34, 0x12];
    payload.extend(device_link::MAGIC);
    payload.extend((device_link::VERSION + 1).to_le_bytes());
    raw.line.write(&crate::requests::framed(&payload)).unwrap();
    raw.until("hello", |message| matches!(message.body, ToHost::Hello(_)).then_some(()));
    assert_eq!(raw.ask(Request::Info), Err(LinkError::NoHello));
    raw.greet();
    assert!(raw.info().run.is_some());
}

#[test]
fn hosts_come_and_go_while_the_guest_runs() {
    let Some(listening) = Listening::on("tcp:127.0.0.1:0") else { return };
    let mut raw = Raw::greeted(listening.line());
    raw.install(sim_host::Guest::from_bytes(blinking()).unwrap().wasm());
    raw.ask(Request::Start(Start { trace_bytes: Some(u64::MAX), ..native() })).unwrap();
    let before = now();
    for _ in 0..5 {
        // It is gone in the middle of everything, without a word; the board learns of that a moment later.
        drop(raw);
        pause(Duration::from_millis(50));
        raw = Raw::greeted(listening.line());
        let mut heard = Heard::default();
        raw.hear_some(&mut heard);
        assert_eq!(heard.events.first(), Some(&0));
    }
    let time_ns = raw.info().run.expect("it goes on").time_ns;
    let passed = (now() - before).as_nanos() as u64;
    assert!((passed / 10..=passed + 10_000_000).contains(&time_ns), "{time_ns} of {passed} ns");
    let (first, lines, next) = kept(&mut raw, 0);
    assert!(first as usize + lines.len() == next as usize && next > 20, "{first} {next}");
    raw.stop();
}

#[expect(clippy::disallowed_methods, reason = "a test in which nobody is there for a while")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}
