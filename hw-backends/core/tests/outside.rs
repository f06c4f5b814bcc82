//! What the outside does to a run, and what it sees of it.

mod support;

use std::sync::{Arc, Mutex};

use device_abi::{
    Halt, Limit, Outcome, Profile, glue,
    log::{Level, Log},
    trace::Records,
};
use hw_core::{
    Engine, Event, Limits, LogLine, View,
    backend::{Outlook, Outside, Quiet},
};
use support::{Bench, Tick};

/// What a [`Script`] saw and did, in order.
type Seen = Arc<Mutex<Vec<String>>>;

/// Does something at given times, ends the run after a call or message that contains a text, or at its last time.
#[derive(Debug, Default)]
struct Script {
    times: Vec<u64>,
    until: &'static str,
    ends: bool,
    found: bool,
    seen: Seen,
}

impl Script {
    fn note(&mut self, line: String) {
        self.found |= !self.until.is_empty() && line.contains(self.until);
        self.seen.lock().unwrap().push(line);
    }
}

impl Outside for Script {
    fn outlook(&self) -> Outlook {
        let listens = !self.found && !self.until.is_empty();
        let over = self.found || self.until.is_empty() && self.times.is_empty();
        Outlook { next_ns: self.times.first().copied(), listens, end: self.ends && over }
    }

    fn advance(&mut self, now_ns: u64) {
        while self.times.first().is_some_and(|at| *at <= now_ns) {
            let due = self.times.remove(0);
            self.note(format!("{due} happens at {now_ns}"));
        }
    }

    fn saw_call(&mut self, at_ns: u64, record: &[u8]) {
        let records: Vec<_> = Records::new(record).map(|record| record.untimed()).collect();
        self.note(format!("{at_ns} {}", records.join(" + ")));
    }

    fn saw_log(&mut self, line: &LogLine<'_>) {
        self.note(format!("{} log {:?}", line.time_ns, line.text));
    }
}

fn bench(script: Script, trace_bytes: Option<u64>) -> (Bench, Seen) {
    let seen = script.seen.clone();
    (Bench::with(Profile::ESP32C3, Limits::default(), Box::new(script), trace_bytes), seen)
}

fn seen(seen: &Seen) -> Vec<String> {
    seen.lock().unwrap().clone()
}

#[test]
fn what_ends_the_run_during_a_sleep_ends_it_there() {
    let (mut bench, _) = bench(Script { times: vec![2_500_123], ends: true, ..Script::default() }, None);
    assert_eq!(glue::clock_sleep(&mut bench.view(), &mut [], 10_000), Err(Halt::Stopped));
    assert_eq!(bench.device.now_ns(), 2_500_123);
}

#[test]
fn a_limit_that_is_reached_no_later_is_named() {
    let limits = Limits { time_ns: Some(1_000_000), stop_after_ns: None };
    for (at, expected) in [
        (999_999, Halt::Stopped),
        (1_000_000, Halt::Limit(Limit::Time)),
        (1_000_001, Halt::Limit(Limit::Time)),
    ] {
        let script = Script { times: vec![at], ends: true, ..Script::default() };
        let mut bench = Bench::with(Profile::ESP32C3, limits, Box::new(script), None);
        let ended = glue::clock_sleep(&mut bench.view(), &mut [], 10_000);
        assert_eq!((ended, bench.device.now_ns()), (Err(expected), at.min(1_000_000)), "{at}");
    }
}

#[test]
fn nobody_who_does_not_listen_is_told() {
    let (mut bench, seen_by) = bench(Script::default(), Some(1000));
    glue::clock_sleep(&mut bench.view(), &mut [], 5).unwrap();
    bench.call(|view| view.write(Level::Info, "hello")).unwrap();
    assert_eq!(seen(&seen_by), [] as [&str; 0]);
    let quiet = Bench::with(Profile::ESP32C3, Limits::default(), Box::new(Quiet), None);
    assert_eq!(quiet.notes.0.lock().unwrap().records, []);
}

