//! Users' own mocks: their panics are caught and told, their answers handed on.

mod support;

use std::io;

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource, Operation};
use embedded_hal_mock::eh1::{
    MockError,
    digital::{Mock as PinMock, State, Transaction as PinTransaction},
    i2c::{Mock, Transaction},
};
use hw_core::backend::{Gpio as _, PinUse};
use hw_mock::{EmbeddedHalMock, EmbeddedHalPins};
use support::{read, run, write};

#[test]
fn a_panic_is_told_with_bus_call_and_position() {
    let expected = [Transaction::write(0x50, vec![1]), Transaction::write(0x50, vec![2])];
    let bus = EmbeddedHalMock::new(3, Mock::new(&expected));
    let mut backend = bus.clone();
    run(&mut backend, 0, 0x50, &[write(&[1])]).result.unwrap();
    bus.report().unwrap();
    let outcome = run(&mut backend, 0, 0x50, &[write(&[9])]);
    assert_eq!(outcome.result, Err(ErrorCode::Other));
    let panic = bus.report().unwrap_err();
    assert_eq!((panic.name.as_str(), panic.position), ("i2c.3", 2));
    assert!(panic.message.contains("i2c::write data does not match expectation"), "{panic}");
    assert!(panic.place.as_ref().unwrap().contains("i2c.rs:"), "{panic}");
    assert_eq!(outcome.error, panic.to_string());
    assert!(outcome.error.starts_with("i2c.3: call 2 of it, i2c.3 0x50 write [09]: the mock panicked at "));

    // It goes on working, and asking whether it is done tells of the first panic.
    let outcome = run(&mut backend, 0, 0x50, &[read(1)]);
    assert!(outcome.error.contains("no pending expectation for i2c::read call"), "{}", outcome.error);
    assert_eq!(bus.panics().len(), 2);
    assert_eq!(bus.finish(|mock| mock.done()).unwrap_err(), panic);
}

#[test]
fn the_first_of_many_panics_are_kept() {
    let bus = EmbeddedHalMock::new(0, Mock::new(&[]));
    let mut backend = bus.clone();
    for _ in 0..100 {
        assert_eq!(run(&mut backend, 0, 0x50, &[read(1)]).result, Err(ErrorCode::Other));
    }
    let positions: Vec<_> = bus.panics().iter().map(|panic| panic.position).collect();
    assert_eq!(positions, (1..=64).collect::<Vec<_>>());
    bus.finish(|mock| mock.done()).unwrap_err();
}

#[test]
fn what_was_not_consumed_is_told_without_a_panic() {
    let bus = EmbeddedHalMock::new(0, Mock::new(&[Transaction::read(0x50, vec![1])]));
    let panic = bus.finish(|mock| mock.done()).unwrap_err();
    assert_eq!((panic.call.as_ref(), panic.position), (None, 0));
    assert!(panic.to_string().ends_with(": Not all expectations consumed"), "{panic}");
}

#[test]
fn each_shape_goes_to_its_method() {
    let nack = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);
    let bus = EmbeddedHalMock::new(
        0,
        Mock::new(&[
            Transaction::write(0x50, vec![]),
            Transaction::read(0x50, vec![5, 6]),
            Transaction::write_read(0x50, vec![1], vec![7]),
            Transaction::transaction_start(0x50),
            Transaction::write(0x50, vec![1]),
            Transaction::write(0x50, vec![2]),
            Transaction::read(0x50, vec![8]),
            Transaction::transaction_end(0x50),
            Transaction::write(0x50, vec![3]).with_error(nack),
        ]),
    );
    let mut backend = bus.clone();
    let mut call = |steps: &[support::Step]| run(&mut backend, 0, 0x50, steps);
    assert_eq!(call(&[write(&[])]).result, Ok(vec![]));
    assert_eq!(call(&[read(2)]).result, Ok(vec![5, 6]));
    assert_eq!(call(&[write(&[1]), read(1)]).result, Ok(vec![7]));
    assert_eq!(call(&[write(&[1]), write(&[2]), read(1)]).result, Ok(vec![8]));
    let refused = call(&[write(&[3])]);
    assert_eq!((refused.result, refused.acknowledged), (Err(ErrorCode::NoAcknowledgeData), 1));
    assert_eq!(refused.error, "i2c.0 0x50 write [03]: the mock answered NoAcknowledge(Data)");
    bus.finish(|mock| mock.done()).unwrap();
}

