//! Drivers with embedded-hal's traits as backends.

use std::{
    cell::Cell,
    sync::{Arc, Mutex},
};

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use embedded_hal::{
    digital::{self, InputPin, OutputPin},
    i2c::{self, ErrorKind, I2c, NoAcknowledgeSource, Operation},
};
use hw_core::{
    adapter::{FixedFrequency, HalI2c, HalPins, I2cDetails, SetUp},
    backend::{BusError, Gpio, I2cBus, PinUse, Reply},
};

/// What happened, in order.
type Seen = Arc<Mutex<Vec<String>>>;

/// A driver that notes what it is asked for, takes `takes_ns`, and answers what it is told.
#[derive(Default)]
struct Driver {
    seen: Seen,
    fails: Option<ErrorKind>,
    takes_ns: u64,
}

impl i2c::ErrorType for Driver {
    type Error = ErrorKind;
}

impl I2c for Driver {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), ErrorKind> {
        let mut text = format!("{address:#04x}");
        for operation in operations {
            match operation {
                Operation::Read(into) => {
                    into.fill(0x5a);
                    text += &format!(" r{}", into.len());
                }
                Operation::Write(data) => text += &format!(" w{data:?}"),
            }
        }
        self.seen.lock().unwrap().push(text);
        TOOK_NS.with(|took| took.set(took.get() + self.takes_ns));
        self.fails.map_or(Ok(()), Err)
    }
}

thread_local! {
    static TOOK_NS: Cell<u64> = const { Cell::new(0) };
}

fn now_ns() -> u64 {
    TOOK_NS.with(Cell::get)
}

/// Refuses what is slower than 10 kHz.
struct Frequency(Seen);

impl I2cDetails<Driver> for Frequency {
    type Error = BusError;

    fn set_frequency(&mut self, _i2c: &mut Driver, hz: u32) -> Result<(), BusError> {
        self.0.lock().unwrap().push(format!("{hz} Hz"));
        if hz < 10_000 { Err(BusError(ErrorKind::Other)) } else { Ok(()) }
    }

    fn code(&self, error: &ErrorKind) -> Option<ErrorCode> {
        (*error == ErrorKind::Other).then_some(ErrorCode::TimedOut)
    }
}

fn code(reply: &Reply) -> ErrorCode {
    reply.result.as_ref().unwrap_err().code()
}

#[test]
fn a_frequency_that_cannot_be_set_is_an_error_without_traffic() {
    let seen = Seen::default();
    let mut bus =
        HalI2c::new(Driver { seen: seen.clone(), ..Driver::default() }, Frequency(seen.clone()), now_ns);
    let reply = bus.transaction(0, 0x50, 100, &mut [Operation::Write(&[1])]);
    assert_eq!((code(&reply), reply.acknowledged), (ErrorCode::Other, 0));
    assert_eq!(*seen.lock().unwrap(), ["100 Hz"]);
}

#[test]
fn each_kind_of_error_has_its_code_and_what_is_known_of_its_bytes() {
    for (kind, code, acknowledged) in [
        (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address), ErrorCode::NoAcknowledgeAddress, 0),
        (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data), ErrorCode::NoAcknowledgeData, 1),
        (ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown), ErrorCode::NoAcknowledgeUnknown, 0),
        (ErrorKind::ArbitrationLoss, ErrorCode::ArbitrationLost, 0),
        (ErrorKind::Bus, ErrorCode::Bus, 0),
        (ErrorKind::Overrun, ErrorCode::Overrun, 0),
        (ErrorKind::Other, ErrorCode::Other, 0),
    ] {
        let driver = Driver { fails: Some(kind), ..Driver::default() };
        let mut bus = HalI2c::new(driver, FixedFrequency, now_ns);
        let reply = bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[1])]);
        let error = reply.result.unwrap_err();
        assert_eq!((error.code(), reply.acknowledged), (code, acknowledged));
        assert_eq!(error.to_string(), format!("the driver answered {kind:?}"));
    }
}

