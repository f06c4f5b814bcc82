//! Expectations: what does not fit is reported, what fits is answered.

mod support;

use std::sync::{Arc, Mutex};

use device_abi::{
    Function, Host as _, Profile,
    gpio::{Level, Mode},
    i2c::I2c as _,
    system::ResetReason,
    types::ErrorCode,
};
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource};
use hw_core::{
    App, AppConfig, Device, DeviceConfig, Limits, LogLine, Observer, Unpaced, View,
    backend::{DeviceError, Gpio as _, Hardware, I2cWires, Quiet},
};
use hw_mock::{Expectations, PinCall, Transaction, Wire};
use support::{read, run, write};

/// The report of `expectations` after one transaction.
fn report_after(expectations: &Expectations, bus: u32, address: u8, steps: &[support::Step]) -> String {
    let outcome = run(&mut expectations.bus(bus), 0, address, steps);
    assert_eq!(outcome.result, Err(ErrorCode::Other));
    expectations.report().unwrap_err().to_string()
}

#[test]
fn every_difference_is_named() {
    let table: &[(u32, u8, &[support::Step], &str)] = &[
        (1, 0x50, &[write(&[1, 2]), read(2)], "it is on i2c.1, not on i2c.0"),
        (0, 0x51, &[write(&[1, 2]), read(2)], "the address is 0x51, not 0x50"),
        (0, 0x50, &[write(&[1, 3]), read(2)], "message 1, byte 1 is 0x03, not 0x02"),
        (0, 0x50, &[write(&[1]), read(2)], "message 1 ends before [02]"),
        (0, 0x50, &[write(&[1, 2, 9, 8]), read(2)], "message 1 goes on with [09 08]"),
        (0, 0x50, &[write(&[1, 2]), read(3)], "message 2 reads 3, not 2 bytes"),
        (0, 0x50, &[write(&[1, 2])], "the number of messages is 1, not 2"),
        (0, 0x50, &[read(2)], "message 1 is a read, not a write"),
        (0, 0x50, &[write(&[1, 2]), read(2), write(&[])], "the number of messages is 3, not 2"),
    ];
    for (bus, address, steps, text) in table {
        let expectations = Expectations::strict().then(Transaction::new(0, 0x50).write([1, 2]).read([3, 4]));
        let report = report_after(&expectations, *bus, *address, steps);
        assert!(report.contains(&format!("\n  differs:  {text}\n")), "{text}: {report}");
    }
}

#[test]
fn pins_differ_too() {
    let table = [
        (PinCall::write(2, Level::Low), "the level is high, not low"),
        (PinCall::read(2, Level::High), "it is another call"),
        (PinCall::write(3, Level::High), "it is on pin 2, not on pin 3"),
    ];
    for (expected, text) in table {
        let expectations = Expectations::strict().then(expected);
        let error = expectations.gpio().write(0, 2, Level::High).result.unwrap_err();
        assert_eq!(error.code(), ErrorCode::Other);
        let report = expectations.report().unwrap_err().to_string();
        assert!(report.contains(&format!("\n  differs:  {text}\n")), "{text}: {report}");
    }
    let table = [
        (Mode::InputPullUp, Level::High, "the mode is input-pull-up, not output"),
        (Mode::Output, Level::High, "the initial level is high, not low"),
    ];
    for (mode, initial, text) in table {
        let expectations = Expectations::strict().then(PinCall::open_output(2, Level::Low));
        expectations.gpio().open(0, 2, mode, initial).result.unwrap_err();
        let report = expectations.report().unwrap_err().to_string();
        assert!(report.contains(text), "{text}: {report}");
    }
}

#[test]
fn what_is_never_reached_is_reported_with_what_was_seen_instead() {
    // No guest can use an address above 0x7f.
    let expectations = Expectations::per_bus()
        .then(Transaction::new(0, 0x76).write([0xd0]))
        .then(Transaction::new(0, 0x80).write([0]))
        .then(PinCall::read(9, Level::Low).fails(ErrorCode::TimedOut));
    run(&mut expectations.bus(0), 2_500_000, 0x76, &[write(&[0xd0])]).result.unwrap();
    assert_eq!(
        expectations.report().unwrap_err().to_string(),
        "never reached: 2 of 3 expectations\n  \
           expectation 2: i2c.0 0x80 write [00]\n  \
           expectation 3: pin 9 read -> timed-out\n\
         seen instead, to the end of the run:\n    \
             call 1 at 2.500000 ms: i2c.0 0x76 write [d0]"
    );
}

