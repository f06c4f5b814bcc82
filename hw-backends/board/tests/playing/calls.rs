//! Calls of the guest and the steps that wait for them: in which form they are compared and shown, and what meets what.

use device_abi::{Function, log};

use crate::Play;

impl Play {
    /// A call of `i2c.write` that ends at `at_ns`.
    fn write(&mut self, at_ns: u64, data: &[u8]) {
        self.call(Function::I2cWrite, at_ns, |call| {
            call.u32(1);
            call.u16(0x48);
            call.bytes(data);
        });
    }

    /// A call of `log.write` with its message: written at `at_ns`, ended a microsecond later.
    fn write_log(&mut self, at_ns: u64, text: &str) {
        self.say(at_ns, text);
        self.call(Function::LogWrite, at_ns + 1000, |call| {
            call.u8(log::Level::Info as u8);
            call.text(text);
        });
    }
}

/// A scenario whose only step waits for a call of `function` that contains `text`.
fn waits_for(function: &str, text: &str) -> Play {
    let mut play = Play::new(&format!(
        "step = [ {{ expect-call = {{ function = '{function}', contains = '{text}', within-ms = 1 }} }} ]"
    ));
    play.hardware.outside.advance(0);
    play
}

#[test]
fn what_a_report_shows_of_a_call_meets_the_step_when_it_is_pasted() {
    for (function, text) in [("i2c.write", "nothing"), ("log.write", "nothing")] {
        let go = |play: &mut Play| {
            play.write(10, &[0, 1]);
            play.write_log(20, "two  blanks   \"here\"");
            play.play(2_000_000);
            play.report(2_000_000)
        };
        let report = go(&mut waits_for(function, text));
        let shown = report.lines().last().unwrap().split_once("last: 0.").unwrap().1;
        let shown = shown.split_once(" ms ").unwrap().1;
        assert_eq!(go(&mut waits_for(function, shown)), "the step is done", "{shown}");
    }
}

#[test]
fn a_call_is_its_line_with_one_space_behind_the_function() {
    for contains in [
        "i2c.write i2c=1 address=0x48 data=[0001]",
        "write i2c=1",
        "data=[0001]",
        // As a trace pads it.
        "i2c.write       i2c=1",
    ] {
        let mut play = waits_for("i2c.write", contains);
        play.write(10, &[0, 1]);
        assert_eq!(play.report(20), "the step is done", "{contains}");
    }
    for contains in ["i2c.write   i2c=1", "i2c.writei2c=1", "i2c.write i2c=1  address"] {
        let mut play = waits_for("i2c.write", contains);
        play.write(10, &[0, 1]);
        assert!(play.report(20).contains("was not met"), "{contains}");
    }
}

#[test]
fn a_message_that_meets_a_step_does_not_meet_another_as_a_call() {
    let steps = "step = [ { expect-log = { contains = 'a' } },
                          { expect-call = { function = 'log.write', within-ms = 1 } } ]";
    let mut play = Play::new(steps);
    play.hardware.outside.advance(0);
    play.write_log(10_000, "a");
    play.play(2_000_000);
    assert_eq!(
        play.report(2_000_000),
        "scenario.toml:2: step 2 (expect-call log.write) was not met within 1 ms from 0.01 ms on\n  \
           seen since: no calls of log.write\n  \
           too early: 0.011 ms log.write level=info \"a\""
    );

    // The next call does.
    let mut play = Play::new(steps);
    play.hardware.outside.advance(0);
    play.write_log(10_000, "a");
    play.write_log(20_000, "a");
    assert_eq!(play.report(30_000), "all 2 steps done");
}

#[test]
fn a_message_that_meets_no_step_is_a_call_that_may() {
    let mut play = waits_for("log.write", "a");
    play.write_log(10_000, "a");
    assert_eq!(play.report(20_000), "the step is done");

    // A call in between, of something else, does not take the place of the message's own.
    let mut play = Play::new(
        "step = [ { expect-log = { contains = 'a' } }, { expect-call = { function = 'i2c.write' } },
                  { expect-call = { function = 'log.write' } } ]",
    );
    play.hardware.outside.advance(0);
    play.write_log(10_000, "a");
    play.write(20_000, &[1]);
    play.write_log(30_000, "b");
    assert_eq!(play.report(40_000), "all 3 steps done");
}