#[test]
fn a_driver_that_says_more_is_believed() {
    let driver = Driver { fails: Some(ErrorKind::Other), ..Driver::default() };
    let mut bus = HalI2c::new(driver, Frequency(Seen::default()), now_ns);
    let reply = bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[1])]);
    assert_eq!(code(&reply), ErrorCode::TimedOut);
}

#[test]
fn a_missing_acknowledge_is_the_addresses_where_no_byte_is_written() {
    let answer = |operations: &mut [Operation<'_>]| {
        let fails = Some(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Unknown));
        let mut bus = HalI2c::new(Driver { fails, ..Driver::default() }, FixedFrequency, now_ns);
        code(&bus.transaction(0, 0x50, 100_000, operations))
    };
    assert_eq!(answer(&mut [Operation::Write(&[])]), ErrorCode::NoAcknowledgeAddress);
    assert_eq!(answer(&mut [Operation::Read(&mut [0])]), ErrorCode::NoAcknowledgeAddress);
    let mut register_read = [Operation::Write(&[1]), Operation::Read(&mut [0])];
    assert_eq!(answer(&mut register_read), ErrorCode::NoAcknowledgeUnknown);
}

#[test]
fn the_frequency_is_set_when_it_changes_and_after_an_error() {
    let seen = Seen::default();
    let driver = Driver { seen: seen.clone(), fails: Some(ErrorKind::Bus), ..Driver::default() };
    let mut bus = HalI2c::new(driver, Frequency(seen.clone()), now_ns);
    for hz in [100_000, 100_000] {
        let _ = bus.transaction(0, 0x50, hz, &mut [Operation::Write(&[])]);
    }
    assert_eq!(*seen.lock().unwrap(), ["100000 Hz", "0x50 w[]", "100000 Hz", "0x50 w[]"]);

    let seen = Seen::default();
    let driver = Driver { seen: seen.clone(), ..Driver::default() };
    let mut bus = HalI2c::new(driver, Frequency(seen.clone()), now_ns);
    for hz in [100_000, 100_000, 400_000, 1_000, 100_000] {
        let _ = bus.transaction(0, 0x50, hz, &mut [Operation::Write(&[])]);
    }
    let set: Vec<_> = seen.lock().unwrap().iter().filter(|it| it.ends_with("Hz")).cloned().collect();
    assert_eq!(set, ["100000 Hz", "400000 Hz", "1000 Hz", "100000 Hz"]);
}

#[test]
fn an_empty_write_probes_and_is_left_out_beside_another() {
    let seen = Seen::default();
    let mut bus = HalI2c::new(Driver { seen: seen.clone(), ..Driver::default() }, FixedFrequency, now_ns);
    bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[])]).result.unwrap();
    let mut buffer = [0; 2];
    let mut operations = [
        Operation::Write(&[]),
        Operation::Write(&[7]),
        Operation::Write(&[]),
        Operation::Read(&mut buffer),
        Operation::Write(&[]),
    ];
    bus.transaction(0, 0x50, 100_000, &mut operations).result.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["0x50 w[]", "0x50 w[7] r2 w[]"]);
    assert_eq!(buffer, [0x5a; 2]);
}

#[test]
fn what_a_transaction_took_beyond_its_bus_time_is_extra() {
    // Start, address, one byte, stop: 20 clock cycles.
    const BUS_NS: u64 = 20 * 10_000;
    for (takes_ns, extra_ns) in [(0, 0), (BUS_NS, 0), (BUS_NS + 1, 1), (BUS_NS + 70_000, 70_000)] {
        let mut bus = HalI2c::new(Driver { takes_ns, ..Driver::default() }, FixedFrequency, now_ns);
        let reply = bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[1])]);
        assert_eq!(reply.extra_ns, extra_ns, "{takes_ns}");
    }
    // A byte less, when the first was not acknowledged.
    let fails = Some(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
    let mut bus =
        HalI2c::new(Driver { takes_ns: BUS_NS, fails, ..Driver::default() }, FixedFrequency, now_ns);
    assert_eq!(bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[1])]).extra_ns, 9 * 10_000);
}