#[test]
fn pins_are_driven_read_and_their_panics_caught() {
    let mut led = PinMock::new(&[
        PinTransaction::set(State::Low),
        PinTransaction::set(State::High),
        PinTransaction::set(State::Low).with_error(MockError::Io(io::ErrorKind::NotConnected)),
        PinTransaction::set(State::High),
    ]);
    let mut button = PinMock::new(&[PinTransaction::get(State::High)]);
    let pins = EmbeddedHalPins::new().output(2, led.clone()).input(9, button.clone());
    let mut gpio = pins.clone();
    assert_eq!([2, 3, 9].map(|pin| gpio.pin_use(pin)), [Some(PinUse::Free), None, Some(PinUse::Free)]);

    gpio.open(0, 2, Mode::Output, Level::Low).result.unwrap();
    gpio.write(0, 2, Level::High).result.unwrap();
    let answered = gpio.write(0, 2, Level::Low).result.unwrap_err();
    assert_eq!(answered.to_string(), "pin 2 write low: the mock answered Io(NotConnected)");
    gpio.open(0, 9, Mode::InputPullUp, Level::Low).result.unwrap();
    assert_eq!(gpio.read(0, 9).result.unwrap(), Level::High);
    pins.report().unwrap();

    let cannot = gpio.read(0, 2).result.unwrap_err();
    assert_eq!(cannot.code(), ErrorCode::NotSupported);
    assert_eq!(gpio.write(0, 3, Level::Low).result.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(gpio.write(0, 2, Level::Low).result.unwrap_err().code(), ErrorCode::Other);
    let panic = pins.report().unwrap_err();
    assert_eq!((panic.name.as_str(), panic.position), ("pin 2", 5));
    assert!(panic.message.contains("expected pin::set_low"), "{panic}");
    led.done();
    button.done();
}

#[test]
fn a_panic_on_another_thread_is_told_here() {
    let bus = EmbeddedHalMock::new(0, Mock::new(&[Transaction::write(0x50, vec![1])]));
    let mut elsewhere = bus.clone();
    let call = std::thread::spawn(move || run(&mut elsewhere, 0, 0x50, &[write(&[2])]));
    assert_eq!(call.join().unwrap().result, Err(ErrorCode::Other));
    assert_eq!(bus.report().unwrap_err().position, 1);
    bus.finish(|mock| mock.done()).unwrap_err();
}

#[test]
fn what_a_pin_did_not_consume_is_told_without_a_panic() {
    let led = PinMock::new(&[PinTransaction::set(State::Low), PinTransaction::set(State::High)]);
    let button = PinMock::new(&[PinTransaction::get(State::High)]);
    let pins = EmbeddedHalPins::new().output(2, led).input(9, button);
    let mut gpio = pins.clone();
    gpio.open(0, 2, Mode::Output, Level::Low).result.unwrap();
    assert_eq!(gpio.read(0, 9).result.unwrap(), Level::High);
    pins.finish(9, |button: &mut PinMock| button.done()).unwrap();
    assert!(pins.panics().is_empty());
    let panic = pins.finish(2, |led: &mut PinMock| led.done()).unwrap_err();
    assert_eq!((panic.name.as_str(), panic.call.as_ref(), panic.position), ("pin 2", None, 1));
    assert!(panic.to_string().ends_with(": Not all expectations consumed"), "{panic}");
    assert_eq!(pins.panics(), [panic]);
}

#[test]
#[should_panic(expected = "pin 3: no object of type ")]
fn a_pin_that_was_not_given_is_not_content() {
    let _ = EmbeddedHalPins::new().finish(3, |pin: &mut PinMock| pin.done());
}

/// An error whose text cannot be had.
struct Speechless;

impl std::fmt::Debug for Speechless {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("no words")
    }
}

impl embedded_hal::i2c::Error for Speechless {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Bus
    }
}

/// A driver that always fails with it.
struct Failing;

impl embedded_hal::i2c::ErrorType for Failing {
    type Error = Speechless;
}

impl embedded_hal::i2c::I2c for Failing {
    fn transaction(&mut self, _: u8, _: &mut [Operation<'_>]) -> Result<(), Speechless> {
        Err(Speechless)
    }
}

#[test]
fn an_error_that_panics_when_it_is_shown_is_told() {
    let bus = EmbeddedHalMock::new(0, Failing);
    let outcome = run(&mut bus.clone(), 0, 0x50, &[write(&[1])]);
    assert_eq!(outcome.result, Err(ErrorCode::Other));
    let panic = bus.report().unwrap_err();
    assert_eq!((panic.position, panic.message.as_str()), (1, "no words"));
}
