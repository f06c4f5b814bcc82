//! Guests that are stopped from outside, by another thread, whatever they are doing.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use sim_host::{Guest, Run, Sim, SimBuilder, StopHandle, Time};

/// Wall-clock time after which a run counts as hung.
const HUNG: Duration = Duration::from_secs(30);

/// What `work` gives, on a thread of its own.
///
/// # Panics
/// If it takes longer than [`HUNG`], or panics itself.
pub(crate) fn in_time<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    let worker = thread::spawn(move || sender.send(work()));
    match receiver.recv_timeout(HUNG) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("hung for {HUNG:?}"),
        Err(RecvTimeoutError::Disconnected) => match worker.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(_) => unreachable!("the worker sends before it ends"),
        },
    }
}

/// A guest with these functions beside its imports; `$ready` writes a message.
fn guest(functions: &str) -> Guest {
    let text = format!(
        r#"(module
            (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
            (import "device:abi/clock@1" "now" (func $now (result i64)))
            (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
            (import "device:abi/system@1" "exit" (func $exit (param i32)))
            (import "device:abi/timer@1" "open" (func $open (result i32)))
            (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))
            (memory (export "memory") 1)
            (global $events (mut i32) (i32.const 0))
            (func $ready (call $log (i32.const 2) (i32.const 0) (i32.const 0)))
            {functions})"#
    );
    Guest::from_bytes(text).unwrap()
}

/// Runs the guest; once it has written a message, another thread stops it.
fn stopped_when_ready(functions: &str, time: Time) -> Run {
    let (ready, is_ready) = mpsc::channel();
    let stop = StopHandle::new();
    let sim = Sim::builder()
        .guest(guest(functions))
        .time(time)
        .record_trace(false)
        .limit_compute(HUNG * 2)
        .stop_handle(stop.clone())
        .on_log(move |_| ready.send(()).unwrap());
    let stopper = thread::spawn(move || {
        is_ready.recv().unwrap();
        stop.stop();
    });
    let run = in_time(move || sim.run().unwrap());
    stopper.join().unwrap();
    run
}

fn assert_stopped(functions: &str, time: Time) {
    assert_eq!(stopped_when_ready(functions, time).outcome.to_string(), "stopped", "{functions} in {time:?}");
}

#[test]
fn a_sleeping_guest() {
    let an_hour = r#"(func (export "run") (result i32)
        (call $ready) (call $sleep (i64.const 3600000000)) (i32.const 1))"#;
    assert_stopped(an_hour, Time::Real);
    let again_and_again = r#"(func (export "run") (result i32)
        (call $ready) (loop $forever (call $sleep (i64.const 1000)) (br $forever)) (i32.const 1))"#;
    assert_stopped(again_and_again, Time::Virtual);
    assert_stopped(again_and_again, Time::Real);
}

#[test]
fn a_guest_that_waits_for_its_timer() {
    let in_an_hour = r#"(func (export "on-event") (param i32 i32 i64 i64))
        (func (export "run") (result i32)
            (drop (call $start (call $open) (i64.const 3600000000) (i64.const 1)))
            (call $ready) (i32.const 0))"#;
    assert_stopped(in_an_hour, Time::Real);
    assert_stopped(in_an_hour, Time::Virtual);
}

#[test]
fn a_computing_guest() {
    for time in [Time::Virtual, Time::Real] {
        assert_stopped(
            r#"(func (export "run") (result i32) (call $ready) (loop $forever (br $forever)) (i32.const 1))"#,
            time,
        );
    }
}

#[test]
fn a_guest_that_calls_the_device_without_pause() {
    for time in [Time::Virtual, Time::Real] {
        assert_stopped(
            r#"(func (export "run") (result i32)
                (call $ready) (loop $forever (drop (call $now)) (br $forever)) (i32.const 1))"#,
            time,
        );
    }
}

