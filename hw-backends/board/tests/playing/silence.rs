//! Steps that wait for time without a message.

use device_abi::gpio::Level::High;
use hw_core::backend::Outlook;

use crate::Play;

/// No message with an `a` from 1 to 3 ms, and then a button.
const QUIET: &str =
    "step = [ { at-ms = 1, expect-no-log = { contains = 'a', for-ms = 2 } }, { press = 'UP' } ]";

#[test]
fn what_must_not_be_said_ends_the_run() {
    let mut play = Play::new(QUIET);
    play.play(1_000_000);
    play.say(1_500_000, "b");
    assert!(!play.outlook().end);
    play.say(2_500_000, "bad");
    assert_eq!(play.outlook(), Outlook { end: true, ..Outlook::default() });
    play.say(2_600_000, "again");
    play.play(u64::MAX);
    assert!(play.edges().is_empty());
    assert_eq!(
        play.report(2_600_000),
        "scenario.toml:1: step 1 (expect-no-log \"a\" for 2 ms) was not kept from 1 ms on: after 1.5 ms there was one\n  \
           seen: 2.5 ms info  \"bad\""
    );
}

#[test]
fn it_counts_from_when_the_step_begins_to_its_end() {
    let mut play = Play::new(QUIET);
    play.say(999_999, "a");
    play.play(1_000_000);
    assert_eq!(play.outlook(), Outlook { next_ns: Some(3_000_000), listens: true, end: false });
    play.say(3_000_000, "a");
    assert_eq!(play.edges(), [(3_000_000, 10, High)]);
    assert_eq!(play.report(3_000_000), "all 2 steps done");

    let mut play = Play::new(QUIET);
    play.play(1_000_000);
    play.say(2_999_999, "a");
    assert!(play.report(3_000_000).contains("after 1.999999 ms there was one"));
}

#[test]
fn a_level_makes_a_difference() {
    let steps = |level: &str| {
        format!("step = [ {{ expect-no-log = {{ contains = 'a', level = '{level}', for-ms = 1 }} }} ]")
    };
    for (level, kept) in [("error", true), ("info", false)] {
        let mut play = Play::new(&steps(level));
        play.play(0);
        play.say(10, "a");
        let report = play.report(1_000_000);
        assert_eq!(report == "the step is done", kept, "{level}: {report}");
    }
}

#[test]
fn a_run_that_ends_before_has_not_shown_it() {
    let mut play = Play::new(QUIET);
    play.play(2_000_000);
    assert_eq!(
        play.report(2_999_999),
        "scenario.toml:1: step 1 (expect-no-log \"a\" for 2 ms) was not over, from 1 ms on: \
           the run ended at 2.999999 ms (exit 0)\n\
         scenario.toml:1: step 2 (press \"UP\") was never reached"
    );
}

#[test]
fn a_message_that_meets_a_step_may_begin_the_silence() {
    let mut play = Play::new(
        "step = [ { expect-log = { contains = 'a' } }, { expect-no-log = { contains = 'a', for-ms = 1 } } ]",
    );
    play.play(0);
    play.say(10, "a");
    play.play(2_000_000);
    assert_eq!(play.report(2_000_000), "all 2 steps done");
}
