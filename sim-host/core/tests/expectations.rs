//! Expectations in a user's own test: what answers, what the guest sees, what is on the wires, what is reported.

use sim_host::{
    Board, Guest, Run, Scenario, Sim,
    hw_board::expectations,
    hw_mock::{Expectations, PinCall, Transaction, Wire},
    hw_wires::{Symbol, WireEvent},
};

const BOARD: &str = "
    [gpio.pins]
    2 = { label = \"LED\" }
    9 = { label = \"BOOT\", pull = \"up\" }
    [i2c.0]
    chips = [ { model = \"bme280\", address = 0x76 } ]
    [i2c.1]
    chips = [ { model = \"bme280\", address = 0x76 } ]";

/// Opens the LED and the button; reads the id of the chip at 0x76 on buses 0 and 1; lights the LED; ends with the ids
/// and the button's level, as 0xAABBC.
const GUEST: &str = r#"(module
    (import "device:abi/gpio@1" "open" (func $pin (param i32 i32 i32) (result i32)))
    (import "device:abi/gpio@1" "read" (func $level (param i32) (result i32)))
    (import "device:abi/gpio@1" "write" (func $drive (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "open" (func $bus (param i32 i32) (result i32)))
    (import "device:abi/i2c@1" "write-read" (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "\d0")
    (func $id (param $bus i32) (result i32)
        (i32.store8 (i32.const 8) (i32.const 0xee))
        (drop (call $write_read (call $bus (local.get $bus) (i32.const 0)) (i32.const 0x76)
            (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 1)))
        (i32.load8_u (i32.const 8)))
    (func (export "run") (result i32)
        (local $led i32) (local $button i32) (local $ids i32)
        (local.set $led (call $pin (i32.const 2) (i32.const 3) (i32.const 0)))
        (local.set $button (call $pin (i32.const 9) (i32.const 0) (i32.const 0)))
        (local.set $ids (i32.shl (call $id (i32.const 0)) (i32.const 8)))
        (local.set $ids (i32.or (local.get $ids) (call $id (i32.const 1))))
        (drop (call $drive (local.get $led) (i32.const 1)))
        (i32.or (i32.shl (local.get $ids) (i32.const 4)) (call $level (local.get $button)))))"#;

fn board() -> Board {
    Board::parse(BOARD, "board.toml").unwrap()
}

fn run(expectations: &Expectations) -> Run {
    let guest = Guest::from_bytes(GUEST.as_bytes()).unwrap();
    Sim::builder().board(board()).guest(guest).wires(true).expectations(expectations.clone()).run().unwrap()
}

/// The bytes that the first transaction on `bus` had on its wires.
fn bytes(run: &Run, bus: u32) -> Vec<u8> {
    let of_bus = |event: &&WireEvent| matches!(event, WireEvent::I2c(transaction) if transaction.bus == bus);
    let Some(WireEvent::I2c(transaction)) = run.wires.events.iter().find(of_bus) else { panic!("{run:?}") };
    let byte = |symbol: &Symbol| if let Symbol::Byte { value, .. } = symbol { Some(*value) } else { None };
    transaction.symbols.iter().filter_map(byte).collect()
}

const LIST: &str = "
    expect = [
        { pin = 'LED', open = 'output', initial = 'low' },
        { i2c = 0, address = 0x76, write = 'd0', read = '58' },
        { pin = 'LED', write = 'high' },
    ]";

#[test]
fn named_wires_are_answered_by_the_list_and_all_others_by_the_board() {
    let list = expectations::parse(LIST, "list.toml", &board()).unwrap();
    let run = run(&list);
    assert_eq!(run.mismatch, None);
    // 0x58 from the list, 0x60 from the BME280 on bus 1, and the pull-up at the button.
    assert_eq!(run.outcome.to_string(), format!("exit {}", 0x58601));
    assert_eq!(bytes(&run, 0), [0xec, 0xd0, 0xed, 0x58]);
    assert_eq!(bytes(&run, 1), [0xec, 0xd0, 0xed, 0x60]);
}

#[test]
fn the_same_list_in_rust() {
    use device_abi::gpio::Level;
    let list = Expectations::strict()
        .then(PinCall::open_output(2, Level::Low))
        .then(Transaction::new(0, 0x76).write([0xd0]).read([0x58]))
        .then(PinCall::write(2, Level::High));
    assert_eq!(run(&list).mismatch, None);
    list.report().unwrap();
}

#[test]
fn a_mismatch_is_in_the_run_and_the_guest_goes_on() {
    let list = expectations::parse(&LIST.replace("'d0'", "'d1'"), "list.toml", &board()).unwrap();
    let run = run(&list);
    // The buffer of a call that failed is unchanged; the strict list waits, and the LED comes too early.
    assert_eq!(run.outcome.to_string(), format!("exit {}", 0xee601));
    let mismatch = run.mismatch.unwrap();
    let deviation = mismatch.deviation.as_deref().unwrap();
    assert_eq!((deviation.got.number, deviation.got.call.wire()), (2, Wire::I2c(0)));
    assert_eq!((mismatch.further, mismatch.unmet.len()), (1, 2));
    let text = mismatch.to_string();
    assert!(text.contains("  expected: i2c.0 0x76 write [d1] read 1 byte -> [58] (list.toml:4)\n"), "{text}");
    // Nobody acknowledged the address.
    let trace = run.trace.to_string();
    assert!(trace.contains("i2c.write-read") && trace.contains("-> error other"), "{trace}");
}

#[test]
fn a_list_that_was_met_once_is_not_met_again() {
    let list = expectations::parse(LIST, "list.toml", &board()).unwrap();
    assert_eq!(run(&list).mismatch, None);
    let deviation = run(&list).mismatch.unwrap().deviation.unwrap();
    // Three calls of the run before it, and the closing of the LED at its end.
    assert_eq!((deviation.expected.as_ref(), deviation.got.number), (None, 5));
}

#[test]
fn silence_goes_for_wires_that_nothing_is_expected_on() {
    let list = Expectations::strict().silent(Wire::I2c(1));
    let run = run(&list);
    assert_eq!(run.outcome.to_string(), format!("exit {}", 0x60ee1));
    let got = run.mismatch.unwrap().deviation.unwrap().got.call;
    assert_eq!(got.to_string(), "i2c.1 0x76 write [d0] read 1 byte");
}

#[test]
fn a_scenarios_faults_lie_around_the_list() {
    for (byte, code) in
        [(0, "no-acknowledge-address"), (1, "no-acknowledge-data"), (2, "no-acknowledge-address")]
    {
        let text = format!(
            "[[step]]\nfault = {{ i2c = 0, address = 0x76, kind = 'nack', byte = {byte}, times = 1 }}"
        );
        let scenario = Scenario::parse(&text, "scenario.toml", &board()).unwrap();
        let list = Expectations::strict().then(Transaction::new(0, 0x76).write([0xd0]).read([0x58]));
        let guest = Guest::from_bytes(GUEST.as_bytes()).unwrap();
        let sim = Sim::builder().board(board()).guest(guest).scenario(scenario).wires(true);
        let run = sim.expectations(list).run().unwrap();
        // The guest's only transaction on the bus was taken away; the list did not hear of it.
        assert_eq!(run.outcome.to_string(), format!("exit {}", 0xee601));
        assert!(run.trace.to_string().contains(&format!("-> error {code}")), "{}", run.trace);
        assert_eq!(bytes(&run, 0), [0xec, 0xd0, 0xed][..=byte]);
        let mismatch = run.mismatch.unwrap();
        assert_eq!((mismatch.deviation, mismatch.unmet.len(), mismatch.last_calls.len()), (None, 1, 0));
    }
}
