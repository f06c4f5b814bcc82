//! A scenario that plays: what it does to pins and chips, and when, without a guest.

mod calls;
mod silence;

use std::sync::{Arc, Mutex};

use device_abi::{
    Function, Outcome,
    gpio::{
        Level::{self, High, Low},
        Mode,
    },
    log,
    trace::{CallRecord, Recorder, TraceBuffer},
};
use embedded_hal::i2c::Operation;
use hw_board::{Board, Scenario, ScenarioHandle};
use hw_core::{
    LogLine,
    backend::{Hardware, HeldBy, Outlook},
};
use hw_mock::{Expectations, Wire};

const BOARD: &str = r#"
    [gpio]
    pins = { 4 = { pull = "down" }, 5 = {} }
    parts = [
        { model = "button", pin = 9, label = "BOOT", bounce-us = 1600 },
        { model = "button", pin = 10, label = "UP", active = "high" },
    ]
    [i2c.0]
    chips = [ { model = "registers", address = 0x48, label = "levels", registers = [ { address = 0, name = "level" } ] } ]
"#;

/// A device time in nanoseconds, a pin, and its new level.
type Edge = (u64, u32, Level);

struct Play {
    hardware: Hardware,
    handle: ScenarioHandle,
    edges: Arc<Mutex<Vec<Edge>>>,
}

impl Play {
    fn new(steps: &str) -> Self {
        let board = Board::parse(BOARD, "board.toml").unwrap();
        let scenario =
            Scenario::parse(steps, "scenario.toml", &board).unwrap_or_else(|error| panic!("{error}"));
        let (hardware, handle) = board.hardware_with(&scenario, 0);
        let edges = Arc::new(Mutex::new(Vec::new()));
        let noted = edges.clone();
        handle.on_edge(move |at_ns, pin, line| noted.lock().unwrap().push((at_ns, pin, line.level)));
        Self { hardware, handle, edges }
    }

    fn outlook(&self) -> Outlook {
        self.hardware.outside.outlook()
    }

    /// Goes from one thing that is due to the next, as a device does, up to `until_ns`.
    fn play(&mut self, until_ns: u64) {
        while let Some(at_ns) = self.outlook().next_ns.filter(|at_ns| *at_ns <= until_ns) {
            self.hardware.outside.advance(at_ns);
            assert!(
                self.outlook().next_ns.is_none_or(|next_ns| next_ns > at_ns),
                "no way forward at {at_ns}"
            );
        }
    }

    fn edges(&self) -> Vec<Edge> {
        std::mem::take(&mut self.edges.lock().unwrap())
    }

    fn level(&mut self, pin: u32) -> Level {
        self.hardware.gpio.read(0, pin).result.unwrap()
    }

    fn say(&mut self, time_ns: u64, text: &str) {
        let line = LogLine { time_ns, app: 0, level: log::Level::Info, text, cut: 0 };
        self.hardware.outside.saw_log(&line);
    }

    /// A call of `clock.sleep` that ends at `at_ns`.
    fn sleep(&mut self, at_ns: u64, us: u64) {
        self.call(Function::ClockSleep, at_ns, |call| call.u64(us));
    }