#[test]
fn a_listener_sees_every_call_whether_or_not_there_is_a_trace() {
    for trace_bytes in [None, Some(1_000_000)] {
        let script = Script { until: "us=7", ..Script::default() };
        let (mut bench, seen_by) = bench(script, trace_bytes);
        for us in [5, 6, 7, 8] {
            glue::clock_sleep(&mut bench.view(), &mut [], us).unwrap();
        }
        let expected = [
            "6000 clock.sleep duration-us=5",
            "13000 clock.sleep duration-us=6",
            "21000 clock.sleep duration-us=7",
        ];
        assert_eq!(seen(&seen_by).iter().map(|line| squeezed(line)).collect::<Vec<_>>(), expected);
        bench.device.flush();
        let records = bench.notes.0.lock().unwrap().records.clone();
        assert_eq!(Records::new(&records).count(), if trace_bytes.is_some() { 4 } else { 0 });
    }
}

#[test]
fn a_message_is_seen_before_its_call_and_ends_the_run_at_its_own_time() {
    let (mut bench, seen_by) = bench(Script { until: "log.write", ..Script::default() }, None);
    let mut memory = *b"good bye";
    glue::clock_now(&mut bench.view(), &mut []).unwrap();
    glue::log_write(&mut bench.view(), &mut memory, 2, 0, 8).unwrap();
    let expected = ["1000 clock.now -> 0", "1000 log \"good bye\"", "2000 log.write level=info \"good bye\""];
    assert_eq!(seen(&seen_by).iter().map(|line| squeezed(line)).collect::<Vec<_>>(), expected);

    let (mut bench, _) = self::bench(Script { until: "bye", ends: true, ..Script::default() }, None);
    glue::clock_now(&mut bench.view(), &mut []).unwrap();
    assert_eq!(glue::log_write(&mut bench.view(), &mut memory, 2, 0, 8), Err(Halt::Stopped));
    assert_eq!(bench.device.now_ns(), 1000);
}

#[test]
fn a_call_that_ends_the_run_is_kept_whole() {
    let (mut bench, _) = bench(Script { until: "us=7", ends: true, ..Script::default() }, Some(1000));
    assert_eq!(glue::clock_sleep(&mut bench.view(), &mut [], 7), Err(Halt::Stopped));
    assert_eq!(bench.device.now_ns(), 8000);
    bench.device.flush();
    assert_eq!(Records::new(&bench.notes.0.lock().unwrap().records).count(), 1);
}

fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A guest that is Rust: calls `run`, then takes events until there are none.
struct Native {
    bench: Bench,
    run: fn(&mut Bench) -> Result<i32, Halt>,
}

impl Engine for Native {
    fn start(&mut self) -> Result<(), Halt> {
        Ok(())
    }

    fn run(&mut self) -> Result<i32, Halt> {
        (self.run)(&mut self.bench)
    }

    fn handles_events(&self) -> bool {
        true
    }

    fn on_event(&mut self, _event: &Event) -> Result<(), Halt> {
        Ok(())
    }

    fn view(&mut self) -> View<'_> {
        self.bench.view()
    }
}

#[test]
fn time_zero_comes_before_the_guest_and_the_end_after_it() {
    let (bench, seen_by) = bench(Script { times: vec![0, 1500], ..Script::default() }, None);
    let mut guest = Native {
        bench,
        run: |bench| {
            glue::clock_now(&mut bench.view(), &mut [])?;
            glue::clock_now(&mut bench.view(), &mut [])?;
            Ok(3)
        },
    };
    assert_eq!(hw_core::run(&mut guest), Outcome::Exit(3));
    assert_eq!(seen(&seen_by), ["0 happens at 0", "1500 happens at 2000"]);
}

#[test]
fn what_ends_the_run_at_time_zero_lets_the_guest_do_nothing() {
    let (bench, _) = bench(Script { ends: true, ..Script::default() }, None);
    let mut guest = Native { bench, run: |_| panic!("must not run") };
    assert_eq!(hw_core::run(&mut guest), Outcome::Stopped);
}

#[test]
fn a_guest_that_waits_for_nothing_of_its_own_waits_for_the_outside() {
    let (bench, seen_by) = bench(Script { times: vec![7_000, 9_000], ..Script::default() }, None);
    let mut guest = Native { bench, run: |_| Ok(0) };
    assert_eq!(hw_core::run(&mut guest), Outcome::Exit(0));
    assert_eq!(seen(&seen_by), ["7000 happens at 7000", "9000 happens at 9000"]);
    assert_eq!(guest.bench.device.now_ns(), 9_000);
}

#[test]
fn ticks_listen_as_long_as_they_say() {
    let outlook = Tick::every(1000, 1).outlook();
    assert_eq!(outlook, Outlook { next_ns: Some(1000), listens: true, end: false });
}