#[test]
fn a_call_when_nothing_is_expected_shows_the_last_calls_before_it() {
    let mut expectations = Expectations::strict();
    for byte in 0..10 {
        expectations = expectations.then(Transaction::new(0, 0x10).write([byte]));
    }
    for byte in 0..10 {
        run(&mut expectations.bus(0), 0, 0x10, &[write(&[byte])]).result.unwrap();
    }
    let outcome = run(&mut expectations.bus(0), 5, 0x11, &[write(&[])]);
    assert_eq!(outcome.error, "i2c.0 0x11 write []: nothing more was expected after 10");
    let mismatch = expectations.report().unwrap_err();
    let deviation = mismatch.deviation.as_ref().unwrap();
    assert_eq!((deviation.expected.as_ref(), deviation.got.number), (None, 11));
    let before = deviation.before.iter().map(|call| call.number).collect::<Vec<_>>();
    assert_eq!(before, [3, 4, 5, 6, 7, 8, 9, 10]);
    assert!(mismatch.unmet.is_empty());
}

#[test]
fn the_list_waits_through_a_call_too_many_and_the_first_is_reported() {
    let expectations = Expectations::strict()
        .then(Transaction::new(0, 0x10).write([1]))
        .then(Transaction::new(0, 0x10).write([2]));
    let mut bus = expectations.bus(0);
    let results = [1, 9, 8, 2].map(|byte| run(&mut bus, 0, 0x10, &[write(&[byte])]).result.is_ok());
    assert_eq!(results, [true, false, false, true]);
    let mismatch = expectations.report().unwrap_err();
    let deviation = mismatch.deviation.as_ref().unwrap();
    assert_eq!((deviation.got.number, deviation.expected.as_ref().unwrap().0), (2, 2));
    assert_eq!((mismatch.further, mismatch.unmet.len()), (1, 0));
    assert!(mismatch.to_string().ends_with("\n  later calls that did not fit either: 1"), "{mismatch}");
}

#[test]
fn order_counts_over_everything_or_per_bus() {
    let fill = |empty: Expectations| {
        empty
            .then(Transaction::new(0, 0x10).write([1]))
            .then(Transaction::new(1, 0x10).write([2]))
            .then(PinCall::write(2, Level::High))
            .then(Transaction::new(0, 0x10).write([3]))
    };
    let play = |expectations: &Expectations| {
        expectations.gpio().write(0, 2, Level::High).result.is_ok()
            & run(&mut expectations.bus(0), 1, 0x10, &[write(&[1])]).result.is_ok()
            & run(&mut expectations.bus(0), 2, 0x10, &[write(&[3])]).result.is_ok()
            & run(&mut expectations.bus(1), 3, 0x10, &[write(&[2])]).result.is_ok()
    };
    let per_bus = fill(Expectations::per_bus());
    assert!(play(&per_bus));
    per_bus.report().unwrap();

    let strict = fill(Expectations::strict());
    assert!(!play(&strict));
    let deviation = strict.report().unwrap_err().deviation.unwrap();
    assert_eq!((deviation.got.number, deviation.expected.unwrap().0), (1, 1));

    // Per bus, the order on one bus still counts.
    let swapped = fill(Expectations::per_bus());
    run(&mut swapped.bus(0), 0, 0x10, &[write(&[3])]).result.unwrap_err();
    assert_eq!(swapped.report().unwrap_err().deviation.unwrap().expected.unwrap().0, 1);
}

#[test]
fn answers_and_errors_are_as_scripted() {
    let nack = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
    let expectations = Expectations::strict()
        .then(Transaction::new(0, 0x50).write([1, 2, 3]).read([4, 5]).read([6]).takes(800))
        .then(Transaction::new(0, 0x50).write([0, 0]).fails(nack, 2).takes(10))
        .then(PinCall::open_input(9))
        .then(PinCall::read(9, Level::High))
        .then(PinCall::read(9, Level::High).fails(ErrorCode::Disconnected));
    let mut bus = expectations.bus(0);
    // How writes and reads are split does not matter, as on the wires.
    let outcome = run(&mut bus, 0, 0x50, &[write(&[1]), write(&[2, 3]), read(1), read(2)]);
    assert_eq!((outcome.result, outcome.extra_ns), (Ok(vec![4, 5, 6]), 800));
    let outcome = run(&mut bus, 0, 0x50, &[write(&[0, 0])]);
    assert_eq!(outcome.error, "i2c.0 0x50 write [00 00]: no-acknowledge-data, as expectation 2 says");
    assert_eq!(
        (outcome.result, outcome.acknowledged, outcome.extra_ns),
        (Err(ErrorCode::NoAcknowledgeData), 2, 10)
    );
    let mut gpio = expectations.gpio();
    // The initial level of an input has no meaning.
    gpio.open(0, 9, Mode::Input, Level::High).result.unwrap();
    assert_eq!(gpio.read(0, 9).result.unwrap(), Level::High);
    assert_eq!(gpio.read(0, 9).result.unwrap_err().code(), ErrorCode::Disconnected);
    gpio.close(0, 9).result.unwrap();
    expectations.report().unwrap();
}