    /// A call that ends at `at_ns`, with arguments that `put` puts into its record.
    fn call(&mut self, function: Function, at_ns: u64, put: impl FnOnce(&mut CallRecord<'_>)) {
        let mut buffer = TraceBuffer::new(1000, 1000);
        let mut call = Recorder::new(&mut buffer, 0).call(function, at_ns);
        put(&mut call);
        call.returned();
        self.hardware.outside.saw_call(at_ns, buffer.bytes());
    }

    fn report(&self, end_ns: u64) -> String {
        self.handle.report(end_ns, &Outcome::Exit(0)).to_string()
    }
}

#[test]
fn buttons_go_to_their_own_levels() {
    let mut play = Play::new("step = [ { at-ms = 1, press = 'UP' }, { after-ms = 1, release = 'UP' } ]");
    assert_eq!((play.level(9), play.level(10)), (High, Low));
    play.play(1_000_000);
    assert_eq!(play.level(10), High);
    play.play(u64::MAX);
    assert_eq!((play.level(10), play.outlook()), (Low, Outlook::default()));
    assert_eq!(play.edges(), [(1_000_000, 10, High), (2_000_000, 10, Low)]);
}

#[test]
fn a_contact_bounces_until_it_is_moved_again() {
    let mut play = Play::new("step = [ { press = 'BOOT' }, { after-ms = 0.15, release = 'BOOT' } ]");
    play.play(u64::MAX);
    let edges = play.edges();
    // Pressed at 0, bounces at 0.1 ms (a sixteenth); released at 0.15 ms, in the open: the rest is the release's bounce.
    assert_eq!(edges[..3], [(0, 9, Low), (100_000, 9, High), (250_000, 9, Low)]);
    assert_eq!(edges.last(), Some(&(1_750_000, 9, High)));
    assert!(edges.is_sorted_by_key(|(at_ns, ..)| *at_ns));
}

#[test]
fn bounces_go_on_between_steps_and_before_one_of_the_same_time() {
    let mut play = Play::new(
        "step = [ { press = 'BOOT' }, { at-ms = 0.1, drive = { pin = 4, level = 'high' } }, { at-ms = 0.3, end = true } ]",
    );
    play.play(u64::MAX);
    assert_eq!(play.edges(), [(0, 9, Low), (100_000, 9, High), (100_000, 4, High), (200_000, 9, Low)]);
    assert_eq!(play.outlook(), Outlook { end: true, ..Outlook::default() });
}

#[test]
fn a_button_that_is_pressed_from_the_start_is_let_go() {
    let board = "[gpio]\npins.9.level = 'low'\nparts = [ { model = 'button', pin = 9 } ]";
    let board = Board::parse(board, "board.toml").unwrap();
    let steps = "step = [ { at-ms = 1, release = 'button' } ]";
    let (mut hardware, _) = board.hardware_with(&Scenario::parse(steps, "scenario.toml", &board).unwrap(), 0);
    assert_eq!(hardware.gpio.read(0, 9).result.unwrap(), Low);
    hardware.outside.advance(1_000_000);
    assert_eq!(hardware.gpio.read(1_000_000, 9).result.unwrap(), High);
}

#[test]
fn a_pin_is_driven_and_let_go() {
    let mut play = Play::new(
        "step = [ { drive = { pin = 4, level = 'high' } }, { after-ms = 1, drive = { pin = 4, level = 'high' } },
                  { after-ms = 1, drive = { pin = 4, level = 'released' } } ]",
    );
    play.play(u64::MAX);
    assert_eq!(play.edges(), [(0, 4, High), (2_000_000, 4, Low)], "what changes nothing is no edge");
}

#[test]
fn an_edge_is_what_the_line_really_has() {
    let mut play = Play::new(
        "step = [ { drive = { pin = 4, level = 'high' } }, { after-ms = 1, drive = { pin = 4, level = 'released' } } ]",
    );
    let lines = Arc::new(Mutex::new(Vec::new()));
    let noted = lines.clone();
    play.handle.on_edge(move |at_ns, _, line| noted.lock().unwrap().push((at_ns, line.level, line.held_by)));
    play.hardware.gpio.open(0, 4, Mode::Output, Low).result.unwrap();
    play.play(u64::MAX);
    assert_eq!(play.level(4), Low, "the guest's, not the resistor's");
    assert_eq!(*lines.lock().unwrap(), [(0, High, HeldBy::Conflict), (1_000_000, Low, HeldBy::Pin)]);
}

#[test]
fn a_device_that_is_late_gets_everything_in_order() {
    let mut play = Play::new(
        "step = [ { at-ms = 1, press = 'UP' }, { at-ms = 2, release = 'UP' }, { at-ms = 3, press = 'UP' } ]",
    );
    play.hardware.outside.advance(10_000_000);
    assert_eq!(play.edges(), [(1_000_000, 10, High), (2_000_000, 10, Low), (3_000_000, 10, High)]);
}

#[test]
fn a_chip_is_what_the_step_made_it() {
    let mut play = Play::new("step = [ { at-ms = 1, set = { chip = 'levels', level = 77 } } ]");
    let read = |play: &mut Play, at_ns| {
        let mut byte = [0];
        let mut operations = [Operation::Write(&[0]), Operation::Read(&mut byte)];
        play.hardware.i2c[0].bus.transaction(at_ns, 0x48, 100_000, &mut operations).result.unwrap();
        byte[0]
    };
    assert_eq!(read(&mut play, 0), 0);
    play.play(1_000_000);
    assert_eq!(read(&mut play, 1_000_000), 77);
}

