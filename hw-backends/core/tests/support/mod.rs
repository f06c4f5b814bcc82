//! A small device to test the core on: pins that remember, a bus that answers what it is told.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use device_abi::{
    Function, Halt, Host, Profile,
    gpio::{Level, Mode},
    system::ResetReason,
};
use embedded_hal::i2c::{ErrorKind, Operation};
use hw_core::{
    App, AppConfig, Device, DeviceConfig, Limits, LogLine, Observer, Unpaced, View,
    backend::{
        BusError, DeviceError, Gpio, Hardware, I2cBus, I2cWires, Outlook, Outside, PinUse, Quiet, Reply,
    },
};

/// Pins 0 to 9: 5 and 6 belong to a bus, 7 to the chip. Inputs read high where the number is odd.
#[derive(Debug, Default)]
pub struct Pins;

impl Gpio for Pins {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        match pin {
            5 | 6 => Some(PinUse::Bus),
            7 => Some(PinUse::Reserved),
            0..10 => Some(PinUse::Free),
            _ => None,
        }
    }

    fn open(&mut self, _at_ns: u64, _pin: u32, _mode: Mode, _initial: Level) -> Reply {
        Reply::ok(())
    }

    fn read(&mut self, _at_ns: u64, pin: u32) -> Reply<Level> {
        Reply::ok(if pin % 2 == 1 { Level::High } else { Level::Low })
    }

    fn write(&mut self, _at_ns: u64, _pin: u32, _level: Level) -> Reply {
        Reply::ok(())
    }

    fn close(&mut self, _at_ns: u64, _pin: u32) -> Reply {
        Reply::ok(())
    }
}

/// How a [`Bus`] answers one transaction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Answer {
    pub error: Option<ErrorKind>,
    pub acknowledged: u32,
    pub extra_ns: u64,
}

/// Start time, address, frequency, and per operation the bytes written or the number of bytes read.
pub type Transaction = (u64, u8, u32, Vec<Result<Vec<u8>, usize>>);

/// What went over a [`Bus`], and how it is to answer. Without a word on it, transactions succeed.
#[derive(Debug, Default)]
pub struct Traffic {
    pub answers: VecDeque<Answer>,
    pub seen: Vec<Transaction>,
}

/// A bus whose reads give 1, 2, 3 … counted over the transaction.
#[derive(Debug, Default, Clone)]
pub struct Bus(pub Arc<Mutex<Traffic>>);

impl I2cBus for Bus {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let mut traffic = self.0.lock().unwrap();
        let mut next = 0;
        let steps = operations.iter_mut().map(|operation| match operation {
            Operation::Write(data) => Ok(data.to_vec()),
            Operation::Read(buffer) => {
                buffer.iter_mut().for_each(|byte| {
                    next += 1;
                    *byte = next;
                });
                Err(buffer.len())
            }
        });
        let steps = steps.collect();
        traffic.seen.push((at_ns, address, frequency_hz, steps));
        let answer = traffic.answers.pop_front().unwrap_or_default();
        let mut reply = match answer.error {
            Some(kind) => Reply::failed(BusError(kind), answer.acknowledged),
            None => Reply::ok(()),
        };
        reply.extra_ns = answer.extra_ns;
        reply
    }
}

/// What a device told its observer.
#[derive(Debug, Default, Clone)]
pub struct Notes(pub Arc<Mutex<NotesState>>);

#[derive(Debug, Default)]
pub struct NotesState {
    pub log: Vec<(u64, String, u32)>,
    pub errors: Vec<(Function, String)>,
    pub records: Vec<u8>,
}

impl Observer for Notes {
    fn log(&mut self, line: &LogLine<'_>) {
        self.0.lock().unwrap().log.push((line.time_ns, line.text.to_owned(), line.cut));
    }

    fn error(&mut self, _time_ns: u64, function: Function, error: &dyn DeviceError) {
        self.0.lock().unwrap().errors.push((function, error.to_string()));
    }

    fn records(&mut self, records: &[u8]) {
        self.0.lock().unwrap().records.extend_from_slice(records);
    }
}

/// A device, an app, and what can be seen of them from outside.
pub struct Bench {
    pub device: Device,
    pub app: App,
    pub bus: Bus,
    pub notes: Notes,
}

/// Frequency of the bench's bus 0, hertz.
pub const BUS_HZ: u32 = 400_000;

impl Bench {
    pub fn new() -> Self {
        Self::with(Profile::ESP32C3, Limits::default(), Box::new(Quiet), None)
    }

    pub fn with(
        profile: Profile,
        limits: Limits,
        outside: Box<dyn Outside>,
        trace_bytes: Option<u64>,
    ) -> Self {
        let (bus, notes) = (Bus::default(), Notes::default());
        let hardware = Hardware {
            gpio: Box::new(Pins),
            i2c: vec![I2cWires { number: 0, frequency_hz: BUS_HZ, bus: Box::new(bus.clone()) }],
            outside,
            device_id: b"bench".to_vec(),
            reset_reason: ResetReason::PowerOn,
        };
        let config = DeviceConfig {
            profile,
            hardware,
            limits,
            pace: Box::new(Unpaced),
            observer: Box::new(notes.clone()),
            trace_bytes,
        };
        let app_config =
            AppConfig { arguments: vec!["first".into(), "zweites ä".into()], ..AppConfig::default() };
        Self { device: Device::new(config), app: App::new(app_config, &profile), bus, notes }
    }

    pub fn view(&mut self) -> View<'_> {
        View { device: &mut self.device, app: &mut self.app }
    }

    /// Makes one ABI call, with all that the glue does around it but arguments and trace.
    pub fn call<T>(&mut self, call: impl FnOnce(&mut View<'_>) -> T) -> Result<T, Halt> {
        let mut view = self.view();
        view.enter(Function::GpioOpen)?;
        let result = call(&mut view);
        view.leave()?;
        Ok(result)
    }
}

/// An outside in which something happens again and again; it listens to some calls, and is never late in a wait.
#[derive(Debug)]
pub struct Tick {
    next_ns: u64,
    period_ns: u64,
    calls_to_hear: u32,
}

impl Tick {
    pub fn every(period_ns: u64, calls_to_hear: u32) -> Self {
        Self { next_ns: period_ns, period_ns, calls_to_hear }
    }
}

impl Outside for Tick {
    fn outlook(&self) -> Outlook {
        Outlook { next_ns: Some(self.next_ns), listens: self.calls_to_hear > 0, end: false }
    }

    fn advance(&mut self, now_ns: u64) {
        self.next_ns = (now_ns / self.period_ns + 1) * self.period_ns;
    }

    fn saw_call(&mut self, _at_ns: u64, record: &[u8]) {
        assert!(self.calls_to_hear > 0 && !record.is_empty());
        self.calls_to_hear -= 1;
    }
}
