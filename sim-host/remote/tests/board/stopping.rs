//! Runs that are stopped from outside, whatever the guest does just then.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use remote_board::{Line, LineError};
use sim_host::StopHandle;

use crate::{
    install::padded,
    support::{NOTHING, assert_same, board, board_behind, reader, sim},
};

/// Runs `guest` on the board, and stops it after `after` real time.
fn stopped(guest: &str, after: Duration) -> sim_host::Run {
    let mut board = board();
    let stop = StopHandle::new();
    let other = stop.clone();
    let stopper = thread::spawn(move || {
        pause(after);
        other.stop();
    });
    let run = sim(guest).limit_compute(Duration::from_secs(60)).stop_handle(stop).run_on(&mut board).unwrap();
    stopper.join().unwrap();
    // The board does its next work as if nothing had been.
    let here = sim(NOTHING).run().unwrap();
    assert_same(&sim(NOTHING).run_on(&mut board).unwrap(), &here, "the next run");
    run
}

#[expect(clippy::disallowed_methods, reason = "a test that stops a guest in the middle")]
fn pause(time: Duration) {
    thread::sleep(time);
}

#[test]
fn a_computing_guest_is_stopped() {
    let busy = r#"(module (memory (export "memory") 1)
        (func (export "run") (result i32) (loop $l (br $l)) (i32.const 0)))"#;
    assert_eq!(stopped(busy, Duration::from_millis(150)).outcome.to_string(), "stopped");
}

#[test]
fn a_sleeping_guest_is_stopped() {
    // A billion years in sleeps of a second: virtual time does not wait, so only stopping ends it.
    let sleeper = r#"(module
        (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
        (memory (export "memory") 1)
        (func (export "run") (result i32) (loop $l (call $sleep (i64.const 1000000000)) (br $l)) (i32.const 0)))"#;
    assert_eq!(stopped(sleeper, Duration::from_millis(150)).outcome.to_string(), "stopped");
}

#[test]
fn a_guest_that_waits_for_events_is_stopped() {
    let waiter = r#"(module
        (import "device:abi/timer@1" "open" (func $open (result i32)))
        (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))
        (memory (export "memory") 1)
        (func (export "on-event") (param i32 i32 i64 i64))
        (func (export "run") (result i32) (call $start (call $open) (i64.const 1000) (i64.const 1000))))"#;
    assert_eq!(stopped(waiter, Duration::from_millis(150)).outcome.to_string(), "stopped");
}

#[test]
fn a_guest_in_a_call_is_stopped_and_the_call_ends_as_it_would_have() {
    let mut board = board();
    let stop = StopHandle::new();
    let other = stop.clone();
    let mut messages = 0;
    let sim = sim(reader(4_000_000_000, 0)).stop_handle(stop).on_log(move |_| {
        messages += 1;
        if messages == 10 {
            other.stop();
        }
    });
    let run = sim.run_on(&mut board).unwrap();
    assert_eq!(run.outcome.to_string(), "stopped");
    assert!(run.trace.i2c(0).transactions().len() >= 10, "{}", run.trace);
    assert!(!run.trace.to_string().contains("error"), "a call around the stop has failed: {}", run.trace);
    let here = crate::support::sim(NOTHING).run().unwrap();
    assert_same(&crate::support::sim(NOTHING).run_on(&mut board).unwrap(), &here, "the next run");
}

#[test]
fn a_run_that_is_stopped_before_it_begins_does_not_run() {
    let mut board = board();
    // Also one that would have ended by itself before it could be stopped.
    for guest in [reader(4_000_000_000, 0), NOTHING.to_owned()] {
        let stop = StopHandle::new();
        stop.stop();
        let run = sim(guest).stop_handle(stop).run_on(&mut board).unwrap();
        assert_eq!((run.outcome.to_string().as_str(), run.device_time_ns), ("stopped", 0));
        assert_eq!(board.session().info().unwrap().app, None, "nothing was installed");
    }
}

/// A line on which a run is stopped when so many more frames have been sent; 0 for never.
#[derive(Debug)]
struct Stopping {
    line: Box<dyn Line>,
    left: Arc<AtomicU32>,
    stop: StopHandle,
}

impl Line for Stopping {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.line.read(bytes, timeout)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        if self.left.load(Ordering::Relaxed) > 0 && self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.stop.stop();
        }
        self.line.write(bytes)
    }
}

#[test]
fn a_run_that_is_stopped_during_its_install_does_not_run() {
    let former = padded(7_000);
    let (large, small) = (padded(40_000), padded(100));
    // The question for the app that is there and the beginning of the install come before the first piece; the last frame
    // of a module of one piece is the commit.
    for (guest, frames, kept) in [(&large, 5, &former), (&small, 4, &small)] {
        let (left, stop) = (Arc::new(AtomicU32::new(0)), StopHandle::new());
        let wrap = |line| Box::new(Stopping { line, left: left.clone(), stop: stop.clone() }) as _;
        let mut board = board_behind(wrap).unwrap();
        board.session().install(&former, "esp32c3", |_| ()).unwrap();
        left.store(frames, Ordering::Relaxed);
        let run = sim(guest).stop_handle(stop.clone()).run_on(&mut board).unwrap();
        assert_eq!((run.outcome.to_string().as_str(), run.device_time_ns), ("stopped", 0));
        let app = board.session().info().unwrap().app.unwrap();
        assert_eq!(app.length as usize, kept.len());
        let here = sim(NOTHING).run().unwrap();
        assert_same(&sim(NOTHING).run_on(&mut board).unwrap(), &here, "the next run");
    }
}
