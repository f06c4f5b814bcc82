//! Native runs in a time that is made up, so that it can be compared exactly.

use device_link::{LinkError, Reply, Request, Start};

use crate::script::{Script, native};

const IMPORTS: &str = r#"
    (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    (import "device:abi/timer@1" "open" (func $open (result i32)))
    (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))
    (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "tick")"#;

fn guest(functions: &str) -> String {
    format!("(module {IMPORTS} {functions})")
}

#[test]
fn sleeps_and_timers_come_when_they_are_due() {
    let ticker = guest(
        r#"(func (export "run") (result i32) (call $start (call $open) (i64.const 1000000) (i64.const 1000000)))
           (func (export "on-event") (param i32 i32 i64 i64)
             (call $log (i32.const 2) (i32.const 0) (i32.const 4))
             (call $sleep (i64.const 250000)))"#,
    );
    let mut script = Script::new();
    script.install(&ticker);
    let heard = script
        .after_ms(100)
        .ask(Request::Start(Start { time_ns: Some(5_100_000_000), ..native() }))
        .play(20_000);
    for second in 1..=5 {
        let said = format!("log tick at {} ms", second * 1000);
        // What the guest's calls cost is waited with, for up to a millisecond.
        let at_ms = heard.when(&said) - 100;
        assert!((second * 1000..=second * 1000 + 1).contains(&at_ms), "{said} came at {at_ms}");
    }
    assert_eq!(heard.when("limit time at 5100 ms"), 5_200);
}

#[test]
fn a_run_that_is_over_makes_room_for_the_next() {
    let quick = guest(r#"(func (export "run") (result i32) (call $sleep (i64.const 1000)) (i32.const 3))"#);
    let mut script = Script::new();
    script.install(&quick);
    for _ in 0..10 {
        script.after_ms(10).ask(Request::Start(native())).ask(Request::Start(native()));
    }
    let messages = script.play(1_000).messages();
    let count = |text: &str| messages.iter().filter(|message| message.2 == text).count();
    assert_eq!(count("exit 3 at 1 ms"), 10, "{messages:#?}");
    assert_eq!(count(&format!("{:?}", Reply::Failed(LinkError::Running))), 10, "{messages:#?}");
}

#[test]
fn a_reset_does_not_wait_for_the_guest() {
    let sleeper = guest(r#"(func (export "run") (result i32) (call $sleep (i64.const -1)) (i32.const 3))"#);
    let mut script = Script::new();
    script.install(&sleeper).ask(Request::Start(native())).after_ms(1_234).ask(Request::Reset);
    let heard = script.play(1_000_000);
    assert_eq!(heard.messages().last(), Some(&(1_234, crate::fake::FIRST, "Done".to_owned())));
    assert!(heard.over_ms < 1_400, "{}", heard.over_ms);
}

#[test]
fn what_is_sent_goes_out_while_the_guest_waits() {
    let busy = guest(
        r#"(func (export "run") (result i32) (local $n i32)
             (loop $again
               (call $log (i32.const 2) (i32.const 0) (i32.const 4))
               (call $sleep (i64.const 10000))
               (local.set $n (i32.add (local.get $n) (i32.const 1)))
               (br_if $again (i32.lt_u (local.get $n) (i32.const 100))))
             (i32.const 3))"#,
    );
    // 115,200 baud: a log line takes 2 ms, and sending it must not make a wait of 10 ms longer.
    let mut script = Script::new();
    script.byte_ns = 86_806;
    let heard = script.install(&busy).after_ms(1_000).ask(Request::Start(native())).play(5_000);
    let messages = heard.messages();
    let logs: Vec<_> = messages.iter().filter(|message| message.2.starts_with("log tick")).collect();
    assert_eq!(logs.len(), 100, "{messages:#?}");
    let took_ms = logs[99].0 - logs[0].0;
    assert!((990..1_000).contains(&took_ms), "{took_ms}");
}

/// Writes 1,000 log lines without a pause.
fn chatty() -> String {
    guest(
        r#"(func (export "run") (result i32) (local $n i32)
             (loop $again
               (call $log (i32.const 2) (i32.const 0) (i32.const 4))
               (local.set $n (i32.add (local.get $n) (i32.const 1)))
               (br_if $again (i32.lt_u (local.get $n) (i32.const 1000))))
             (i32.const 3))"#,
    )
}

