//! The host's pins.

use alloc::{boxed::Box, vec::Vec};

use device_abi::gpio::{Level, Mode};
use device_link::{Answer, Answered, PinUse as LinkUse, Pins as LinkPins, What};
use hw_core::backend::{Gpio, PinUse, Reply};

use super::{Disconnected, RemoteError};
use crate::agent::{HostGone, Shared};

/// The host's pins.
#[derive(Debug)]
pub(crate) struct Pins {
    shared: Shared,
    app: u8,
    /// What each pin is there for, as it came with the start of the run.
    uses: Vec<u8>,
}

impl Pins {
    pub(crate) fn new(shared: Shared, app: u8, uses: Vec<u8>) -> Self {
        Self { shared, app, uses }
    }

    fn call<T>(&self, at_ns: u64, what: What<'_>, value: impl Fn(Answered<'_>) -> Option<T>) -> Reply<T> {
        let read = |answer: &Answer<'_>| Reply {
            result: match answer.result {
                Answered::Failed { code, .. } => Err(Box::new(RemoteError(code)) as Box<_>),
                other => value(other).ok_or_else(|| Box::new(Disconnected) as Box<_>),
            },
            acknowledged: 0,
            extra_ns: answer.extra_ns,
        };
        let called = self.shared.with(|agent| agent.call(self.app, at_ns, what, read));
        called.unwrap_or_else(|HostGone| Reply::failed(Disconnected, 0))
    }

    fn order(&self, at_ns: u64, what: What<'_>) -> Reply {
        self.call(at_ns, what, |answered| (answered == Answered::Done).then_some(()))
    }
}

impl Gpio for Pins {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        match LinkPins::new(&self.uses)?.of(pin) {
            LinkUse::Absent => None,
            LinkUse::Free => Some(PinUse::Free),
            LinkUse::Bus => Some(PinUse::Bus),
            LinkUse::Reserved => Some(PinUse::Reserved),
        }
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        self.order(at_ns, What::GpioOpen { pin, mode, initial })
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        self.call(at_ns, What::GpioRead { pin }, |answered| match answered {
            Answered::Level(level) => Some(level),
            _ => None,
        })
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        self.order(at_ns, What::GpioWrite { pin, level })
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        self.order(at_ns, What::GpioClose { pin })
    }
}
