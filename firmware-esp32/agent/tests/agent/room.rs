//! Memory that is scarce: what is refused, and what makes room.

use device_link::{LinkError, Reply, Request};

use crate::script::{Script, native};

/// Bytes that the agent keeps free while a guest runs.
const RESERVE: u32 = 16 * 1024;

const QUICK: &str = r#"(module (memory (export "memory") 1)
    (func (export "run") (result i32) (i32.const 3)))"#;

fn begin(length: u32) -> Request<'static> {
    Request::InstallBegin { length, crc32: 0, profile: "esp32c3" }
}

fn failed(error: LinkError) -> String {
    format!("{:?}", Reply::Failed(error))
}

#[test]
fn a_guest_that_leaves_too_little_is_refused() {
    let around = (RESERVE - 20..RESERVE + 20).chain(0..300).chain([118, 4_000]);
    for free in around {
        let mut script = Script::new();
        script.least_free = Some(free);
        let heard = script.install(QUICK).ask(Request::Start(native())).play(100);
        let ended = if free < RESERVE { "refused out-of-memory at 0 ms" } else { "exit 3 at 0 ms" };
        assert_eq!(heard.count(ended), 1, "{free}: {:#?}", heard.messages());
    }
}

#[test]
fn an_install_that_has_begun_makes_room_for_the_next() {
    // The former one has taken 200,000 bytes of 250,000.
    let mut script = Script::new();
    script.free = vec![(0, 250_000), (5, 50_000)];
    let heard = script.ask(begin(200_000)).after_ms(10).ask(begin(150_000)).play(100);
    assert_eq!(heard.count("Begun { limit: 4096 }"), 2, "{:#?}", heard.messages());

    // It goes on if there is no room all the same.
    let mut script = Script::new();
    script.free = vec![(0, 250_000), (5, 50_000)];
    let room = 50_000 - RESERVE + wat::parse_str(QUICK).unwrap().len() as u32;
    let heard =
        script.install_after(QUICK, 10, Some(begin(room + 1))).ask(Request::Start(native())).play(100);
    let too_large = failed(LinkError::AppTooLarge { bytes: room + 1, room });
    assert_eq!(heard.count(&too_large), 1, "{:#?}", heard.messages());
    assert_eq!(heard.count("exit 3 at 0 ms"), 1, "{:#?}", heard.messages());
}

#[test]
fn a_start_gives_an_install_up() {
    let mut script = Script::new();
    script.install(QUICK).ask(begin(4)).ask(Request::Start(native())).after_ms(10);
    let heard = script.ask(Request::InstallCommit).ask(Request::Start(native())).play(100);
    assert_eq!(heard.count(&failed(LinkError::NoInstall)), 1, "{:#?}", heard.messages());
    assert_eq!(heard.count("exit 3 at 0 ms"), 2, "{:#?}", heard.messages());
}

#[test]
fn a_start_that_fails_does_not() {
    let start = Request::Start(native());
    let heard = Script::new().install_after(QUICK, 0, Some(start)).ask(start).play(100);
    assert_eq!(heard.count(&failed(LinkError::NoApp)), 1, "{:#?}", heard.messages());
    assert_eq!(heard.count("exit 3 at 0 ms"), 1, "{:#?}", heard.messages());
}