/// A pin that keeps its level, or fails.
struct Pin {
    is_high: bool,
    fails: bool,
}

#[derive(Debug)]
struct Broken;

impl digital::Error for Broken {
    fn kind(&self) -> digital::ErrorKind {
        digital::ErrorKind::Other
    }
}

impl digital::ErrorType for Pin {
    type Error = Broken;
}

impl InputPin for Pin {
    fn is_high(&mut self) -> Result<bool, Broken> {
        if self.fails { Err(Broken) } else { Ok(self.is_high) }
    }

    fn is_low(&mut self) -> Result<bool, Broken> {
        Ok(!self.is_high()?)
    }
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Broken> {
        self.is_high = false;
        if self.fails { Err(Broken) } else { Ok(()) }
    }

    fn set_high(&mut self) -> Result<(), Broken> {
        self.is_high = true;
        if self.fails { Err(Broken) } else { Ok(()) }
    }
}

/// Notes what it is asked for.
struct Notes(Seen);

impl SetUp<Pin> for Notes {
    fn open(&mut self, pin: &mut Pin, mode: Mode, initial: Level) {
        pin.is_high = initial == Level::High;
        self.0.lock().unwrap().push(format!("{mode:?}"));
    }

    fn close(&mut self, _pin: &mut Pin) {
        self.0.lock().unwrap().push("close".to_owned());
    }
}

#[test]
fn pins_that_are_not_free_are_only_named() {
    let mut pins = HalPins::new(Notes(Seen::default()))
        .free(2, Pin { is_high: false, fails: false })
        .taken(5, PinUse::Bus)
        .taken(18, PinUse::Reserved);
    let uses = [2, 5, 18, 3, 40, u32::MAX].map(|pin| pins.pin_use(pin));
    let taken = (Some(PinUse::Bus), Some(PinUse::Reserved));
    assert_eq!(uses, [Some(PinUse::Free), taken.0, taken.1, None, None, None]);
    for pin in [5, 18, 3, u32::MAX] {
        let error = pins.open(0, pin, Mode::Output, Level::High).result.unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotFound);
        assert!(pins.read(0, pin).result.is_err() && pins.write(0, pin, Level::High).result.is_err());
        assert!(pins.close(0, pin).result.is_err());
    }
}

#[test]
fn a_pin_that_fails_is_other() {
    let mut pins = HalPins::new(Notes(Seen::default())).free(0, Pin { is_high: false, fails: true });
    pins.open(0, 0, Mode::Output, Level::Low).result.unwrap();
    assert_eq!(pins.read(0, 0).result.unwrap_err().code(), ErrorCode::Other);
    assert_eq!(pins.write(0, 0, Level::High).result.unwrap_err().code(), ErrorCode::Other);
}

#[test]
fn pins_are_set_up_driven_read_and_closed_at_the_latest_in_the_end() {
    let seen = Seen::default();
    let pin = || Pin { is_high: false, fails: false };
    let mut pins = HalPins::new(Notes(seen.clone())).free(2, pin()).free(3, pin()).free(4, pin());
    pins.open(0, 2, Mode::Output, Level::High).result.unwrap();
    assert_eq!(pins.read(0, 2).result.unwrap(), Level::High);
    pins.write(0, 2, Level::Low).result.unwrap();
    assert_eq!(pins.read(0, 2).result.unwrap(), Level::Low);
    pins.close(0, 2).result.unwrap();
    pins.open(0, 3, Mode::InputPullUp, Level::Low).result.unwrap();
    drop(pins);
    assert_eq!(*seen.lock().unwrap(), ["Output", "close", "InputPullUp", "close"]);
}
