//! Boards, guests, and runs in both places.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use remote_board::{Firmware, Line, Place, RemoteBoard, RemoteError, Session};
use sim_host::{Board, Guest, Profile, Run, Sim, SimBuilder};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

/// Where the tests look for a board.
pub(crate) fn place() -> Place {
    match std::env::var("TWINBOARD_PLACE") {
        Ok(place) => place.parse().expect("TWINBOARD_PLACE"),
        Err(_) => Place::Host,
    }
}

/// The images, which are there.
pub(crate) fn firmware() -> Firmware {
    let folder =
        std::env::var_os("TWINBOARD_FIRMWARE").map_or_else(|| root().join("target/firmware"), PathBuf::from);
    let firmware = Firmware { host: folder.join("host"), qemu: folder.join("qemu-virt.elf") };
    let (image, board) = match place() {
        Place::Qemu => (&firmware.qemu, "qemu-virt"),
        _ => (&firmware.host, "host"),
    };
    assert!(
        image.is_file(),
        "there is no firmware {}: build it with `cargo xtask firmware --board {board}`",
        image.display()
    );
    firmware
}

/// Whether the board is a process of this machine, which is faster by far than an emulated one.
pub(crate) fn is_host() -> bool {
    place() == Place::Host
}

pub(crate) fn line() -> Box<dyn Line> {
    place().open(&firmware()).unwrap()
}

pub(crate) fn board() -> RemoteBoard {
    RemoteBoard::open(&place(), &firmware()).unwrap()
}

/// A board whose line passes through `wrap`.
pub(crate) fn board_behind(
    wrap: impl FnOnce(Box<dyn Line>) -> Box<dyn Line>,
) -> Result<RemoteBoard, RemoteError> {
    Session::open(wrap(line()), "the line").map(RemoteBoard::new)
}

pub(crate) const BME280: &str =
    "[i2c.0]\nsda = 5\nscl = 6\nchips = [ { model = \"bme280\", address = 0x76 } ]";

/// A run of `guest`, given as text or bytes, on a board with a BME280 and free pins.
pub(crate) fn sim(guest: impl AsRef<[u8]>) -> SimBuilder {
    Sim::builder()
        .board(Board::parse(BME280, "board.toml").unwrap())
        .profile(&Profile::ESP32C3)
        .guest(Guest::from_bytes(guest).unwrap())
        .limit_compute(Duration::from_secs(10))
}

/// Compares what a board did with what the simulator did: of the outcome its words and numbers, for details are the
/// parser's, and differ with the features that it is built with.
#[track_caller]
pub(crate) fn assert_same(there: &Run, here: &Run, what: &str) {
    assert_eq!(there.outcome.to_string(), here.outcome.to_string(), "{what}");
    assert_eq!(there.log, here.log, "{what}");
    assert_eq!(there.trace.to_string(), here.trace.to_string(), "{what}");
    assert_eq!(there.device_time_ns, here.device_time_ns, "{what}");
}

/// The error that a run or an opening ended in, with all that it is caused by.
pub(crate) fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

/// A guest that reads the chip's id `times` times and logs each time; `pause_ns` of sleep between.
pub(crate) fn reader(times: u32, pause_ns: u64) -> String {
    format!(
        r#"(module
          (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
          (import "device:abi/i2c@1" "write-read" (func $read (param i32 i32 i32 i32 i32 i32) (result i32)))
          (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
          (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
          (memory (export "memory") 1)
          (data (i32.const 0) "\d0read it again")
          (func (export "run") (result i32)
            (local $bus i32) (local $n i32)
            (local.set $bus (call $open (i32.const 0) (i32.const 0)))
            (loop $again
              (if (call $read (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 64) (i32.const 1))
                (then (return (i32.const 1))))
              (call $log (i32.const 2) (i32.const 1) (i32.const 13))
              (call $sleep (i64.const {pause_ns}))
              (local.set $n (i32.add (local.get $n) (i32.const 1)))
              (br_if $again (i32.lt_u (local.get $n) (i32.const {times}))))
            (i32.const 0)))"#
    )
}

/// A guest that does nothing.
pub(crate) const NOTHING: &str =
    r#"(module (memory (export "memory") 1) (func (export "run") (result i32) (i32.const 7)))"#;

/// Time since some moment.
#[expect(clippy::disallowed_methods, reason = "tests of boards in real time")]
pub(crate) fn now() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}
