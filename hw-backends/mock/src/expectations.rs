//! An ordered list of expected calls, and the backends that compare calls with it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use device_abi::gpio::{Level, Mode};
use embedded_hal::i2c::Operation;
use hw_core::backend::{BreakOff, Gpio, Hardware, I2cBus, PinUse, Reply};

use crate::{
    Call, Expectation, Mismatch, MockError, Wire,
    expectation::Answer,
    script::{Order, Script},
    scripted_pins::ScriptedPins,
};

/// Expected calls on all I2C buses and pins, in order. Clones share the list.
///
/// A call that does not fit fails with `other` for the guest, and the list stays where it is; nothing panics. Closing
/// a pin always fits: a device closes what a guest leaves open.
///
/// # Examples
/// ```
/// use device_abi::gpio::Level;
/// use embedded_hal::i2c::Operation;
/// use hw_core::backend::{Gpio, I2cBus};
/// use hw_mock::{Expectations, PinCall, Transaction};
///
/// let expectations = Expectations::strict()
///     .then(Transaction::new(0, 0x76).write([0xd0]).read([0x60]))
///     .then(PinCall::open_output(2, Level::High));
///
/// let mut id = [0];
/// let mut operations = [Operation::Write(&[0xd0]), Operation::Read(&mut id)];
/// expectations.bus(0).transaction(0, 0x76, 400_000, &mut operations).result.unwrap();
/// assert_eq!(id, [0x60]);
/// let unmet = expectations.report().unwrap_err();
/// assert!(unmet.to_string().starts_with("never reached: 1 of 2 expectations"));
/// ```
#[derive(Debug, Clone)]
pub struct Expectations {
    script: Arc<Mutex<Script>>,
}

impl Expectations {
    /// An empty list that is met in order over everything.
    #[must_use]
    pub fn strict() -> Self {
        Self::new(Order::Strict)
    }

    /// An empty list whose expectations are met in order on each bus and on each pin; between those, any
    /// order will do.
    #[must_use]
    pub fn per_bus() -> Self {
        Self::new(Order::PerBus)
    }

    fn new(order: Order) -> Self {
        Self { script: Arc::new(Mutex::new(Script::new(order))) }
    }

    /// Adds a call at the end of the list.
    #[must_use]
    pub fn then(self, expectation: impl Into<Expectation>) -> Self {
        lock(&self.script).push(expectation.into());
        self
    }

    /// Expects nothing on `wire` beyond what the list says of it: no call there at all, if the list says nothing.
    #[must_use]
    pub fn silent(self, wire: Wire) -> Self {
        lock(&self.script).watch(wire);
        self
    }

    /// The buses and pins that the list is about.
    #[must_use]
    pub fn wires(&self) -> BTreeSet<Wire> {
        lock(&self.script).wires()
    }

    /// `hardware` with the buses and pins that the list is about answered by it alone: chips on such a bus, and whatever
    /// drives such a pin, have no part in the run. All other buses and pins stay as they are, and so does what each
    /// pin is there for.
    #[must_use]
    pub fn put_on(&self, mut hardware: Hardware) -> Hardware {
        let wires = self.wires();
        for bus in &mut hardware.i2c {
            if wires.contains(&Wire::I2c(bus.number)) {
                bus.bus = Box::new(self.bus(bus.number));
            }
        }
        let pins = wires.iter().filter_map(|wire| if let Wire::Pin(pin) = wire { Some(*pin) } else { None });
        let pins: BTreeSet<u32> = pins.collect();
        if !pins.is_empty() {
            hardware.gpio = Box::new(ScriptedPins::new(pins, self.gpio(), hardware.gpio));
        }
        hardware
    }

    /// The bus of number `bus`, as a backend.
    #[must_use]
    pub fn bus(&self, bus: u32) -> MockBus {
        MockBus { bus, script: Arc::clone(&self.script) }
    }

    /// The pins, as a backend. The board has every pin that its profile has.
    #[must_use]
    pub fn gpio(&self) -> MockGpio {
        MockGpio { script: Arc::clone(&self.script) }
    }

    /// Whether everything came as expected, asked when the run is over.
    ///
    /// # Errors
    /// A call did not fit, or an expectation was never reached.
    pub fn report(&self) -> Result<(), Mismatch> {
        lock(&self.script).report()
    }
}

/// A bus that compares transactions with [`Expectations`]. The frequency does not matter.
#[derive(Debug)]
pub struct MockBus {
    bus: u32,
    script: Arc<Mutex<Script>>,
}

impl I2cBus for MockBus {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        _frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let call = Call::i2c(self.bus, address, operations);
        reply(&mut lock(&self.script), at_ns, call, |answer| {
            let mut rest = &answer.bytes[..];
            for operation in operations {
                if let Operation::Read(into) = operation {
                    // The call fits, so its reads add up to what there is.
                    let (bytes, after) = rest.split_at(into.len());
                    into.copy_from_slice(bytes);
                    rest = after;
                }
            }
        })
    }

    /// Whoever breaks a transaction off takes it away from the list.
    fn broken_off(
        &mut self,
        _at_ns: u64,
        _address: u8,
        _frequency_hz: u32,
        _operations: &mut [Operation<'_>],
        _end: BreakOff,
    ) -> Reply {
        Reply::ok(())
    }
}

/// Pins that compare calls with [`Expectations`].
#[derive(Debug)]
pub struct MockGpio {
    script: Arc<Mutex<Script>>,
}

impl MockGpio {
    fn call<T>(&self, at_ns: u64, call: Call, value: impl FnOnce(Answer) -> T) -> Reply<T> {
        reply(&mut lock(&self.script), at_ns, call, value)
    }
}

impl Gpio for MockGpio {
    fn pin_use(&self, _pin: u32) -> Option<PinUse> {
        Some(PinUse::Free)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        self.call(at_ns, Call::open(pin, mode, initial), drop)
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        self.call(at_ns, Call::PinRead { pin }, |answer| answer.level)
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        self.call(at_ns, Call::PinWrite { pin, level }, drop)
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        lock(&self.script).note(at_ns, Call::PinClose { pin }, None);
        Reply::ok(())
    }
}

fn reply<T>(script: &mut Script, at_ns: u64, call: Call, value: impl FnOnce(Answer) -> T) -> Reply<T> {
    match script.take(at_ns, call) {
        Ok(answer) => {
            let extra_ns = answer.extra_ns;
            Reply { extra_ns, ..Reply::ok(value(answer)) }
        }
        Err(error) => {
            let (acknowledged, extra_ns) = match error {
                MockError::Scripted { position, .. } => script.failure(position),
                MockError::Deviation(_) => (0, 0),
            };
            Reply { extra_ns, ..Reply::failed(error, acknowledged) }
        }
    }
}

/// The list, whatever became of a thread that held it: it is consistent between any two statements.
fn lock(script: &Mutex<Script>) -> MutexGuard<'_, Script> {
    script.lock().unwrap_or_else(PoisonError::into_inner)
}
