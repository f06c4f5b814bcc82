//! A board at the end of a line as a target of the simulator's library.

use std::{error::Error, fmt};

use device_abi::Outcome;
use device_link::LinkError;
use sim_host::{Ended, Order, StopHandle, Target, Time};

use crate::{End, Firmware, Installed, Job, NativeStart, Place, RemoteError, Session, Wiring, Wish};

/// A board at the end of a line. Installs the guest, and runs it there.
#[derive(Debug)]
pub struct RemoteBoard {
    session: Session,
    last_end: Option<End>,
    /// The last run has failed: nobody knows how the session is.
    has_failed: bool,
    /// How the board is wired, if guests are to run on its own pins.
    native: Option<Wiring>,
}

impl RemoteBoard {
    /// Opens the line to a board, starts its firmware if that runs on this machine, and says hello.
    ///
    /// # Errors
    /// Why the board cannot be used.
    pub fn open(place: &Place, firmware: &Firmware) -> Result<Self, RemoteError> {
        let line = place.open(firmware)?;
        Session::open(line, &place.to_string()).map(Self::new)
    }

    /// A board that has said hello already.
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self { session, last_end: None, has_failed: false, native: None }
    }

    /// The same board, but guests run on its own pins, wired like this, and in its own time. The hardware of an order is
    /// then left alone.
    #[must_use]
    pub fn native(self, wiring: Wiring) -> Self {
        Self { native: Some(wiring), ..self }
    }

    /// How the last run ended, with what it took of the device.
    #[must_use]
    pub fn last_end(&self) -> Option<&End> {
        self.last_end.as_ref()
    }

    /// Installs a module. A former app that leaves no room for it goes: the next run installs its own.
    fn install(&mut self, wasm: &[u8], profile: &str, stop: &StopHandle) -> Result<Installed, RemoteError> {
        let is_stopped = || stop.is_stopped();
        let installed = self.session.install_unless(&is_stopped, wasm, profile, |_| ());
        match &installed {
            Err(RemoteError::Refused { error: LinkError::AppTooLarge { bytes, room }, .. })
                if self.has_room_without_former_app(*bytes, *room)? =>
            {
                self.session.uninstall()?;
                self.session.install_unless(&is_stopped, wasm, profile, |_| ())
            }
            _ => installed,
        }
    }

    /// Whether a module of `bytes` bytes fits when the installed app is gone; beside it there is `room`.
    fn has_room_without_former_app(&mut self, bytes: u32, room: u32) -> Result<bool, RemoteError> {
        // In flash, each of the two slots is as large with and without it.
        if self.session.device().persistent {
            return Ok(false);
        }
        let former = self.session.info()?.app;
        Ok(former.is_some_and(|app| room.saturating_add(app.length) >= bytes))
    }

    /// The session with the board.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

impl Target for RemoteBoard {
    fn run(&mut self, order: Order<'_>) -> Result<Ended, Box<dyn Error + Send + Sync>> {
        if (order.time == Time::Real) != self.native.is_some() {
            return Err(Box::new(if self.native.is_some() {
                OtherTime::RealOnly
            } else {
                OtherTime::VirtualOnly
            }));
        }
        self.last_end = None;
        // Before anything is stopped or taken away for it.
        self.session.check_profile(order.profile)?;
        if order.stop.is_stopped() {
            return Ok(stopped());
        }
        if std::mem::replace(&mut self.has_failed, true) {
            self.session.renew()?;
        }
        if self.native.is_some() {
            self.session.make_free()?;
            self.session.raise_rate()?;
        }
        match self.install(order.wasm, order.profile.name, &order.stop) {
            Ok(_) if !order.stop.is_stopped() => {}
            Ok(_) | Err(RemoteError::Stopped { .. }) => {
                self.has_failed = false;
                return Ok(stopped());
            }
            Err(error) => return Err(error.into()),
        }
        let end = match &self.native {
            Some(wiring) => run_native(&mut self.session, wiring.clone(), order)?,
            None => run_with_hardware(&mut self.session, order)?,
        };
        let ended =
            Ended { outcome: end.outcome.clone(), device_time_ns: end.device_time_ns, backtrace: Vec::new() };
        self.last_end = Some(end);
        self.has_failed = false;
        Ok(ended)
    }
}

/// The end of a run that was not wanted any more before it began.
fn stopped() -> Ended {
    Ended { outcome: Outcome::Stopped, device_time_ns: 0, backtrace: Vec::new() }
}

fn run_with_hardware(session: &mut Session, order: Order<'_>) -> Result<End, RemoteError> {
    let compute_ms = compute_ms(&order);
    let stop = order.stop;
    session.run(Job {
        profile: order.profile,
        app: order.app,
        limits: order.limits,
        compute_ms,
        trace_bytes: order.trace_bytes,
        hardware: order.hardware,
        observer: order.observer,
        is_stopped: &|| stop.is_stopped(),
    })
}

fn run_native(session: &mut Session, wiring: Wiring, order: Order<'_>) -> Result<End, RemoteError> {
    session.start_native(&NativeStart {
        seed: order.app.seed,
        compute_ms: compute_ms(&order),
        arguments: order.app.arguments,
        stop_after_ns: order.limits.stop_after_ns,
        time_ns: order.limits.time_ns,
        trace_bytes: order.trace_bytes,
        wiring,
    })?;
    let stop = order.stop;
    let wish = || if stop.is_stopped() { Wish::Stop } else { Wish::GoOn };
    let end = session.follow_native(order.observer, &wish)?;
    end.ok_or_else(|| session.confused("a run was left alone that was to be followed"))
}

fn compute_ms(order: &Order<'_>) -> Option<u32> {
    order.limit_compute.map(|limit| u32::try_from(limit.as_millis()).unwrap_or(u32::MAX))
}

/// A run was ordered in another time than the board has.
#[derive(Debug)]
enum OtherTime {
    VirtualOnly,
    RealOnly,
}

impl fmt::Display for OtherTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::VirtualOnly => "a board with the host's hardware around it runs in virtual time only",
            Self::RealOnly => "a board on its own pins runs in real time only",
        })
    }
}

impl Error for OtherTime {}
