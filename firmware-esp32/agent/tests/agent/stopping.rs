//! The host ends a run in bench mode.

use device_link::{Answered, Request};

use crate::script::{Script, bench};

/// Opens a pin again and again.
const GUEST: &str = r#"(module
    (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "run") (result i32)
      (loop $again (drop (call $open (i32.const 0) (i32.const 0) (i32.const 0))) (br $again))
      (unreachable)))"#;

/// Opens a pin once.
const QUICK: &str = r#"(module
    (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "run") (result i32) (call $open (i32.const 0) (i32.const 0) (i32.const 0))))"#;

/// When the run ended, milliseconds. The host stops it after a second, and asks how the device is every 500 ms.
fn stopped(guest: &str, answer_ms: u64) -> u64 {
    let mut script = Script::new();
    script.install(guest).ask(Request::Start(bench())).after_ms(1_000).ask(Request::Stop);
    for at_ms in (1_000..20_000).step_by(500) {
        // The pin is opened, and closed.
        for number in [0, 1] {
            if at_ms == answer_ms + 500 * u64::from(number) {
                script.answer(number, Answered::Done);
            }
        }
        script.ask(Request::Info).after_ms(500);
    }
    let heard = script.play(20_000);
    let ended = heard.messages().into_iter().find(|message| message.2.starts_with("stopped at"));
    ended.unwrap_or_else(|| panic!("{:#?}", heard.messages())).0
}

#[test]
fn a_call_that_is_answered_ends_as_it_would_have() {
    assert_eq!(stopped(GUEST, 3_000), 3_500);
}

#[test]
fn a_call_that_is_not_answered_is_given_up() {
    for guest in [GUEST, QUICK] {
        assert_eq!(stopped(guest, 30_000), 6_000);
    }
}
