//! The rules of time, one by one, and what is not compared.

use std::{convert::Infallible, fmt};

use device_abi::{
    Function,
    trace::{CallRecord, Recorder, Records, TraceBuffer},
    types::ErrorCode,
};
use sim_host::{
    Board, Guest, Sim, Trace,
    trace::diff::{
        Comparable, Differences, Likeness, Options, headline,
        native::{Timing, is_measured},
        rows, summary,
    },
};

/// A call as a line of text has it.
#[derive(Debug, Clone, PartialEq)]
struct Line {
    us: u64,
    call: &'static str,
}

impl Line {
    fn name(&self) -> &'static str {
        self.call.split(' ').next().unwrap()
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} us  {}", self.us, self.call)
    }
}

impl Comparable for Line {
    fn start_ns(&self) -> u64 {
        self.us * 1000
    }

    fn compare(&self, other: &Self) -> Likeness {
        match (self.call == other.call, self.name() == other.name()) {
            (true, _) => Likeness::Equal,
            (_, true) => Likeness::SameFunction,
            _ => Likeness::Unlike,
        }
    }

    fn compare_unmeasured(&self, other: &Self) -> Likeness {
        let is_measured = is_measured(self.name()) && self.name() == other.name();
        if is_measured { Likeness::Equal } else { self.compare(other) }
    }

    fn timing(&self) -> Timing {
        Timing::of_text(self.name(), self.call)
    }
}

