//! The examples, in virtual time on the simulator and in real time on the board: the same calls, at the same device
//! times, because nothing is connected to either; but the board takes as long as it says.

use std::time::Duration;

use device_link::{List, Start};
use sim_host::{Board, Guest, Profile, Sim};

use super::{WIRES, native, with_bus};
use crate::{
    raw::Raw,
    support::{line, now, root},
};

/// Runs an example for so long in both places.
fn same(name: &str, arguments: &[&str], time: Duration) {
    let file = root().join("target/guests").join(name).with_extension("wasm");
    assert!(file.is_file(), "there is no guest {}: build it with `cargo xtask guests`", file.display());
    let guest = Guest::load(&file).unwrap();
    let mut raw = Raw::greeted(line());
    raw.install(guest.wasm());
    let before = now();
    let there = raw.run(Start {
        arguments: List::from(arguments),
        stop_after_ns: Some(time.as_nanos() as u64),
        trace_bytes: Some(u64::MAX),
        pins: with_bus(),
        i2c: List::of(&WIRES),
        ..native()
    });
    let took = now() - before;
    let mut board = String::from("[i2c.0]\nfrequency-hz = 400_000\nsda = 5\nscl = 6\n[gpio.pins]\n");
    for pin in [0, 1, 3, 4, 7, 10] {
        board += &format!("{pin} = {{}}\n");
    }
    let here = Sim::builder()
        .board(Board::parse(&board, "board.toml").unwrap())
        .profile(&Profile::ESP32C3)
        .guest(guest)
        .args(arguments.iter().copied())
        .stop_after(time)
        .run()
        .unwrap();
    assert_eq!(there.outcome(), here.outcome.to_string(), "{name}");
    let calls: Vec<_> = here.trace.records().map(|record| record.to_string()).collect();
    assert_eq!(there.calls(), calls, "{name}");
    let logs: Vec<_> = here.log.iter().map(|line| line.text.clone()).collect();
    assert_eq!(there.logs, logs, "{name}");
    let device_time = Duration::from_nanos(here.device_time_ns);
    assert!(took >= device_time, "{name}: {device_time:?} in {took:?}");
    assert!(took < device_time + Duration::from_secs(10), "{name}: {device_time:?} in {took:?}");
}

#[test]
fn blink() {
    same("blink", &[], Duration::from_millis(2_200));
}

#[test]
fn ticker() {
    same("ticker", &["2"], Duration::from_secs(10));
}

#[test]
fn weather() {
    same("weather", &[], Duration::from_millis(2_200));
}
