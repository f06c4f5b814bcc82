//! Native runs as a host's program follows them: to their end, for a while, or not at all.

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
    time::Duration,
};

use remote_board::{NativeStart, RemoteBoard, RemoteError, Session, Watch, Wish};
use sim_host::{Guest, Time};

use crate::{
    restarts::{Rebooting, let_it_run},
    support::{NOTHING, line, said, sim},
    uart::{FIRST, Plan, Uart},
};

/// A guest that says `times` times something and sleeps for so long each time.
fn sayer(times: u32, sleep_us: u64) -> Vec<u8> {
    let text = format!(
        r#"(module
          (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
          (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
          (memory (export "memory") 1)
          (data (i32.const 0) "still here")
          (func (export "run") (result i32) (local $n i32)
            (loop $again
              (call $sleep (i64.const {sleep_us}))
              (call $log (i32.const 2) (i32.const 0) (i32.const 10))
              (local.set $n (i32.add (local.get $n) (i32.const 1)))
              (br_if $again (i32.lt_u (local.get $n) (i32.const {times}))))
            (i32.const 5)))"#
    );
    Guest::from_bytes(text).unwrap().wasm().to_vec()
}

/// What was seen of a run.
type Seen = Arc<Mutex<Vec<String>>>;

fn watch() -> (Box<Watch>, Seen) {
    let seen = Seen::default();
    let (log, trace) = (seen.clone(), seen.clone());
    let watch = Watch::default()
        .on_log(move |line| log.lock().unwrap().push(format!("log {}", line.text)))
        .on_trace(move |record| trace.lock().unwrap().push(record.function.full_name.to_owned()));
    (Box::new(watch), seen)
}

fn count(seen: &Seen, what: &str) -> usize {
    seen.lock().unwrap().iter().filter(|seen| *seen == what).count()
}

fn started(wasm: &[u8], trace: bool) -> Session {
    let mut session = Session::open(line(), "the line").unwrap();
    session.install(wasm, "esp32c3", |_| ()).unwrap();
    start(&mut session, trace);
    session
}

fn start(session: &mut Session, trace: bool) {
    let start = NativeStart { trace_bytes: trace.then_some(u64::MAX), ..NativeStart::default() };
    session.start_native(&start).unwrap();
}

#[test]
fn a_run_is_followed_to_its_end() {
    let mut session = started(&sayer(20, 2_000), true);
    let (watch, seen) = watch();
    let end = session.follow_native(watch, &|| Wish::GoOn).unwrap().expect("it has ended");
    assert_eq!(end.outcome.to_string(), "exit 5");
    assert_eq!(
        (count(&seen, "log still here"), count(&seen, "log.write"), count(&seen, "clock.sleep")),
        (20, 20, 20)
    );
    assert_eq!(end.dropped, Default::default());
    assert!(end.device_time_ns >= 40_000_000, "{end:?}");
}

#[test]
fn a_run_is_left_and_found_again() {
    let mut session = started(&sayer(1_000_000, 2_000), true);
    for turn in 0..3 {
        let looks = Cell::new(0);
        let wish = || {
            looks.set(looks.get() + 1);
            if looks.get() > 40 { Wish::Leave } else { Wish::GoOn }
        };
        let (watch, seen) = watch();
        assert_eq!(session.follow_native(watch, &wish).unwrap(), None, "turn {turn}");
        assert!(count(&seen, "log.write") > 3 && count(&seen, "log still here") > 3, "turn {turn}: {seen:?}");
        // Another host, over the same line.
        session.renew().unwrap();
        assert!(session.info().unwrap().run.is_some(), "turn {turn}");
    }
    let (watch, _) = watch();
    let end = session.follow_native(watch, &|| Wish::Stop).unwrap().unwrap();
    assert_eq!(end.outcome.to_string(), "stopped");
    assert_eq!(session.info().unwrap().run, None);
}

#[test]
fn a_raised_rate_is_kept_alive_while_nothing_happens() {
    let (uart, ends) = Uart::around(line(), Plan::default());
    let mut session = Session::open(uart, "the line").unwrap();
    session.install_fast(&sayer(1, 4_500_000), "esp32c3", |_| ()).unwrap();
    start(&mut session, false);
    let (watch, seen) = watch();
    let end = session.follow_native(watch, &|| Wish::GoOn).unwrap().unwrap();
    assert_eq!((end.outcome.to_string().as_str(), count(&seen, "log still here")), ("exit 5", 1));
    assert_eq!((ends.device(), ends.changes()), (921_600, 1), "the device went back in between");
    for _ in 0..40 {
        session.wait_for_news(Duration::from_millis(100)).unwrap();
    }
    session.info().unwrap();
    assert_eq!((ends.device(), ends.changes()), (921_600, 1), "the device went back in between");
    drop(session);
    assert_eq!(ends.device(), FIRST);
}

#[test]
fn news_are_told_and_the_log_has_the_lines() {
    let mut session = started(&sayer(30, 10_000), false);
    let (mut next, mut lines, mut ended) = (0, Vec::new(), false);
    while !ended {
        ended = session.wait_for_news(Duration::from_secs(2)).unwrap();
        let logs = session.logs(next).unwrap();
        assert_eq!(logs.first, next);
        next += logs.lines.len() as u32;
        lines.extend(logs.lines);
    }
    assert!(lines.iter().all(|line| line.text == "still here"));
    assert_eq!((lines.len(), session.logs(next).unwrap().next), (30, 30));
    let (outcome, _) = session.info().unwrap().last_end.unwrap();
    assert_eq!(outcome.to_string(), "exit 5");
    // Nothing was dropped, because everything was taken.
    assert!(session.logs(30).unwrap().lines.is_empty());
}

#[test]
fn a_restart_in_the_run_is_told() {
    // Hello, three questions, begin, piece, commit, start: the pulse finds another device.
    let mut session = Session::open(Box::new(Rebooting::fresh_after(9)), "the line").unwrap();
    session.install(&sayer(1, 60_000_000), "esp32c3", |_| ()).unwrap();
    start(&mut session, false);
    let (watch, _) = watch();
    let error = session.follow_native(watch, &|| Wish::GoOn).unwrap_err();
    assert!(matches!(error, RemoteError::Restarted { .. }), "{error:?}");
    assert!(said(&error).starts_with("the line: the device restarted during the run"), "{}", said(&error));
    session.info().unwrap();
}

#[test]
fn a_program_that_was_held_up_is_not_told_of_a_restart() {
    let mut session = Session::open(line(), "the line").unwrap();
    session.install(&sayer(1_000_000, 2_000), "esp32c3", |_| ()).unwrap();
    // So old that it cannot have restarted.
    let_it_run();
    start(&mut session, false);
    let mut is_first = true;
    let watch = Watch::default().on_log(move |_| {
        if std::mem::take(&mut is_first) {
            hold_up();
        }
    });
    let error = session.follow_native(Box::new(watch), &|| Wish::GoOn).unwrap_err();
    let wanted =
        "the line: the device gave this program up during the run: it had heard nothing from it for 5 s";
    assert_eq!(said(&error), wanted);
    assert!(session.info().unwrap().run.is_some(), "the run goes on");
}

#[expect(clippy::disallowed_methods, reason = "a pager that is not read on")]
fn hold_up() {
    std::thread::sleep(Duration::from_millis(5_500));
}

#[test]
fn a_board_is_a_target_in_its_own_time() {
    let session = started(&sayer(1_000_000, 1_000), false);
    let mut board = RemoteBoard::new(session).native(Default::default());
    let error = said(&sim(NOTHING).run_on(&mut board).unwrap_err());
    assert!(error.contains("a board on its own pins runs in real time only"), "{error}");
    // What still ran makes room.
    let run = sim(NOTHING).time(Time::Real).run_on(&mut board).unwrap();
    assert_eq!(run.outcome.to_string(), "exit 7");
    let run = sim(sayer(3, 1_000)).time(Time::Real).run_on(&mut board).unwrap();
    assert_eq!((run.outcome.to_string().as_str(), run.messages().count()), ("exit 5", 3));
    assert_eq!(run.trace.records().count(), 6, "{}", run.trace);
    let mut bench = RemoteBoard::new(Session::open(line(), "the line").unwrap());
    let error = said(&sim(NOTHING).time(Time::Real).run_on(&mut bench).unwrap_err());
    assert!(error.contains("runs in virtual time only"), "{error}");
}