/// What is said of calls that start at the first time in the first trace, and at the second in the second.
fn said(calls: &[(u64, u64, &'static str)]) -> String {
    let side = |us: fn(&(u64, u64, &'static str)) -> u64| {
        calls.iter().map(move |line| Ok::<_, Infallible>(Line { us: us(line), call: line.2 }))
    };
    let options = Options { native: true, context: 1, resolution_ns: 1000, ..Options::default() };
    let mut differences = Differences::new(side(|line| line.0), side(|line| line.1), options);
    let mut said = String::new();
    for Ok(difference) in differences.by_ref() {
        said += &format!("{}\n", headline(&difference, ["sim", "chip"]));
        for row in rows(&difference, ["sim", "chip"]) {
            said += &format!("{}\n", row.text);
        }
    }
    said + &summary(&differences.summary(), true, ["sim", "chip"])
}

/// What the remark says, of calls with one breach.
fn breach(calls: &[(u64, u64, &'static str)]) -> String {
    let said = said(calls);
    let remarks: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("~ ")).collect();
    assert!(remarks.len() <= 1, "{said}");
    remarks.concat()
}

#[test]
fn nothing_is_alike_to_nothing() {
    assert_eq!(said(&[]), "traces are alike, 0 calls (by order, values and least times)");
}

#[test]
fn a_sleep_that_is_too_short_is_named_where_it_is() {
    let calls = [
        (0, 3, "gpio.open       number=2 mode=output initial=low -> 1"),
        (1, 20, "clock.sleep     duration-us=10000"),
        (10_002, 9_819, "gpio.toggle     pin=1"),
        (10_003, 9_900, "gpio.toggle     pin=1"),
    ];
    let expected = "\
chip breaks clock.sleep#sleeps-at-least at call 2: slept 9.799 ms, at least 10 ms were asked for
       2      2  20 us  clock.sleep     duration-us=10000
~ slept 9.799 ms, at least 10 ms were asked for (clock.sleep#sleeps-at-least)
       3      3  9819 us  gpio.toggle     pin=1
4 calls equal, 1 rule of time broken (by order, values and least times)";
    assert_eq!(said(&calls), expected);
}

#[test]
fn what_is_rounded_off_counts_for_the_chip() {
    let sleep = "clock.sleep     duration-us=10000";
    let log = "log.write       level=info \"\"";
    // From 20.999 us to 10020.999 us, for example.
    assert_eq!(breach(&[(0, 20, sleep), (10_001, 10_020, log)]), "");
    // 20 us to 10019.999 us at most.
    assert_eq!(
        breach(&[(0, 20, sleep), (10_001, 10_019, log)]),
        "slept 9.999 ms, at least 10 ms were asked for (clock.sleep#sleeps-at-least)"
    );
}

#[test]
fn each_rule_has_its_words() {
    let log = "log.write       level=info \"\"";
    assert_eq!(
        breach(&[(0, 0, "clock.delay-ns  duration-ns=50000"), (51, 40, log)]),
        "delayed 40 us, at least 50 us were asked for (clock.delay-ns#delays-at-least)"
    );
    assert_eq!(
        breach(&[
            (0, 0, "i2c.open        bus=0 frequency-hz=100000 -> 1"),
            (1, 1, "i2c.write-read  i2c=1 address=0x76 data=[d0] into=1 -> [60]"),
            (391, 201, log),
        ]),
        "took 200 us, but 39 bits at 100000 Hz take at least 390 us (lowering#bus-time)"
    );
    assert_eq!(
        breach(&[
            (0, 0, "timer.open      -> 1"),
            (1, 5, "timer.start     timer=1 delay-us=500 period-us=100"),
            (2, 8, log),
            (701, 704, log),
        ]),
        "came 699.999 us after the timer.start of call 2, which expires after at least 700 us (timer.start#expires-at-least)"
    );
    assert_eq!(
        breach(&[(0, 9, log), (1, 4, log)]),
        "the next call started 5 us earlier (lowering#device-time)"
    );
    assert_eq!(
        breach(&[(0, 9, "clock.now       -> 8"), (1, 10, log)]),
        "was given 8 us, but started at 9 us (clock.now)"
    );
    assert_eq!(
        breach(&[(0, 9, "clock.now       -> 12"), (1, 11, log)]),
        "was given 12 us, but the next call started at 11 us (clock.now)"
    );
    assert_eq!(
        said(&[(0, 9, "clock.now       -> 10"), (1, 10, "clock.now       -> 9")]).lines().nth(2),
        Some("~ was given 9 us, after 10 us had been given (clock.now#monotonic)")
    );
}

#[test]
fn a_bus_at_the_boards_own_frequency_is_as_fast_as_in_the_simulator() {
    let open = (0, 0, "i2c.open        bus=0 frequency-hz=0 -> 1");
    let write = "i2c.write       i2c=1 address=0x76 data=[00]";
    let log = "log.write       level=info \"\"";
    // 20 bits at 400 kHz.
    assert_eq!(
        breach(&[open, (1, 1, write), (52, 41, log)]),
        "took 40 us, but 20 bits at the bus's own frequency take at least 49.001 us (lowering#bus-time)"
    );
    assert_eq!(breach(&[open, (1, 1, write), (52, 50, log)]), "");
    // A timer that expires behind a transaction says nothing about the bus.
    assert_eq!(
        breach(&[
            open,
            (1, 1, "timer.start     timer=2 delay-us=5000 period-us=0"),
            (2, 2, write),
            (5_001, 5_003, log)
        ]),
        ""
    );
    // One that was refused was not on the bus; nothing is known of one with an error that says nothing.
    for error in ["too-large", "bus", "invalid-argument"] {
        let refused = Box::leak(format!("{write} -> error {error}").into_boxed_str());
        assert_eq!(breach(&[open, (1, 1, write), (52, 52, refused), (53, 53, log)]), "", "{error}");
    }
    assert_eq!(
        breach(&[
            open,
            (1, 1, write),
            (52, 52, "i2c.write       i2c=1 address=0x11 data=[00] -> error no-acknowledge-address"),
            (80, 60, log)
        ]),
        "took 8 us, but 11 bits at the bus's own frequency take at least 26.95 us (lowering#bus-time)"
    );
}

/// The record of a call without arguments, but a buffer if it takes one.
fn record(function: Function, end: impl FnOnce(CallRecord<'_>)) -> Vec<u8> {
    let mut buffer = TraceBuffer::new(usize::MAX, 0);
    let mut call = Recorder::new(&mut buffer, 0).call(function, 0);
    if function == Function::SystemDeviceId {
        call.u32(16);
    }
    end(call);
    buffer.bytes().to_vec()
}

#[test]
fn what_is_measured_is_not_compared_but_whether_it_failed() {
    let value = |function, value| record(function, |call| call.returned_value(value));
    let id = |id: &[u8]| {
        record(Function::SystemDeviceId, |mut call| {
            call.output(id);
            call.returned_value(id.len() as u64);
        })
    };
    let no_id = record(Function::SystemDeviceId, |call| call.failed(ErrorCode::TooLarge));
    for (one, other, is_alike) in [
        (value(Function::ClockNow, 5), value(Function::ClockNow, 7), true),
        (value(Function::SystemLastReset, 0), value(Function::SystemLastReset, 2), true),
        (id(b"desk"), id(b"chip-7"), true),
        (id(b"desk"), no_id.clone(), false),
        (no_id.clone(), no_id, true),
        (value(Function::SystemAbiVersion, 1), value(Function::SystemAbiVersion, 2), false),
        (value(Function::ClockNow, 0), value(Function::SystemLastReset, 0), false),
    ] {
        let (one, other) = (Records::new(&one).next().unwrap(), Records::new(&other).next().unwrap());
        assert_eq!(one.compare_unmeasured(&other) == Likeness::Equal, is_alike, "{one} {other}");
    }
}

/// A run of a guest that calls everything that has to do with time.
fn run(sleep_us: u64, device_id: &str) -> Trace {
    let guest = format!(
        r#"(module
            (import "device:abi/clock@1" "now" (func $now (result i64)))
            (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
            (import "device:abi/clock@1" "delay-ns" (func $delay (param i32)))
            (import "device:abi/system@1" "device-id" (func $id (param i32 i32) (result i32)))
            (import "device:abi/system@1" "last-reset" (func $reset (result i32)))
            (import "device:abi/timer@1" "open" (func $timer (result i32)))
            (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))
            (import "device:abi/timer@1" "stop" (func $stop (param i32) (result i32)))
            (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
            (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "device:abi/i2c@1" "read" (func $read (param i32 i32 i32 i32) (result i32)))
            (import "device:abi/i2c@1" "write-read" (func $both (param i32 i32 i32 i32 i32 i32) (result i32)))
            (import "device:abi/i2c@1" "transaction" (func $all (param i32 i32 i32 i32) (result i32)))
            (import "device:abi/i2c@1" "close" (func $close (param i32) (result i32)))
            (memory (export "memory") 2)
            ;; read 3, write 2, write 40
            (data (i32.const 0) "\00\00\00\00\00\10\00\00\03\00\00\00\01\00\00\00\00\20\00\00\02\00\00\00\01\00\00\00\00\20\00\00\28\00\00\00")
            (func (export "run") (result i32) (local $bus i32) (local $timer i32)
                (drop (call $now))
                (call $sleep (i64.const {sleep_us}))
                (call $delay (i32.const 2500))
                (drop (call $id (i32.const 70000) (i32.const 16)))
                (drop (call $reset))
                (local.set $bus (call $open (i32.const 0) (i32.const 100000)))
                (drop (call $write (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 0)))
                (drop (call $write (local.get $bus) (i32.const 0x76) (i32.const 0x2000) (i32.const 50)))
                (drop (call $write (local.get $bus) (i32.const 0x11) (i32.const 0) (i32.const 2)))
                (drop (call $write (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 66000)))
                (drop (call $write (local.get $bus) (i32.const 0x80) (i32.const 0) (i32.const 2)))
                (drop (call $read (local.get $bus) (i32.const 0x76) (i32.const 512) (i32.const 40)))
                (drop (call $both (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 512) (i32.const 2)))
                (drop (call $all (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 3)))
                (drop (call $all (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 0)))
                (drop (call $all (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 65)))
                (drop (call $close (local.get $bus)))
                (local.set $timer (call $timer))
                (drop (call $start (local.get $timer) (i64.const 700) (i64.const 0)))
                (drop (call $stop (local.get $timer)))
                (i32.const 0)))"#
    );
    let board = format!(
        "[board]\ndevice-id = \"{device_id}\"\n[i2c.0]\nchips = [ {{ model = \"bme280\", address = 0x76 }} ]"
    );
    let board = Board::parse(&board, "board").unwrap();
    let guest = Guest::from_bytes(guest.as_bytes()).unwrap();
    Sim::builder().board(board).guest(guest).run().unwrap().trace
}

#[test]
fn text_says_of_time_what_the_record_says() {
    let trace = run(10, "one");
    let mut said = Vec::new();
    for record in trace.records() {
        let timing = Timing::of(&record);
        assert_eq!(Timing::of_text(record.function.full_name, &record.untimed()), timing, "{record}");
        said.push(timing);
    }
    let transfers: Vec<(u64, bool)> = said
        .iter()
        .filter_map(|timing| match timing {
            Timing::Transfer { bits, whole, .. } => Some((*bits, *whole)),
            _ => None,
        })
        .collect();
    // By hand: start, 9 bits per byte with its address, repeated starts, stop.
    let (nobody, none) = ((11, false), (0, true));
    let all = (1 + 9 * 4 + 1 + 9 * 43 + 1, true);
    assert_eq!(transfers, [(11, true), (461, true), nobody, (371, true), (48, true), all, none]);
    assert_eq!(said.iter().filter(|timing| **timing == Timing::None).count(), 6, "{said:?}");
}

#[test]
fn runs_are_compared_by_what_they_promise() {
    let native = Options { native: true, ..Options::default() };
    let (a, b) = (run(10, "one"), run(10, "another"));
    assert!(!a.diff(&b).is_empty());
    let diff = a.diff_with(&b, native);
    assert!(diff.is_empty(), "{diff}");
    let said = "traces are alike, 20 calls (by order, values and least times)\n";
    assert_eq!(diff.to_string(), said);
    // Another sleep is another call, however long it takes.
    assert!(!a.diff_with(&run(11, "one"), native).is_empty());
}

#[test]
fn a_trace_with_holes_is_the_same_as_no_other() {
    let whole = run(10, "one");
    let mut holes = whole.clone();
    holes.note_dropped(1234);
    for options in [Options::default(), Options { native: true, ..Options::default() }] {
        for (a, b) in [(&whole, &holes), (&holes, &whole), (&holes, &holes)] {
            assert!(!a.diff_with(b, options).is_empty());
        }
        let said = whole.diff_with(&holes, options).to_string();
        assert!(said.starts_with("b is incomplete: its device dropped 1234 bytes of trace\n"), "{said}");
    }
    assert!(holes.to_string().ends_with("\ndropped 1234 bytes of trace\n"));
    assert!(holes.json_lines().ends_with("\n{\"dropped-bytes\":1234}\n"));
    assert_eq!(Records::new(holes.bytes()).count(), whole.records().count());
}