#[test]
fn values_of_one_step_are_set_in_the_order_of_the_file() {
    let board = "[i2c.0]\nchips = [ { model = 'stuck', address = 0x10, held = 0 } ]";
    let board = Board::parse(board, "board.toml").unwrap();
    let transfers = |values: &str| {
        let steps = format!("step = [ {{ set = {{ {values}, chip = 'stuck' }} }} ]");
        let scenario = Scenario::parse(&steps, "scenario.toml", &board).unwrap();
        let (mut hardware, _) = board.hardware_with(&scenario, 0);
        hardware.outside.advance(0);
        [1, 2, 3].map(|at_ns| {
            let mut operations = [Operation::Write(&[0])];
            hardware.i2c[0].bus.transaction(at_ns, 0x10, 100_000, &mut operations).result.is_ok()
        })
    };
    assert_eq!(transfers("held = 1, after-transfers = 2"), [true, true, false], "the count is what counts");
    assert_eq!(transfers("after-transfers = 2, held = 1"), [false; 3], "it holds at once");
}

#[test]
fn messages_and_calls_meet_the_steps_that_wait_for_them() {
    let mut play = Play::new(
        "step = [ { expect-log = { contains = 'a' } }, { expect-log = { contains = 'a' } },
                  { after-ms = 1, expect-call = { function = 'clock.sleep', contains = '=5' } }, { press = 'UP' } ]",
    );
    let listening = Outlook { next_ns: None, listens: true, end: false };
    play.hardware.outside.advance(0);
    assert_eq!(play.outlook(), listening);
    play.say(10, "b");
    play.say(20, "a");
    play.sleep(30, 5);
    assert_eq!(play.outlook(), listening, "one message meets one step, and a call no message");
    play.say(40, "ba");
    assert_eq!(play.outlook(), Outlook { next_ns: Some(1_000_040), ..listening });
    play.sleep(1_000_039, 5);
    play.sleep(1_000_041, 6);
    assert_eq!(play.outlook(), listening);
    play.sleep(1_000_050, 5);
    assert_eq!(play.outlook(), Outlook::default(), "nothing is left to hear");
    assert_eq!(play.edges(), [(1_000_050, 10, High)]);
    assert_eq!(play.report(2_000_000), "all 4 steps done");
}

#[test]
fn what_meets_an_expectation_before_it_begins_does_not_count() {
    let mut play = Play::new("step = [ { at-ms = 1, expect-log = { contains = 'a', within-ms = 1 } } ]");
    play.say(999_999, "a");
    play.play(2_000_000);
    assert_eq!(play.outlook(), Outlook { next_ns: Some(2_000_001), listens: true, end: false });
    play.play(2_000_001);
    assert_eq!(play.outlook(), Outlook { end: true, ..Outlook::default() });
    assert_eq!(
        play.report(2_000_001),
        "scenario.toml:1: step 1 (expect-log \"a\") was not met within 1 ms from 1 ms on\n  \
           seen since: no messages\n  \
           too early: 0.999999 ms info  \"a\""
    );
}

#[test]
fn what_held_a_scenario_up_is_named() {
    let mut play = Play::new(
        "step = [ { expect-log = { contains = 'a' } }, { after-ms = 1, press = 'UP' }, { at-ms = 1.5, release = 'UP' } ]",
    );
    play.hardware.outside.advance(0);
    play.say(700_000, "a");
    play.play(u64::MAX);
    assert_eq!(
        play.report(2_000_000),
        "scenario.toml:1: step 3 is at 1.5 ms, before step 2 at 1.7 ms: step 1 (expect-log \"a\") was met only at 0.7 ms"
    );
    assert_eq!(play.edges(), [(1_700_000, 10, High)]);
}

#[test]
fn a_report_can_be_asked_for_twice() {
    let mut play = Play::new("step = [ { at-ms = 1, press = 'UP' } ]");
    let report = |play: &Play, end_ns| play.handle.report(end_ns, &Outcome::Stopped);
    let early = report(&play, 999_999);
    assert!(early.cut_short() && !early.succeeded());
    assert_eq!(early, report(&play, 999_999));
    play.play(1_000_000);
    assert!(report(&play, 1_000_000).succeeded());
}

