//! Runs on the device's own pins and in its own time.

use std::time::Duration;

use device_abi::system::ResetReason;
use device_link::{GIVE_UP_MS, I2cWires, LinkError, List, Mode, Outlook, PinUse, Pins, Request, Start};
use hw_core::{Observer, backend};

use crate::{End, RemoteError, Session, progress::Run, run::Left};

/// What is wired to which pins, for a run on the device's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wiring {
    /// What each pin is there for, from pin 0.
    pub pins: Vec<PinUse>,
    /// The I2C buses. A device needs to know the pins of each.
    pub i2c: Vec<I2cWires>,
}

impl Wiring {
    /// Pins from 0, as the board's backend uses them (`None`: the board does not have it), and buses.
    #[must_use]
    pub fn new(pins: impl IntoIterator<Item = Option<backend::PinUse>>, i2c: Vec<I2cWires>) -> Self {
        Self { pins: pins.into_iter().map(pin_use).collect(), i2c }
    }
}

/// What a pin is there for, as the device is told.
pub(crate) fn pin_use(pin: Option<backend::PinUse>) -> PinUse {
    match pin {
        None => PinUse::Absent,
        Some(backend::PinUse::Free) => PinUse::Free,
        Some(backend::PinUse::Bus) => PinUse::Bus,
        Some(backend::PinUse::Reserved) => PinUse::Reserved,
    }
}

/// What a native run is started with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NativeStart {
    /// Seed of `system.random`.
    pub seed: u64,
    /// The guest's arguments.
    pub arguments: Vec<String>,
    /// The run ends as `stopped` here, nanoseconds of device time.
    pub stop_after_ns: Option<u64>,
    /// The run ends as `limit time` here, nanoseconds of device time.
    pub time_ns: Option<u64>,
    /// How long the guest may compute without an ABI call, milliseconds.
    pub compute_ms: Option<u32>,
    /// Bytes of trace after which the run ends as `limit trace`; `None`: no trace is sent.
    pub trace_bytes: Option<u64>,
    /// What is wired to which pins.
    pub wiring: Wiring,
}

/// What somebody who follows a native run wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// That it goes on.
    GoOn,
    /// To leave it alone; it goes on.
    Leave,
    /// That it ends, as `stopped`.
    Stop,
}

impl Session {
    /// Starts the installed app on the device's own pins and returns at once.
    ///
    /// # Errors
    /// The device refuses: it cannot run guests natively, a pin or bus is not for guests, an app is running, none is
    /// installed.
    pub fn start_native(&mut self, start: &NativeStart) -> Result<(), RemoteError> {
        let last_reset = self.info()?.last_reset;
        start.with(last_reset, |start| self.ask("start", &Request::Start(start))).map(drop)
    }

    /// Has the device start the installed app whenever it starts, or no more.
    ///
    /// # Errors
    /// The device cannot do that, or no app is installed.
    pub fn autostart(&mut self, start: Option<&NativeStart>) -> Result<(), RemoteError> {
        let asked = match start {
            None => self.ask(AUTOSTART, &Request::Autostart(None)),
            // At that time, the device knows better why it started.
            Some(start) => start
                .with(ResetReason::PowerOn, |start| self.ask(AUTOSTART, &Request::Autostart(Some(start)))),
        };
        asked.map(drop)
    }

    /// Refuses to go on with a device that runs an app on its own pins: the hello has ended no such run.
    ///
    /// # Errors
    /// An app is running, or the device does not answer.
    pub fn refuse_running(&mut self) -> Result<(), RemoteError> {
        match self.info()?.run {
            Some(run) if run.mode == Mode::Native => Err(self.refused(RUN, LinkError::Running)),
            _ => Ok(()),
        }
    }

    /// Ends a run that is going on, and waits until it has ended: its app started by itself, or was left running.
    pub(crate) fn make_free(&mut self) -> Result<(), RemoteError> {
        if self.info()?.run.is_some() {
            self.stop()?;
        }
        let since_ms = self.now_ms();
        while self.info()?.run.is_some() {
            if self.now_ms() - since_ms >= GIVE_UP_MS {
                return Err(self.confused("the device does not end its run"));
            }
            self.wait_for_news(STOPPING)?;
        }
        // Events of that run are not to be taken for those of the next.
        self.renew()
    }

    /// Follows a native run that is going on: `observer` gets log, errors and trace from here on. Returns when the run has
    /// ended, or `None` when `wish` says to leave it; `wish` is asked some twenty times a second.
    ///
    /// # Errors
    /// The device fails, or does not answer.
    pub fn follow_native(
        &mut self,
        observer: Box<dyn Observer>,
        wish: &dyn Fn() -> Wish,
    ) -> Result<Option<End>, RemoteError> {
        match self.follow(Run::new(None, observer), wish) {
            Ok(Left::Ended(end)) => Ok(Some(*end)),
            Ok(Left::Running) => Ok(None),
            Err(RemoteError::Lost { .. }) => {
                let error = self.refused(RUN, LinkError::NoHello);
                Err(self.explained(RUN, error))
            }
            Err(error) => Err(self.explained(RUN, error)),
        }
    }
}

/// How long a device that ends its run is left in peace.
const STOPPING: Duration = Duration::from_millis(50);

/// What [`autostart`](Session::autostart) asks, as messages name it.
pub const AUTOSTART: &str = "autostart";

/// What [`follow_native`](Session::follow_native) asks about, as messages name it.
pub const RUN: &str = "run";

impl NativeStart {
    /// Gives the start as it is sent to `ask`.
    fn with<T>(&self, reset_reason: ResetReason, ask: impl FnOnce(Start<'_>) -> T) -> T {
        let pins: Vec<u8> = self.wiring.pins.iter().map(|pin| *pin as u8).collect();
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        ask(Start {
            mode: Mode::Native,
            seed: self.seed,
            arguments: List::from(arguments.as_slice()),
            stop_after_ns: self.stop_after_ns,
            time_ns: self.time_ns,
            compute_ms: self.compute_ms,
            trace_bytes: self.trace_bytes,
            // The device's own.
            device_id: &[],
            reset_reason,
            pins: Pins::new(&pins).unwrap_or_default(),
            i2c: List::from(self.wiring.i2c.as_slice()),
            outlook: Outlook::default(),
        })
    }
}
