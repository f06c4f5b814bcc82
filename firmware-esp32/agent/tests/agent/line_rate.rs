//! The line's bit rate: agreed on, and given up when nothing whole comes at it.

use device_link::{LinkError, Reply, Request};

use crate::{
    fake::{FIRST, HIGHEST, LOWEST},
    script::{Script, native},
};

const FAST: Request<'static> = Request::LineRate { baud: HIGHEST };

/// How often an idle agent looks at the time, milliseconds.
const LOOK_MS: u64 = 100;

#[test]
fn rates_that_the_line_cannot_do_are_refused() {
    let mut script = Script::new();
    for baud in [0, LOWEST - 1, HIGHEST + 1, u32::MAX] {
        script.ask(Request::LineRate { baud });
    }
    let heard = script.play(2_000);
    let refused = format!("{:?}", Reply::Failed(LinkError::LineRate { highest: HIGHEST }));
    assert_eq!(heard.messages().iter().filter(|message| message.2 == refused).count(), 4);
    assert_eq!(heard.rates, []);
    let mut script = Script::new();
    script.has_rate = false;
    let heard = script.ask(FAST).play(2_000);
    heard.when(&format!("{:?}", Reply::Failed(LinkError::NotSupported)));
    assert_eq!(heard.rates, []);
}

#[test]
fn the_reply_goes_at_the_old_rate_and_all_else_at_the_new_one() {
    let mut script = Script::new();
    script.after_ms(100).ask(FAST).after_ms(50).at_baud(HIGHEST).hello();
    for _ in 0..20 {
        script.after_ms(1_000).ask(Request::Info);
    }
    let heard = script.play(20_500);
    let messages = heard.messages();
    assert_eq!(messages[1], (100, FIRST, "Done".to_owned()));
    assert_eq!(messages[2], (150, HIGHEST, "hello".to_owned()));
    assert_eq!(messages.len(), 3 + 20, "{messages:#?}");
    assert_eq!(messages[22], (20_150, HIGHEST, format!("info, Some({HIGHEST})")));
    assert_eq!(heard.rates, [(100, HIGHEST)]);
}

#[test]
fn without_a_whole_frame_for_a_second_it_goes_back() {
    // The host goes on at the old rate: at the new one that is garbage, and no sign of anything.
    let mut script = Script::new();
    script.ask(FAST);
    for _ in 0..12 {
        script.after_ms(100).ask(Request::Info);
    }
    let heard = script.play(3_000);
    assert_eq!(heard.rates, [(0, HIGHEST), (1_000, FIRST)]);
    assert!((1_000..=1_200).contains(&heard.when(&format!("info, Some({FIRST})"))));
}

#[test]
fn later_on_three_seconds_are_waited() {
    let mut script = Script::new();
    script.ask(FAST).after_ms(900).at_baud(HIGHEST).hello().after_ms(2_900).ask(Request::Info);
    // Then the host is gone, and another one says hello as every host does.
    script.after_ms(5_000).at_baud(FIRST).hello();
    let heard = script.play(10_000);
    assert_eq!(heard.rates.len(), 2, "{:?}", heard.rates);
    assert!((6_800..=6_800 + LOOK_MS).contains(&heard.rates[1].0), "{:?}", heard.rates);
    assert_eq!(heard.messages().last(), Some(&(8_800, FIRST, "hello".to_owned())));
}

#[test]
fn a_change_whose_reply_was_lost_is_made_again() {
    let mut script = Script::new();
    let heard =
        script.ask(FAST).after_ms(1_200).again(FAST).after_ms(100).at_baud(HIGHEST).hello().play(2_000);
    assert_eq!(heard.rates, [(0, HIGHEST), (1_000, FIRST), (1_200, HIGHEST)]);
    assert_eq!(heard.messages().last(), Some(&(1_300, HIGHEST, "hello".to_owned())));
}

#[test]
fn at_the_first_rate_nothing_is_waited_for() {
    let mut script = Script::new();
    script.ask(FAST).at_baud(HIGHEST).after_ms(100).hello().ask(Request::LineRate { baud: FIRST });
    let heard = script.play(20_000);
    assert_eq!(heard.rates, [(0, HIGHEST), (100, FIRST)]);
}

#[test]
fn a_guest_that_sleeps_does_not_keep_the_line_at_a_dead_rate() {
    let guest = r#"(module
        (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
        (memory (export "memory") 1)
        (func (export "run") (result i32) (call $sleep (i64.const 3600000000)) (i32.const 5)))"#;
    let mut script = Script::new();
    script.install(guest).ask(Request::Start(native())).after_ms(500).ask(FAST);
    script.after_ms(2_000).hello();
    let heard = script.play(3_700_000);
    assert_eq!(heard.rates.len(), 2, "{:?}", heard.rates);
    assert!((1_500..=1_500 + LOOK_MS).contains(&heard.rates[1].0), "{:?}", heard.rates);
    assert!(heard.messages().contains(&(2_500, FIRST, "hello".to_owned())));
    // And meanwhile it slept as long as it wanted, while the watchdog was fed.
    assert_eq!(heard.when("exit 5 at 3600000 ms"), 3_600_000);
    assert!(heard.hungry_ms <= 200, "{}", heard.hungry_ms);
}