#[test]
fn the_seed_is_told_also_when_all_is_done() {
    let fault = "fault = { i2c = 0, kind = 'nack'";
    let report = |steps: &str| {
        let mut play = Play::new(steps);
        play.play(0);
        play.report(0)
    };
    // The guest may have failed because of the fault, and the scenario did not.
    let idle = |step| {
        let about = "disturbed nothing; transactions that it is about: 0";
        format!("scenario.toml:2: step {step} (fault on i2c 0: no acknowledge at byte 0) {about}")
    };
    assert_eq!(
        report(&format!("seed = 9\nstep = [ {{ press = 'UP' }}, {{ {fault}, rate = 0.5 }} }} ]")),
        format!("all 2 steps done, faults by chance came from seed 9\n  {}", idle(2))
    );
    assert_eq!(
        report(&format!("seed = 9\nstep = [ {{ {fault} }} }} ]")),
        format!("the step is done\n  {}", idle(1))
    );
}

#[test]
fn a_seed_that_is_told_can_be_pasted_or_given_to_the_program() {
    let fault = "step = [ { fault = { i2c = 0, kind = 'nack', rate = 0.5 } } ]";
    let board = Board::parse(BOARD, "board.toml").unwrap();
    let told = |text: &str, seed: u64| {
        let scenario = Scenario::parse(text, "scenario.toml", &board).unwrap();
        let (mut hardware, handle) = board.hardware_with(&scenario, seed);
        hardware.outside.advance(0);
        // Behind the first line, that the fault disturbed nothing.
        handle.report(0, &Outcome::Exit(0)).to_string().lines().next().unwrap_or_default().to_owned()
    };
    for seed in [0, u64::from(u32::MAX) + 1, (1 << 63) - 1] {
        let wanted = format!("the step is done, faults by chance came from seed {seed}");
        assert_eq!(told(fault, seed), wanted);
        assert_eq!(told(&format!("seed = {seed}\n{fault}"), 1), wanted, "pasted");
    }
    let highest = u64::MAX;
    assert_eq!(
        told(fault, highest),
        format!("the step is done, faults by chance came from seed {highest}: repeat with --seed {highest}")
    );
}

#[test]
fn what_expectations_answer_cannot_be_changed_beside_them() {
    let board = Board::parse(BOARD, "board.toml").unwrap();
    let steps = "step = [ { press = 'BOOT' },\n { set = { chip = 'levels', level = 1 } },\n { press = 'UP' },\n \
                 { drive = { pin = 4, level = 'high' } }, { fault = { i2c = 0, kind = 'nack' } }, { end = true } ]";
    let scenario = Scenario::parse(steps, "scenario.toml", &board).unwrap();
    let beside = |expectations: Expectations| scenario.check_beside(&expectations).map_err(|e| e.to_string());
    assert_eq!(beside(Expectations::strict().silent(Wire::Pin(5))), Ok(()));
    assert_eq!(
        beside(Expectations::strict().silent(Wire::I2c(0)).silent(Wire::Pin(10))).unwrap_err(),
        "scenario.toml:2: step 2 (set \"levels\" level=1) changes nothing: expectations answer on i2c.0\n\
         scenario.toml:3: step 3 (press \"UP\") changes nothing: expectations answer on pin 10"
    );
}

#[test]
fn a_line_that_floats_has_no_level_until_it_is_driven() {
    let mut play = Play::new(
        "step = [ { at-ms = 1, drive = { pin = 5, level = 'low' } }, { drive = { pin = 5, level = 'low' } } ]",
    );
    play.play(u64::MAX);
    assert_eq!(play.edges(), [(1_000_000, 5, Low)]);
}

#[test]
fn nothing_happens_after_a_failure() {
    let mut play = Play::new(
        "step = [ { press = 'BOOT' }, { expect-log = { contains = 'a', within-ms = 0 } }, { press = 'UP' } ]",
    );
    play.play(u64::MAX);
    play.say(5_000_000, "a");
    assert_eq!(play.edges(), [(0, 9, Low)], "not even bounces");
    assert!(
        play.report(5_000_000)
            .starts_with("scenario.toml:1: step 2 (expect-log \"a\") was not met within 0 ms")
    );
}

#[test]
fn a_scenario_of_many_steps_is_played_in_time() {
    // As many as a file can hold, with something to hear to the end.
    let steps = "{ after-ms = 0.001, press = 'UP' },\n".repeat(20_000);
    let mut play = Play::new(&format!("step = [ {steps} {{ expect-log = {{ contains = 'end' }} }} ]"));
    for at_us in 0..20_100 {
        play.say(at_us * 1000, "not yet");
    }
    play.say(20_100_000, "the end");
    assert_eq!(play.report(20_100_000), "all 20001 steps done");
}
