//! Objects with embedded-hal's pin traits, as the pins of a board.

use core::{
    any::{Any, type_name},
    fmt,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use embedded_hal::digital::{InputPin, OutputPin, PinState};
use hw_core::{
    adapter::{level, pin_state},
    backend::{Gpio, PinUse, Reply},
};

use super::{AdapterError, CaughtPanic, caught::caught, error::keep};
use crate::Call;

/// Any `embedded_hal::digital` pins as a backend; above all embedded-hal-mock's. Clones share them.
///
/// A read asks `is_high`. Opening an output drives its initial level, so a mock sees one `set_low` or `set_high`
/// then; opening an input and closing are not the object's business. The board has the pins that were given. Objects that
/// panic when they are dropped, as embedded-hal-mock's do without `done`, want [`finish`](Self::finish) first.
#[derive(Clone, Default)]
pub struct EmbeddedHalPins {
    shared: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    pins: BTreeMap<u32, Pin>,
    panics: Vec<CaughtPanic>,
}

struct Pin {
    object: Box<dyn Object>,
    calls: u64,
}

/// A pin object, its type and its error's forgotten. `None`: it has no such call.
trait Object: Send {
    fn read(&mut self) -> Option<Result<bool, String>>;
    fn write(&mut self, state: PinState) -> Option<Result<(), String>>;
    /// What was given.
    fn given(&mut self) -> &mut dyn Any;
}

struct Input<P>(P);
struct Output<P>(P);
struct Both<P>(P);

impl EmbeddedHalPins {
    /// A board without pins.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes `object` pin `pin`, which can be read. It replaces an earlier one.
    #[must_use]
    pub fn input(self, pin: u32, object: impl InputPin + Send + 'static) -> Self {
        self.insert(pin, Box::new(Input(object)))
    }

    /// Makes `object` pin `pin`, which can be written. It replaces an earlier one.
    #[must_use]
    pub fn output(self, pin: u32, object: impl OutputPin + Send + 'static) -> Self {
        self.insert(pin, Box::new(Output(object)))
    }

    /// Makes `object` pin `pin`, which can be written and read. It replaces an earlier one.
    #[must_use]
    pub fn both(self, pin: u32, object: impl InputPin + OutputPin + Send + 'static) -> Self {
        self.insert(pin, Box::new(Both(object)))
    }

    fn insert(self, pin: u32, object: Box<dyn Object>) -> Self {
        self.lock().pins.insert(pin, Pin { object, calls: 0 });
        self
    }

    /// The first panic of a pin, if there was one.
    ///
    /// # Errors
    /// A pin panicked.
    pub fn report(&self) -> Result<(), CaughtPanic> {
        self.lock().panics.first().cloned().map_or(Ok(()), Err)
    }

    /// The first panics of all pins, at most 64, oldest first.
    #[must_use]
    pub fn panics(&self) -> Vec<CaughtPanic> {
        self.lock().panics.clone()
    }

    /// Asks the object at `pin` whether it is content, as in `pins.finish(2, |pin: &mut Mock| pin.done())`, and reports
    /// on all pins.
    ///
    /// # Errors
    /// A pin panicked: now, or if one did so earlier, then.
    ///
    /// # Panics
    /// No object of type `P` was given for `pin`.
    pub fn finish<P: 'static>(&self, pin: u32, done: impl FnOnce(&mut P)) -> Result<(), CaughtPanic> {
        let mut state = self.lock();
        let State { pins, panics } = &mut *state;
        let given = pins.get_mut(&pin).and_then(|Pin { object, calls }| {
            let object = object.given().downcast_mut::<P>()?;
            Some((object, *calls))
        });
        let Some((object, calls)) = given else {
            drop(state);
            panic!("pin {pin}: no object of type {} was given", type_name::<P>());
        };
        if let Err(panic) = caught(|| done(object)) {
            keep(panics, &CaughtPanic::new(format!("pin {pin}"), None, calls, panic));
        }
        drop(state);
        self.report()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call<T>(
        &self,
        pin: u32,
        call: Call,
        run: impl FnOnce(&mut dyn Object) -> Option<Result<T, String>>,
    ) -> Reply<T> {
        let mut state = self.lock();
        let State { pins, panics } = &mut *state;
        let Some(Pin { object, calls }) = pins.get_mut(&pin) else {
            return Reply::failed(AdapterError::NotGiven { call, code: ErrorCode::NotFound }, 0);
        };
        *calls += 1;
        let error = match caught(|| run(object.as_mut())) {
            Ok(Some(Ok(value))) => return Reply::ok(value),
            Ok(Some(Err(error))) => AdapterError::Answered { call, code: ErrorCode::Other, error },
            Ok(None) => AdapterError::NotGiven { call, code: ErrorCode::NotSupported },
            Err(panic) => {
                let panic = CaughtPanic::new(format!("pin {pin}"), Some(call), *calls, panic);
                keep(panics, &panic);
                AdapterError::Panicked(panic)
            }
        };
        Reply::failed(error, 0)
    }
}

impl Gpio for EmbeddedHalPins {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.lock().pins.contains_key(&pin).then_some(PinUse::Free)
    }

    fn open(&mut self, _at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        let call = Call::open(pin, mode, initial);
        match call {
            Call::PinOpen { initial: Some(level), .. } => {
                self.call(pin, call, |object| object.write(pin_state(level)))
            }
            _ => Reply::ok(()),
        }
    }

    fn read(&mut self, _at_ns: u64, pin: u32) -> Reply<Level> {
        self.call(pin, Call::PinRead { pin }, |object| Some(object.read()?.map(level)))
    }

    fn write(&mut self, _at_ns: u64, pin: u32, level: Level) -> Reply {
        self.call(pin, Call::PinWrite { pin, level }, |object| object.write(pin_state(level)))
    }

    fn close(&mut self, _at_ns: u64, _pin: u32) -> Reply {
        Reply::ok(())
    }
}

fn read(pin: &mut impl InputPin) -> Option<Result<bool, String>> {
    Some(pin.is_high().map_err(|error| format!("{error:?}")))
}

fn write(pin: &mut impl OutputPin, state: PinState) -> Option<Result<(), String>> {
    Some(pin.set_state(state).map_err(|error| format!("{error:?}")))
}

impl<P: InputPin + Send + 'static> Object for Input<P> {
    fn read(&mut self) -> Option<Result<bool, String>> {
        read(&mut self.0)
    }

    fn write(&mut self, _state: PinState) -> Option<Result<(), String>> {
        None
    }

    fn given(&mut self) -> &mut dyn Any {
        &mut self.0
    }
}

impl<P: OutputPin + Send + 'static> Object for Output<P> {
    fn read(&mut self) -> Option<Result<bool, String>> {
        None
    }

    fn write(&mut self, state: PinState) -> Option<Result<(), String>> {
        write(&mut self.0, state)
    }

    fn given(&mut self) -> &mut dyn Any {
        &mut self.0
    }
}

impl<P: InputPin + OutputPin + Send + 'static> Object for Both<P> {
    fn read(&mut self) -> Option<Result<bool, String>> {
        read(&mut self.0)
    }

    fn write(&mut self, state: PinState) -> Option<Result<(), String>> {
        write(&mut self.0, state)
    }

    fn given(&mut self) -> &mut dyn Any {
        &mut self.0
    }
}

impl fmt::Debug for EmbeddedHalPins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("EmbeddedHalPins")
            .field("pins", &state.pins.keys())
            .field("panics", &state.panics)
            .finish_non_exhaustive()
    }
}
