//! One device: its hardware, its clock, and who owns what.

use alloc::{boxed::Box, vec, vec::Vec};

use device_abi::{Function, Profile, trace::TraceBuffer, types::ErrorCode};

use crate::{
    Limits, Observer, Pace,
    backend::{DeviceError, Hardware, Outlook, PinUse, Reply},
    time::Clock,
};

/// One device: its hardware, its clock, and who owns what. Its apps are beside it, not in it.
#[derive(Debug)]
pub struct Device {
    pub(crate) hardware: Hardware,
    pub(crate) profile: Profile,
    pub(crate) clock: Clock,
    pub(crate) observer: Box<dyn Observer>,
    pub(crate) trace: Option<Tracing>,
    /// Whether the outside sees calls and messages; there is a trace then.
    pub(crate) listens: bool,
    /// By pin number: whether an app has it.
    pub(crate) pins_taken: Vec<bool>,
    /// Bytes on their way from a bus to a guest, so that a failed call leaves guest memory as it was.
    pub(crate) staging: Vec<u8>,
    /// When a timer or the outside next wants something.
    pub(crate) due_ns: u64,
    pub(crate) activity: u64,
}

/// How a device is made.
#[derive(Debug)]
pub struct DeviceConfig {
    /// What it can hold.
    pub profile: Profile,
    /// What its calls land on.
    pub hardware: Hardware,
    /// How far its time may go.
    pub limits: Limits,
    /// How its time relates to the wall's.
    pub pace: Box<dyn Pace>,
    /// Who watches it.
    pub observer: Box<dyn Observer>,
    /// Bytes of trace after which a run ends as `limit trace`; `None`: no trace is kept.
    pub trace_bytes: Option<u64>,
}

/// The trace, on its way to the observer and to an outside that listens.
#[derive(Debug)]
pub(crate) struct Tracing {
    pub(crate) buffer: TraceBuffer,
    /// Bytes that may still be handed on; `None`: the observer wants none.
    left: Option<u64>,
    /// Bytes of the buffer that the outside has seen.
    told: usize,
    /// Records are handed on in pieces of about this size, bytes.
    piece: usize,
}

/// The smallest pieces of trace, bytes; the largest are as large as a transfer of the profile, because a device must
/// have the memory for one.
const SMALLEST_PIECE: usize = 4 * 1024;

impl Device {
    /// A device at time 0.
    #[must_use]
    pub fn new(config: DeviceConfig) -> Self {
        let DeviceConfig { profile, hardware, limits, pace, observer, trace_bytes } = config;
        let Outlook { next_ns, listens, .. } = hardware.outside.outlook();
        Self {
            due_ns: next_ns.unwrap_or(u64::MAX),
            listens,
            hardware,
            profile,
            clock: Clock::new(limits, pace),
            observer,
            trace: (listens || trace_bytes.is_some()).then(|| Tracing::new(trace_bytes, &profile)),
            pins_taken: vec![false; profile.gpio_pins as usize],
            staging: Vec::with_capacity(profile.max_transfer_bytes as usize),
            activity: 0,
        }
    }

    /// Device time, nanoseconds since the start.
    #[must_use]
    pub fn now_ns(&self) -> u64 {
        self.clock.now_ns()
    }

    /// Counts the ABI calls that were started and the events that were delivered: a watchdog sees by it whether a guest
    /// just computes.
    #[must_use]
    pub fn activity(&self) -> u64 {
        self.activity
    }

    /// Hands what is left of the trace to the observer.
    pub fn flush(&mut self) {
        if let Some(tracing) = &mut self.trace {
            tracing.hand_on(&mut *self.observer);
        }
    }

    /// Tells the outside nothing more, and records no longer what only it wanted.
    #[cold]
    pub(crate) fn stop_listening(&mut self) {
        self.listens = false;
        if self.trace.as_ref().is_some_and(|trace| trace.left.is_none()) {
            self.trace = None;
        }
    }

    /// Takes a backend's reply apart: time passes, an error is reported and becomes a code that `function` lists.
    #[inline]
    pub(crate) fn settle<T>(
        &mut self,
        function: Function,
        bus_ns: u64,
        reply: Reply<T>,
    ) -> Result<T, ErrorCode> {
        self.clock.spend(bus_ns.saturating_add(reply.extra_ns));
        match reply.result {
            Ok(value) => Ok(value),
            Err(error) => Err(self.report(function, &*error)),
        }
    }

    /// Tells the operator of an error, and gives the guest its code.
    #[cold]
    pub(crate) fn report(&mut self, function: Function, error: &dyn DeviceError) -> ErrorCode {
        self.observer.error(self.clock.now_ns(), function, error);
        let code = error.code();
        let listed = function.info().errors;
        if listed.contains(&code) { code } else { ErrorCode::Other }
    }

    pub(crate) fn pin_use(&self, pin: u32) -> Option<PinUse> {
        if pin >= self.profile.gpio_pins {
            return None;
        }
        let pin_use = self.hardware.gpio.pin_use(pin)?;
        Some(if self.profile.reserved(pin).is_some() { PinUse::Reserved } else { pin_use })
    }
}

impl Tracing {
    fn new(limit: Option<u64>, profile: &Profile) -> Self {
        let transfer = profile.max_transfer_bytes as usize;
        let piece = transfer.max(SMALLEST_PIECE);
        let mut tracing = Self { buffer: TraceBuffer::new(piece, transfer), left: limit, told: 0, piece };
        tracing.restart();
        tracing
    }

    /// Begins a new piece, of what may still be handed on.
    fn restart(&mut self) {
        let left = self.left.and_then(|left| usize::try_from(left).ok()).unwrap_or(usize::MAX);
        self.buffer.restart(left.min(self.piece));
    }

    /// Hands the records on. Returns whether the limit allows more.
    pub(crate) fn hand_on(&mut self, observer: &mut dyn Observer) -> bool {
        let records = self.buffer.bytes();
        if let Some(left) = &mut self.left
            && !records.is_empty()
        {
            observer.records(records);
            *left = left.saturating_sub(records.len() as u64);
        }
        self.restart();
        self.told = 0;
        self.left != Some(0)
    }

    /// The record that the outside has not seen yet, if there is one.
    pub(crate) fn untold(&self) -> &[u8] {
        &self.buffer.bytes()[self.told..]
    }

    /// Notes that the outside has seen everything; what nobody else wants is gone then.
    pub(crate) fn told(&mut self) {
        if self.left.is_none() {
            self.restart();
        }
        self.told = self.buffer.bytes().len();
    }
}
