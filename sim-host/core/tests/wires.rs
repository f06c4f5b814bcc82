//! A run's VCD file, read back and decoded from the waveform.

#[path = "../../../hw-backends/wires/tests/support/mod.rs"]
mod support;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use sim_host::{Board, Guest, Run, Scenario, Sim, SimBuilder, SimError, hw_wires::WireEvent};
use support::{decode, line, wire};
use vcd::Value::{V0, V1, Z};

const BOARD: &str = "
    [board]
    profile = \"esp32c3\"
    [gpio.pins]
    1 = { label = \"status LED\" }
    4 = { label = \"BOOT\", pull = \"up\" }
    [i2c.0]
    frequency-hz = 400_000
    sda = 5
    scl = 6
    chips = [ { model = \"bme280\", address = 0x76 } ]";

/// Opens LED and button; reads the BME280's id, looks for somebody at 0x50, sets two registers; does what `end` says.
fn guest(end: &str) -> Guest {
    let text = format!(
        r#"(module
            (import "device:abi/gpio@1" "open" (func $pin (param i32 i32 i32) (result i32)))
            (import "device:abi/gpio@1" "read" (func $level (param i32) (result i32)))
            (import "device:abi/gpio@1" "write" (func $drive (param i32 i32) (result i32)))
            (import "device:abi/i2c@1" "open" (func $bus (param i32 i32) (result i32)))
            (import "device:abi/i2c@1" "write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "device:abi/i2c@1" "write-read"
                (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
            (memory (export "memory") 1)
            (data (i32.const 0) "\d0\f2\01\f4\27")
            (func (export "run") (result i32)
                (local $led i32) (local $button i32) (local $bus i32)
                (local.set $led (call $pin (i32.const 1) (i32.const 3) (i32.const 0)))
                (local.set $button (call $pin (i32.const 4) (i32.const 0) (i32.const 0)))
                (local.set $bus (call $bus (i32.const 0) (i32.const 0)))
                (drop (call $drive (local.get $led) (i32.const 1)))
                (drop (call $write_read (local.get $bus) (i32.const 0x76)
                    (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 1)))
                (drop (call $write (local.get $bus) (i32.const 0x50) (i32.const 0) (i32.const 0)))
                (drop (call $write (local.get $bus) (i32.const 0x76) (i32.const 1) (i32.const 4)))
                (drop (call $drive (local.get $led) (i32.const 0)))
                (drop (call $level (local.get $button)))
                {end}))"#
    );
    Guest::from_bytes(text.as_bytes()).unwrap()
}

fn sim(end: &str) -> SimBuilder {
    Sim::builder().board(Board::parse(BOARD, "board.toml").unwrap()).guest(guest(end))
}

/// What a guest does until `end` is on the wires.
fn check(file: &str, run: &Run) {
    let decoded = decode(file, "i2c0");
    // BME280 datasheet BST-BME280-DS002, section 5.4.1: the id 0x60 is in register 0xd0.
    let expected = "S ec+ d0+ Sr ed+ 60- P S a0- P S ec+ f2+ 01+ f4+ 27+ P";
    assert_eq!(line(&decoded), expected);
    assert!(decoded.last().unwrap().0 < run.device_time_ns);

    let led = wire(file, &["gpio", "status_LED"]);
    assert_eq!(
        led.iter().map(|&(_, value)| value).collect::<Vec<_>>(),
        [Z, V0, V1, V0, Z],
        "closed when the run ends"
    );
    let lit_ns = led[3].0 - led[2].0;
    // 39 + 11 + 47 cycles of 2.5 us, and the time of the calls themselves.
    let bus_ns = (39 + 11 + 47) * 2_500;
    assert!((bus_ns..bus_ns + 20_000).contains(&lit_ns), "{lit_ns} ns");
    assert!(led[2].0 <= decoded[0].0 && decoded.last().unwrap().0 <= led[3].0);

    let button: Vec<_> = wire(file, &["gpio", "BOOT"]).iter().map(|&(_, value)| value).collect();
    assert_eq!(button, [V1], "the resistor, from the beginning");
    assert_eq!(wire(file, &["gpio_output", "BOOT_output"]).len(), 1);
}

#[test]
fn a_run_keeps_its_wires() {
    let run = sim("(i32.const 7)").wires(true).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 7");
    check(&run.wires.vcd(), &run);
    assert_eq!(run.wires.end_ns, run.device_time_ns);
    let transactions = run.wires.events.iter().filter(|event| matches!(event, WireEvent::I2c(_)));
    assert_eq!(transactions.count(), 3);
}

#[test]
fn recording_changes_nothing_for_the_guest() {
    let plain = sim("(i32.const 0)").run().unwrap();
    let recorded = sim("(i32.const 0)").wires(true).run().unwrap();
    assert_eq!(recorded.outcome.to_string(), "exit 0");
    assert_eq!((plain.trace, plain.device_time_ns), (recorded.trace, recorded.device_time_ns));
    assert_eq!((plain.wires.events.len(), recorded.wires.events.len()), (0, 9));
}

/// Somewhere to write that is still there afterwards.
#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_file_is_whole_after_a_trap() {
    let shared = Shared::default();
    let run = sim("(unreachable)").vcd(shared.clone()).wires(true).run().unwrap();
    assert!(run.outcome.to_string().starts_with("trap"), "{}", run.outcome);
    let file = String::from_utf8(std::mem::take(&mut shared.0.lock().unwrap())).unwrap();
    check(&file, &run);
    assert_eq!(file, run.wires.vcd(), "written while it happened, and afterwards");
}

/// Somewhere that cannot be written.
#[derive(Debug)]
struct Broken;

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_output_that_fails_is_told() {
    let error = sim("(i32.const 0)").vcd(Broken).run().unwrap_err();
    assert!(
        matches!(&error, SimError::Vcd(cause) if cause.kind() == io::ErrorKind::StorageFull),
        "{error:?}"
    );
    assert_eq!(error.to_string(), "VCD cannot be written");
}

#[test]
fn what_is_kept_is_bounded_and_the_file_is_not() {
    let shared = Shared::default();
    let run = sim("(i32.const 0)").vcd(shared.clone()).wires(true).limit_wires(300).run().unwrap();
    let file = String::from_utf8(std::mem::take(&mut shared.0.lock().unwrap())).unwrap();
    check(&file, &run);
    let kept = run.wires.events.len() as u64;
    let left_out = run.wires.left_out;
    assert!((1..9).contains(&kept), "{kept} events");
    assert_eq!(kept + left_out.transactions + left_out.pin_changes, 9);
    assert!(run.picture("").contains(">3 transactions, 6 pin changes, 0 messages; "), "all are counted");
}

#[test]
fn a_run_draws_itself() {
    let run = sim("(i32.const 0)").wires(true).run().unwrap();
    let picture = run.picture("a test");
    for text in [">a test<", ">status LED<", ">BOOT<", ">0x76 W<", ">0x50 W<", ">Sr<", ">60<", ">27<"] {
        assert!(picture.contains(text), "{text} in\n{picture}");
    }
    assert_eq!(picture.matches("class=\"refused\"").count(), 2, "the legend, and nobody at 0x50");
}

#[test]
fn what_a_scenario_does_to_a_pin_is_there_at_its_time() {
    let guest = Guest::from_bytes(
        br#"(module
            (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
            (import "device:abi/gpio@1" "read" (func $read (param i32) (result i32)))
            (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
            (memory (export "memory") 1)
            (func (export "run") (result i32) (local $button i32)
                (local.set $button (call $open (i32.const 4) (i32.const 0) (i32.const 0)))
                (call $sleep (i64.const 50000))
                (call $read (local.get $button))))"#,
    )
    .unwrap();
    let board = Board::parse(BOARD, "board.toml").unwrap();
    let steps = "
        [[step]]
        at-ms = 10
        drive = { pin = 4, level = \"low\" }
        [[step]]
        at-ms = 20
        drive = { pin = 4, level = \"released\" }
        [[step]]
        at-ms = 30
        drive = { pin = 4, level = \"low\" }";
    let scenario = Scenario::parse(steps, "scenario.toml", &board).unwrap();
    let run = Sim::builder().board(board).guest(guest).scenario(scenario).wires(true).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 0", "the guest has read low");
    const MS: u64 = 1_000_000;
    assert_eq!(
        wire(&run.wires.vcd(), &["gpio", "BOOT"]),
        [(0, V1), (10 * MS, V0), (20 * MS, V1), (30 * MS, V0)]
    );
}

#[test]
fn a_line_on_which_guest_and_outside_disagree_has_the_simulated_level() {
    let guest = Guest::from_bytes(
        br#"(module
            (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
            (import "device:abi/gpio@1" "read" (func $read (param i32) (result i32)))
            (import "device:abi/gpio@1" "write" (func $write (param i32 i32) (result i32)))
            (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
            (memory (export "memory") 1)
            (func (export "run") (result i32) (local $out i32) (local $seen i32)
                (local.set $out (call $open (i32.const 1) (i32.const 3) (i32.const 0)))
                (call $sleep (i64.const 1000))
                (local.set $seen (call $read (local.get $out)))
                (drop (call $write (local.get $out) (i32.const 1)))
                (call $sleep (i64.const 1000))
                (drop (call $write (local.get $out) (i32.const 0)))
                (call $sleep (i64.const 1000))
                (local.get $seen)))"#,
    )
    .unwrap();
    let board = Board::parse(BOARD, "board.toml").unwrap();
    let steps = "
        [[step]]
        at-ms = 0.5
        drive = { pin = 1, level = \"high\" }
        [[step]]
        at-ms = 2.5
        drive = { pin = 1, level = \"released\" }";
    let scenario = Scenario::parse(steps, "scenario.toml", &board).unwrap();
    let run = Sim::builder().board(board).guest(guest).scenario(scenario).wires(true).run().unwrap();
    assert_eq!(run.outcome.to_string(), "exit 1", "the guest has read high");
    let levels = wire(&run.wires.vcd(), &["gpio", "status_LED"]);
    let end_ns = run.device_time_ns;
    assert_eq!(levels, [(0, Z), (0, V0), (500_000, V1), (2_500_000, V0), (end_ns, Z)]);
    assert!(run.picture("").contains("both drive, against each other"));
}

#[test]
fn lines_have_their_levels_without_being_read() {
    let guest = Guest::from_bytes(
        br#"(module
            (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
            (import "device:abi/gpio@1" "write" (func $write (param i32 i32) (result i32)))
            (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
            (memory (export "memory") 1)
            (func (export "run") (result i32) (local $pin i32)
                (call $sleep (i64.const 1000))
                ;; Open-drain outputs that let go, then hold, then let go; inputs that are never read.
                (drop (call $open (i32.const 2) (i32.const 4) (i32.const 1)))
                (local.set $pin (call $open (i32.const 3) (i32.const 4) (i32.const 1)))
                (drop (call $open (i32.const 7) (i32.const 0) (i32.const 0)))
                (drop (call $open (i32.const 8) (i32.const 1) (i32.const 0)))
                (call $sleep (i64.const 1000))
                (drop (call $write (local.get $pin) (i32.const 0)))
                (call $sleep (i64.const 1000))
                (drop (call $write (local.get $pin) (i32.const 1)))
                (call $sleep (i64.const 1000))
                (i32.const 0)))"#,
    )
    .unwrap();
    let board = "
        [gpio.pins]
        2 = { label = \"SCOPE\" }
        3 = { label = \"WIRE\", pull = \"up\" }
        7 = { label = \"DOOR\", level = \"high\" }
        8 = { label = \"OWN\" }";
    let board = Board::parse(board, "board.toml").unwrap();
    let run = Sim::builder().board(board).guest(guest).wires(true).run().unwrap();
    let file = run.wires.vcd();
    let values = |label| wire(&file, &["gpio", label]).iter().map(|&(_, value)| value).collect::<Vec<_>>();
    assert_eq!(values("SCOPE"), [Z]);
    assert_eq!(values("WIRE"), [V1, V0, V1]);
    assert_eq!(values("DOOR"), [V1]);
    assert_eq!(values("OWN"), [Z, V1, Z], "the chip's own resistor while it is open");
}
