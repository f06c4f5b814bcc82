//! Whatever comes over the line that is not the host's.

use device_link::{Answered, LinkError, Reply, Request, Start};

use crate::{
    fake::{FIRST, HIGHEST},
    script::{Script, bench, native},
};

const FAST: Request<'static> = Request::LineRate { baud: HIGHEST };

/// Opens a pin, sleeps, and exits with 0 if the pin could be opened.
const GUEST: &str = r#"(module
    (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
    (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    (memory (export "memory") 1)
    (func (export "run") (result i32) (local $pin i32)
      (local.set $pin (call $open (i32.const 0) (i32.const 0) (i32.const 0)))
      (call $sleep (i64.const 2000000))
      (i32.lt_s (local.get $pin) (i32.const 0))))"#;

/// Computes for good.
const BUSY: &str = r#"(module (memory (export "memory") 1)
    (func (export "run") (result i32) (loop $again (br $again)) (unreachable)))"#;

/// Kinds that nobody knows, those of a device, and no hello of this protocol.
const FOREIGN: [&[u8]; 6] = [
    &[6, 0, 1, 0, 1],
    &[0x85, 0, 1, 0, 4, 0],
    &[0x81, 0, 1, 0],
    &[0xff; 12],
    &[1, 0, 1, 0, 7, 7, 7, 7, 2, 0],
    &[2],
];

/// How the last run ended, after a hello at 15 s.
fn last_end(script: &mut Script) -> String {
    let heard = script.hello().ask(Request::Info).play(20_000);
    assert_eq!(heard.app(), "idle, 0 failed");
    heard.last_end()
}

#[test]
fn an_echo_is_no_sign_of_the_host() {
    let mut script = Script::new();
    script.echoes = true;
    script.install(GUEST).ask(Request::Start(bench())).after_ms(15_000);
    assert_eq!(last_end(&mut script), "exit 1");
}

#[test]
fn what_nobody_knows_is_no_sign_of_the_host() {
    let mut script = Script::new();
    script.install(GUEST).ask(Request::Start(bench()));
    for number in 0..15 {
        script.after_ms(1_000).payload(FOREIGN[number % FOREIGN.len()]);
    }
    assert_eq!(last_end(&mut script), "exit 1");
}

#[test]
fn what_cannot_be_read_is_one() {
    let mut script = Script::new();
    script.install(GUEST).ask(Request::Start(bench()));
    for _ in 0..10 {
        // A request and a credit that are cut.
        script.after_ms(1_000).payload(&[2, 0, 50, 0]).payload(&[5, 0, 0, 0]);
    }
    // The pin is opened, and closed.
    let heard = script.answer(0, Answered::Done).after_ms(10).answer(1, Answered::Done).play(20_000);
    assert_eq!(heard.when("exit 0 at 2000 ms"), 10_010);
}

#[test]
fn a_rate_at_which_only_noise_comes_is_given_up() {
    let mut script = Script::new();
    script.ask(FAST).at_baud(HIGHEST);
    for number in 0..20 {
        script.after_ms(300).payload(FOREIGN[number % FOREIGN.len()]);
    }
    assert_eq!(script.play(10_000).rates, [(0, HIGHEST), (1_000, FIRST)]);
}

#[test]
fn a_line_that_never_pauses_keeps_the_device_from_nothing() {
    let mut script = Script::new();
    script.floods = true;
    script.install(GUEST).ask(Request::Start(native()));
    let heard = script.play(10_000);
    assert!((2_000..2_010).contains(&heard.when("exit 1 at 2000 ms")), "{:#?}", heard.messages());

    let mut script = Script::new();
    script.floods = true;
    script.install(BUSY).ask(Request::Start(Start { compute_ms: Some(1_000), ..native() }));
    let heard = script.play(10_000);
    assert!((1_000..1_200).contains(&heard.when("limit compute at 0 ms")), "{:#?}", heard.messages());

    let mut script = Script::new();
    script.floods = true;
    let heard = script.ask(FAST).play(10_000);
    assert!((1_000..1_010).contains(&heard.rates[1].0), "{:?}", heard.rates);
}

#[test]
fn what_is_about_an_app_that_cannot_be_is_ignored() {
    // Data.
    let heard = Script::new().install_as(1, GUEST).play(100);
    let length = wat::parse_str(GUEST).unwrap().len() as u32;
    let incomplete = Reply::Failed(LinkError::InstallIncomplete { received: 0, length });
    assert_eq!(heard.count(&format!("{incomplete:?}")), 1, "{:#?}", heard.messages());

    // An answer.
    let mut script = Script::new();
    script.install(GUEST).ask(Request::Start(bench()));
    for app in [1, 0] {
        script.about(app).after_ms(100).answer(0, Answered::Done).after_ms(10).answer(1, Answered::Done);
    }
    assert_eq!(script.play(1_000).when("exit 0 at 2000 ms"), 220);

    // Credit.
    let mut script = Script::with_window(0);
    script.install(GUEST).ask(Request::Start(native()));
    script.about(1).after_ms(3_000).credit(0, 8).about(0).after_ms(1_000).credit(0, 8);
    assert_eq!(script.play(5_000).when("exit 1 at 2000 ms"), 4_000);
}

#[test]
fn a_credit_that_is_ignored_puts_nothing_off() {
    let mut script = Script::new();
    script.gives_credit = false;
    script.install(GUEST).ask(Request::Start(native())).after_ms(2_000);
    for _ in 0..50 {
        script.after_ms(100).credit(500, 8);
    }
    let heard = script.play(7_000);
    assert!(heard.count("exit 1 at 2000 ms") > 1, "{:#?}", heard.messages());
}
