//! An object with embedded-hal's I2C trait, as a bus.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use embedded_hal::i2c::{Error as _, I2c, Operation};
use hw_core::{
    adapter::{acknowledged, transfer},
    backend::{BreakOff, I2cBus, Reply, error_code},
};

use super::{AdapterError, CaughtPanic, caught::caught, error::keep};
use crate::Call;

/// Any `embedded_hal::i2c::I2c` as a backend; above all embedded-hal-mock's. Clones share it.
///
/// A lone write, a lone read, and a write before a read go to `write`, `read` and `write_read`, everything else
/// to `transaction`: mocks tell them apart, though the wires do not. A panic of the object becomes `other`
/// for the guest, and [`report`](Self::report) tells of it. Objects that panic when they are dropped, as
/// embedded-hal-mock's do without `done`, want [`finish`](Self::finish) first.
pub struct EmbeddedHalMock<T> {
    bus: u32,
    shared: Arc<Mutex<State<T>>>,
}

struct State<T> {
    i2c: T,
    calls: u64,
    panics: Vec<CaughtPanic>,
}

impl<T> EmbeddedHalMock<T> {
    /// Puts `i2c` behind bus `bus`, the number that messages name.
    #[must_use]
    pub fn new(bus: u32, i2c: T) -> Self {
        Self { bus, shared: Arc::new(Mutex::new(State { i2c, calls: 0, panics: Vec::new() })) }
    }

    /// The first panic, if there was one.
    ///
    /// # Errors
    /// The object panicked, in a transaction or in [`finish`](Self::finish).
    pub fn report(&self) -> Result<(), CaughtPanic> {
        self.lock().panics.first().cloned().map_or(Ok(()), Err)
    }

    /// The first panics, at most 64, oldest first.
    #[must_use]
    pub fn panics(&self) -> Vec<CaughtPanic> {
        self.lock().panics.clone()
    }

    /// Asks the object whether it is content, as in `bus.finish(|mock| mock.done())`, and reports.
    ///
    /// # Errors
    /// The object panicked: now, or if it did so earlier, then.
    pub fn finish(&self, done: impl FnOnce(&mut T)) -> Result<(), CaughtPanic> {
        let mut state = self.lock();
        if let Err(panic) = caught(|| done(&mut state.i2c)) {
            let panic = CaughtPanic::new(format!("i2c.{}", self.bus), None, state.calls, panic);
            keep(&mut state.panics, &panic);
        }
        drop(state);
        self.report()
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: I2c + Send> I2cBus for EmbeddedHalMock<T> {
    fn transaction(
        &mut self,
        _at_ns: u64,
        address: u8,
        _frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let mut state = self.lock();
        state.calls += 1;
        let call = Call::i2c(self.bus, address, operations);
        let i2c = &mut state.i2c;
        let result = caught(|| {
            // An error is the user's own code, too.
            transfer(i2c, address, operations).map_err(|error| (error.kind(), format!("{error:?}")))
        });
        match result {
            Ok(Ok(())) => Reply::ok(()),
            Ok(Err((kind, error))) => {
                let error = AdapterError::Answered { call, code: error_code(kind), error };
                Reply::failed(error, acknowledged(kind))
            }
            Err(panic) => {
                let panic = CaughtPanic::new(format!("i2c.{}", self.bus), Some(call), state.calls, panic);
                keep(&mut state.panics, &panic);
                Reply::failed(AdapterError::Panicked(panic), 0)
            }
        }
    }

    /// The object hears whole transactions only: a mock would take a part for another call.
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

impl<T> Clone for EmbeddedHalMock<T> {
    fn clone(&self) -> Self {
        Self { bus: self.bus, shared: Arc::clone(&self.shared) }
    }
}

impl<T> fmt::Debug for EmbeddedHalMock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("EmbeddedHalMock")
            .field("bus", &self.bus)
            .field("calls", &state.calls)
            .field("panics", &state.panics)
            .finish_non_exhaustive()
    }
}