#[test]
fn a_start_function_and_a_handler() {
    assert_stopped(
        r#"(start $first) (func $first (call $ready) (loop $forever (br $forever)))
           (func (export "run") (result i32) (i32.const 1))"#,
        Time::Virtual,
    );
    assert_stopped(
        r#"(func (export "on-event") (param i32 i32 i64 i64) (call $ready) (loop $forever (br $forever)))
           (func (export "run") (result i32)
               (drop (call $start (call $open) (i64.const 1) (i64.const 1))) (i32.const 0))"#,
        Time::Virtual,
    );
}

fn sleeper() -> SimBuilder {
    Sim::builder().guest(guest(
        r#"(func (export "run") (result i32)
            (call $ready) (call $sleep (i64.const 3600000000)) (call $ready) (i32.const 1))"#,
    ))
}

#[test]
fn a_run_that_was_stopped_before_it_began() {
    let stop = StopHandle::new();
    stop.stop();
    for time in [Time::Virtual, Time::Real] {
        let sim = sleeper().time(time).stop_handle(stop.clone());
        let run = in_time(move || sim.run().unwrap());
        assert_eq!(run.outcome.to_string(), "stopped", "{time:?}");
        assert!(run.messages().count() < 2, "{time:?}: {run:?}");
    }
}

#[test]
fn from_within_its_own_message() {
    let stop = StopHandle::new();
    let sim = sleeper().time(Time::Real).stop_handle(stop.clone()).on_log(move |_| stop.stop());
    assert_eq!(in_time(move || sim.run().unwrap()).outcome.to_string(), "stopped");
}

#[test]
fn the_trace_of_a_stopped_run_is_whole() {
    let stop = StopHandle::new();
    let sim = sleeper().time(Time::Real).stop_handle(stop.clone()).on_log(move |_| stop.stop());
    let run = in_time(move || sim.run().unwrap());
    let calls: Vec<_> = run.trace.records().map(|record| record.function.full_name).collect();
    assert_eq!(calls, ["log.write", "clock.sleep"]);
}

#[test]
fn real_time_takes_its_time() {
    let sim = Sim::builder().time(Time::Real).limit_time(Duration::from_millis(50)).guest(guest(
        r#"(func (export "run") (result i32) (call $sleep (i64.const 3600000000)) (i32.const 1))"#,
    ));
    let (done, is_done) = mpsc::channel();
    let runner = thread::spawn(move || {
        let run = sim.run().unwrap();
        done.send(()).unwrap();
        run
    });
    // The run began after the thread did: it cannot be done within its own 50 ms.
    let early = is_done.recv_timeout(Duration::from_millis(40));
    assert_eq!(early, Err(RecvTimeoutError::Timeout));
    let run = runner.join().unwrap();
    assert_eq!((run.outcome.to_string(), run.device_time_ns), ("limit time".into(), 50_000_000));
}

#[test]
fn waiting_is_not_computing() {
    // The handler computes next to nothing and calls nobody; between its calls the device rests for longer than a
    // guest may compute.
    let counter = guest(
        r#"(func (export "on-event") (param i32 i32 i64 i64)
               (global.set $events (i32.add (global.get $events) (i32.const 1)))
               (if (i32.eq (global.get $events) (i32.const 4)) (then (call $exit (i32.const 4)))))
           (func (export "run") (result i32)
               (drop (call $start (call $open) (i64.const 150000) (i64.const 150000))) (i32.const 0))"#,
    );
    let sim = Sim::builder().time(Time::Real).limit_compute(Duration::from_millis(100)).guest(counter);
    assert_eq!(in_time(move || sim.run().unwrap()).outcome.to_string(), "exit 4");
}

#[test]
fn many_events_are_not_one_stretch_of_computing() {
    // A million handlers that call nobody take longer together than one may.
    let ticks = guest(
        r#"(func (export "on-event") (param i32 i32 i64 i64))
           (func (export "run") (result i32)
               (drop (call $start (call $open) (i64.const 1) (i64.const 1))) (i32.const 0))"#,
    );
    let sim = Sim::builder().guest(ticks).limit_compute(Duration::from_millis(20));
    let sim = sim.stop_after(Duration::from_secs(1));
    assert_eq!(in_time(move || sim.run().unwrap()).outcome.to_string(), "stopped");
}