#[test]
fn an_expectation_says_where_it_was_written() {
    let nack = Transaction::new(0, 0x50).write([0]).fails_with(ErrorCode::TimedOut, 2);
    let expectation = hw_mock::Expectation::from(nack).written_in("list.toml:7");
    assert_eq!(expectation.to_string(), "i2c.0 0x50 write [00] -> timed-out after 2 bytes (list.toml:7)");
    let report = report_after(&Expectations::strict().then(expectation), 0, 0x51, &[write(&[0])]);
    assert!(
        report.contains("  expected: i2c.0 0x50 write [00] -> timed-out after 2 bytes (list.toml:7)\n"),
        "{report}"
    );
}

#[test]
fn hardware_keeps_what_the_list_is_not_about() {
    let heard = support::Bus::default();
    let wires = |number| I2cWires { number, frequency_hz: 400_000, bus: Box::new(heard.clone()) };
    let board = Expectations::per_bus().then(PinCall::read(9, Level::High));
    let hardware = Hardware {
        gpio: Box::new(board.gpio()),
        i2c: vec![wires(0), wires(1), wires(2)],
        outside: Box::new(Quiet),
        device_id: b"test".to_vec(),
        reset_reason: ResetReason::PowerOn,
    };
    let list = Expectations::strict()
        .then(Transaction::new(1, 0x10).write([1]))
        .then(PinCall::write(2, Level::High))
        .silent(Wire::I2c(2));
    let wires: Vec<Wire> = list.wires().into_iter().collect();
    assert_eq!(wires, [Wire::I2c(1), Wire::I2c(2), Wire::Pin(2)]);
    let mut hardware = list.put_on(hardware);

    for (bus, fits) in [(0, true), (1, true), (2, false)] {
        let outcome = run(&mut *hardware.i2c[bus].bus, 0, 0x10, &[write(&[1])]);
        assert_eq!(outcome.result.is_ok(), fits, "bus {bus}");
    }
    assert_eq!(heard.0.lock().unwrap().len(), 1, "only bus 0 is the board's");
    hardware.gpio.write(0, 2, Level::High).result.unwrap();
    assert_eq!(hardware.gpio.read(0, 9).result.unwrap(), Level::High);
    board.report().unwrap();
    let mismatch = list.report().unwrap_err();
    assert_eq!((mismatch.deviation.unwrap().got.call.wire(), mismatch.unmet.len()), (Wire::I2c(2), 0));
}

/// The errors that a device told of.
#[derive(Debug, Default, Clone)]
struct Errors(Arc<Mutex<Vec<String>>>);

impl Observer for Errors {
    fn log(&mut self, _line: &LogLine<'_>) {}

    fn error(&mut self, _time_ns: u64, _function: Function, error: &dyn DeviceError) {
        self.0.lock().unwrap().push(error.to_string());
    }

    fn records(&mut self, _records: &[u8]) {}
}

#[test]
fn behind_a_device_the_guest_gets_a_code_and_the_operator_the_text() {
    let expectations = Expectations::strict()
        .then(PinCall::open_output(3, Level::Low))
        .then(Transaction::new(0, 0x76).write([0xd0]).read([0x60]))
        .then(PinCall::write(3, Level::High));
    let errors = Errors::default();
    let hardware = Hardware {
        gpio: Box::new(expectations.gpio()),
        i2c: vec![I2cWires { number: 0, frequency_hz: 400_000, bus: Box::new(expectations.bus(0)) }],
        outside: Box::new(Quiet),
        device_id: b"test".to_vec(),
        reset_reason: ResetReason::PowerOn,
    };
    let mut device = Device::new(DeviceConfig {
        profile: Profile::ESP32C3,
        hardware,
        limits: Limits::default(),
        pace: Box::new(Unpaced),
        observer: Box::new(errors.clone()),
        trace_bytes: None,
    });
    let mut app = App::new(AppConfig::default(), &Profile::ESP32C3);
    let mut view = View { device: &mut device, app: &mut app };

    view.enter(Function::GpioOpen).unwrap();
    let pin = device_abi::gpio::Gpio::open(&mut view, 3, Mode::Output, Level::Low).unwrap();
    let bus = device_abi::i2c::I2c::open(&mut view, 0, 0).unwrap();
    let mut id = [0];
    assert_eq!(view.write_read(bus, 0x76, &[0xd1], &mut id), Err(ErrorCode::Other));
    assert_eq!((view.write_read(bus, 0x76, &[0xd0], &mut id), id), (Ok(()), [0x60]));
    device_abi::gpio::Gpio::toggle(&mut view, pin).unwrap();
    assert_eq!(
        *errors.0.lock().unwrap(),
        [
            "i2c.0 0x76 write [d1] read 1 byte: expectation 2 of 3 is i2c.0 0x76 write [d0] read 1 byte -> [60]"
        ]
    );
    let mismatch = expectations.report().unwrap_err();
    assert_eq!((mismatch.further, mismatch.unmet.len()), (0, 0));
}