#[test]
fn a_run_ends_although_its_host_makes_no_room_for_that() {
    let mut script = Script::new();
    script.gives_credit = false;
    script.install(&chatty()).ask(Request::Start(native()));
    // It is there all the time.
    for _ in 0..10 {
        script.after_ms(1_000).ask(Request::Info);
    }
    assert_eq!(script.play(11_000).app(), "idle, 0 failed");
}

#[test]
fn an_install_goes_on_when_another_is_refused() {
    let quick = guest(r#"(func (export "run") (result i32) (i32.const 3))"#);
    let mut script = Script::new();
    let too_large = Request::InstallBegin { length: 1 << 20, crc32: 0, profile: "esp32c3" };
    let heard = script.install_after(&quick, 0, Some(too_large)).ask(Request::Start(native())).play(100);
    assert!(heard.messages().iter().any(|message| message.2.contains("AppTooLarge")), "{heard:#?}");
    assert_eq!(heard.count("exit 3 at 0 ms"), 1, "{:#?}", heard.messages());
}

#[test]
fn the_watchdog_is_fed_while_much_goes_over_a_slow_line() {
    // 9,600 baud.
    let mut script = Script::new();
    script.byte_ns = 1_041_667;
    for _ in 0..200 {
        script.ask(Request::Info);
    }
    let heard = script.play(20_000);
    assert!(heard.messages().last().unwrap().0 > 7_000, "{:?}", heard.messages().last());
    assert!(heard.hungry_ms <= 200, "{}", heard.hungry_ms);

    let mut script = Script::new();
    script.byte_ns = 1_041_667;
    script.gives_credit = false;
    let heard = script.install(&chatty()).ask(Request::Start(native())).play(20_000);
    assert!(heard.count("log tick at 0 ms") > 100, "{:#?}", heard.messages());
    assert!(heard.hungry_ms <= 200, "{}", heard.hungry_ms);
}

#[test]
fn what_a_host_misses_when_it_begins_anew_is_counted() {
    let lines = |n: u32, us: u32| {
        guest(&format!(
            r#"(func (export "run") (result i32) (local $n i32)
                 (loop $again
                   (call $log (i32.const 2) (i32.const 0) (i32.const 4))
                   (call $sleep (i64.const {us}))
                   (local.set $n (i32.add (local.get $n) (i32.const 1)))
                   (br_if $again (i32.lt_u (local.get $n) (i32.const {n}))))
                 (i32.const 3))"#
        ))
    };
    // Few are kept, or more than there is room for; and one session or several.
    for (count, hellos) in [(400, 0), (400, 1), (400, 3), (2_000, 1), (2_000, 4)] {
        let mut script = Script::with_window(0);
        script.install(&lines(count, 5_000));
        script.ask(Request::Start(Start { trace_bytes: Some(1 << 20), ..native() }));
        for _ in 0..hellos {
            script.after_ms(400).hello();
        }
        script.window = 1000;
        let heard = script.after_ms(400).hello().play(20_000);
        let told = heard.told();
        assert_eq!(told.log_lines + told.dropped.log_lines, count, "{hellos}");
        // Of each call, as long as the trace goes: 16 bytes, and what the record has beside.
        let whole = u64::from(count) * (16 + 1 + 8 + 4) + u64::from(count) * (16 + 8);
        assert_eq!(told.trace_bytes + told.dropped.trace_bytes, whole, "{hellos}");
        assert!(told.dropped.log_lines > 0 && told.dropped.trace_bytes > 0);
    }
}
