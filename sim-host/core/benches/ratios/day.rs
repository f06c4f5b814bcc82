//! A day of device time.

use std::time::Duration;

use sim_host::{Board, Guest, Sim};
use wasmtime::Result;

use crate::measure::{Row, show, time};

/// Forces a BME280 measurement, sleeps a second, reads the result, toggles an LED; for ever.
const SENSOR_LOOP: &str = r#"(module
    (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write-read" (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "open" (func $pin (param i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "toggle" (func $toggle (param i32) (result i32)))
    (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    (memory (export "memory") 1)
    (data (i32.const 16) "\f2\01\f4\25\f7")
    (func (export "run") (result i32) (local $bus i32) (local $led i32)
        (local.set $bus (call $open (i32.const 0) (i32.const 0)))
        (local.set $led (call $pin (i32.const 2) (i32.const 3) (i32.const 0)))
        (loop $again
            (drop (call $write (local.get $bus) (i32.const 0x76) (i32.const 16) (i32.const 4)))
            (call $sleep (i64.const 1000000))
            (drop (call $write_read (local.get $bus) (i32.const 0x76)
                (i32.const 20) (i32.const 1) (i32.const 32) (i32.const 8)))
            (drop (call $toggle (local.get $led)))
            (br $again))
        (i32.const 0)))"#;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// 24 hours of a 1 Hz sensor loop, without and with trace.
pub(crate) fn day() -> Result<Vec<Row>> {
    let board = Board::parse("[i2c.0]\nchips = [ { model = \"bme280\", address = 0x76 } ]", "bench board")?;
    let guest = Guest::from_bytes(SENSOR_LOOP)?;
    let mut rows = Vec::new();
    for traced in [false, true] {
        let mut best = Duration::MAX;
        for _ in 0..3 {
            best = best.min(time(|| {
                let sim = Sim::builder().board(board.clone()).guest(guest.clone()).stop_after(DAY);
                wasmtime::ensure!(sim.record_trace(traced).run()?.outcome == sim_host::Outcome::Stopped);
                Ok(())
            })?);
        }
        rows.push(Row {
            what: format!("24 h of a 1 Hz BME280 loop{}", if traced { ", traced" } else { "" }),
            ours: show(best, best.as_secs_f64()),
            compared_to: "the device's own day".into(),
            theirs: "24 h".into(),
            figure: format!("{:.3} s", best.as_secs_f64()),
            aim: "0.1 s".into(),
            reached: best <= Duration::from_millis(100),
        });
    }
    Ok(rows)
}
