//! A user's own hardware in a board's place, with a scenario around it.

use embedded_hal_mock::eh1::i2c::{Mock, Transaction};
use sim_host::{Board, Guest, Run, Scenario, Sim, SimBuilder, hw_mock::EmbeddedHalMock};

const BOARD: &str = "
    [gpio]
    parts = [ { model = 'button', pin = 9, label = 'BOOT' } ]
    [i2c.0]
    [i2c.1]
    chips = [ { model = 'bme280', address = 0x76 } ]";

/// Writes 00 10 aa to the chip at 0x50 on bus 0, again if that failed, and 00 to the chip at 0x76 on bus 1; ends with the
/// level of the button.
const GUEST: &str = r#"(module
    (import "device:abi/gpio@1" "open" (func $pin (param i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "read" (func $level (param i32) (result i32)))
    (import "device:abi/i2c@1" "open" (func $bus (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\00\10\aa")
    (func (export "run") (result i32)
        (local $bus i32)
        (local.set $bus (call $bus (i32.const 0) (i32.const 0)))
        (if (call $write (local.get $bus) (i32.const 0x50) (i32.const 0) (i32.const 3))
            (then (drop (call $write (local.get $bus) (i32.const 0x50) (i32.const 0) (i32.const 3)))))
        (drop (call $write (call $bus (i32.const 1) (i32.const 0)) (i32.const 0x76) (i32.const 0) (i32.const 1)))
        (call $level (call $pin (i32.const 9) (i32.const 1) (i32.const 0)))))"#;

fn sim(scenario: &str) -> SimBuilder {
    let board = Board::parse(BOARD, "board.toml").unwrap();
    let scenario =
        Scenario::parse(scenario, "scenario.toml", &board).unwrap_or_else(|error| panic!("{error}"));
    Sim::builder().board(board).scenario(scenario).guest(Guest::from_bytes(GUEST).unwrap())
}

/// The results of the guest's writes, as the trace shows them.
fn writes(run: &Run) -> Vec<String> {
    let trace = run.trace.to_string();
    let writes = trace.lines().filter(|line| line.contains("i2c.write "));
    writes.map(|line| line.rsplit_once(" -> ").map_or("", |(_, result)| result).to_owned()).collect()
}

#[test]
fn a_mock_that_panics_is_told_with_bus_call_and_position() {
    let bus = EmbeddedHalMock::new(0, Mock::new(&[Transaction::write(0x50, vec![0, 0x10, 0xbb])]));
    let backend = bus.clone();
    let sim = sim("step = [ { press = 'BOOT' } ]").replace(|mut hardware| {
        hardware.i2c[0].bus = Box::new(backend);
        hardware
    });
    let run = sim.run().unwrap();
    assert_eq!(writes(&run), ["error other", "error other", ""]);
    assert_eq!(run.outcome.to_string(), "exit 0", "the guest goes on, and the button is down");
    let panic = bus.finish(|mock| mock.done()).unwrap_err();
    assert_eq!((panic.name.as_str(), panic.position), ("i2c.0", 1));
    let text = panic.to_string();
    assert!(
        text.starts_with("i2c.0: call 1 of it, i2c.0 0x50 write [00 10 aa]: the mock panicked at "),
        "{text}"
    );
    assert!(text.contains("i2c::write data does not match expectation"), "{text}");
}

#[test]
fn a_scenario_disturbs_a_mock_and_presses_a_button_beside_it() {
    let steps = "step = [
        { fault = { i2c = 0, kind = 'nack', byte = 2, times = 1 } },
        { press = 'BOOT' },
        { expect-call = { function = 'i2c.write', contains = '-> error no-acknowledge-data' } },
        { expect-call = { function = 'gpio.read', contains = '-> low' } },
    ]";
    // The mock hears the second write only.
    let bus = EmbeddedHalMock::new(0, Mock::new(&[Transaction::write(0x50, vec![0, 0x10, 0xaa])]));
    let backend = bus.clone();
    let sim = sim(steps).replace(|mut hardware| {
        hardware.i2c[0].bus = Box::new(backend);
        hardware
    });
    let run = sim.run().unwrap();
    assert_eq!(writes(&run), ["error no-acknowledge-data", "", ""]);
    assert_eq!(run.scenario.as_ref().unwrap().to_string(), "all 4 steps done");
    assert_eq!(run.outcome.to_string(), "exit 0");
    bus.finish(|mock| mock.done()).unwrap();
}

#[test]
fn what_is_replaced_later_gets_what_was_replaced_before() {
    let bus = EmbeddedHalMock::new(1, Mock::new(&[Transaction::write(0x76, vec![0])]));
    let backend = bus.clone();
    let sim = sim("step = [ { press = 'BOOT' } ]")
        .replace(|mut hardware| {
            hardware.i2c[1].bus = Box::new(backend);
            hardware.i2c.remove(0);
            hardware
        })
        .replace(|hardware| {
            assert_eq!(hardware.i2c.iter().map(|wires| wires.number).collect::<Vec<_>>(), [1]);
            hardware
        });
    let run = sim.run().unwrap();
    assert_eq!(writes(&run), ["error invalid-handle", "error invalid-handle", ""]);
    bus.finish(|mock| mock.done()).unwrap();
}
