//! Scenarios around real guests, in virtual time: what happens when, what is said of what did not.

mod faults;
mod random;
mod reports;
mod times;

use sim_host::{Board, Guest, Run, Scenario, Sim, SimBuilder};

/// Pin 9 is a button, 4 is free; the chip at 0x48 on bus 0 has one register to play with.
const BOARD: &str = r#"
    [gpio]
    pins = { 4 = {} }
    parts = [ { model = "button", pin = 9, label = "BOOT" }, { model = "led", pin = 2, label = "LED" } ]
    [i2c.0]
    frequency-hz = 400_000
    chips = [ { model = "registers", address = 0x48, label = "levels",
                registers = [ { address = 1, name = "level", reset = 0x41 }, { address = 2, reset = 0x42 } ] } ]
"#;

/// Every 10 ms for a second: writes `pressed` or `released` when the button changed, `level X` when the register
/// changed to the character X, `bus error` when it could not be read. At first the level is unknown.
const WATCHER: &str = r#"(module
    (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
    (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    (import "device:abi/gpio@1" "open" (func $pin (param i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "read" (func $read (param i32) (result i32)))
    (import "device:abi/i2c@1" "open" (func $bus (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write-read" (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "pressed")
    (data (i32.const 16) "released")
    (data (i32.const 32) "bus error")
    (data (i32.const 48) "level ?")
    (data (i32.const 64) "\01")
    (func (export "run") (result i32)
        (local $button i32) (local $i2c i32) (local $turns i32) (local $was i32) (local $is i32) (local $level i32)
        (local.set $button (call $pin (i32.const 9) (i32.const 0) (i32.const 0)))
        (local.set $i2c (call $bus (i32.const 0) (i32.const 0)))
        (local.set $was (i32.const 1))
        (loop $again
            (local.set $is (call $read (local.get $button)))
            (if (i32.ne (local.get $is) (local.get $was)) (then
                (if (local.get $is)
                    (then (call $log (i32.const 2) (i32.const 16) (i32.const 8)))
                    (else (call $log (i32.const 1) (i32.const 0) (i32.const 7))))
                (local.set $was (local.get $is))))
            (if (call $write_read (local.get $i2c) (i32.const 0x48)
                    (i32.const 64) (i32.const 1) (i32.const 54) (i32.const 1))
                (then (call $log (i32.const 0) (i32.const 32) (i32.const 9)))
                (else (if (i32.ne (local.get $level) (i32.load8_u (i32.const 54))) (then
                    (local.set $level (i32.load8_u (i32.const 54)))
                    (call $log (i32.const 2) (i32.const 48) (i32.const 7))))))
            (call $sleep (i64.const 10000))
            (local.set $turns (i32.add (local.get $turns) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $turns) (i32.const 100))))
        (i32.const 0)))"#;

fn board() -> Board {
    Board::parse(BOARD, "board.toml").unwrap()
}

/// The watching guest with a scenario around it.
fn sim(steps: &str) -> SimBuilder {
    let scenario =
        Scenario::parse(steps, "scenario.toml", &board()).unwrap_or_else(|error| panic!("{error}"));
    Sim::builder().board(board()).guest(Guest::from_bytes(WATCHER).unwrap()).scenario(scenario)
}

fn run(steps: &str) -> Run {
    sim(steps).run().unwrap()
}

/// What is said of the scenario.
fn report(run: &Run) -> String {
    run.scenario.as_ref().unwrap().to_string()
}

/// When each message was written, nanoseconds.
fn written_ns(run: &Run) -> Vec<u64> {
    run.trace.calls("log.write").map(|call| call.start_ns).collect()
}

/// The run's messages with their times in milliseconds.
fn messages(run: &Run) -> Vec<(u64, &str)> {
    run.log.iter().map(|line| (line.time_us / 1000, line.text.as_str())).collect()
}
