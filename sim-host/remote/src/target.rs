//! A board at the end of a line as a target of the simulator's library.

use std::{error::Error, fmt};

use device_link::LinkError;
use sim_host::{Ended, Order, Target, Time};

use crate::{End, Firmware, Job, Place, RemoteError, Session};

/// A board at the end of a line. Installs the guest, and runs it there.
#[derive(Debug)]
pub struct RemoteBoard {
    session: Session,
    last_end: Option<End>,
    /// The last run has failed: nobody knows how the session is.
    has_failed: bool,
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
        Self { session, last_end: None, has_failed: false }
    }

    /// How the last run ended, with what it took of the device.
    #[must_use]
    pub fn last_end(&self) -> Option<&End> {
        self.last_end.as_ref()
    }

    /// Installs a module. A former app that leaves no room for it goes: the next run installs its own.
    fn install(&mut self, wasm: &[u8], profile: &str) -> Result<(), RemoteError> {
        match self.session.install(wasm, profile, |_| ()) {
            Err(RemoteError::Refused { error: LinkError::AppTooLarge { .. }, .. })
                if self.session.uninstall().is_ok() =>
            {
                self.session.install(wasm, profile, |_| ())
            }
            installed => installed,
        }
    }

    /// The session with the board.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

impl Target for RemoteBoard {
    fn run(&mut self, order: Order<'_>) -> Result<Ended, Box<dyn Error + Send + Sync>> {
        if order.time == Time::Real {
            return Err(Box::new(VirtualOnly));
        }
        self.last_end = None;
        if std::mem::replace(&mut self.has_failed, true) {
            self.session.renew()?;
        }
        self.install(order.wasm, order.profile.name)?;
        let stop = order.stop;
        let end = self.session.run(Job {
            profile: order.profile,
            app: order.app,
            limits: order.limits,
            compute_ms: order.limit_compute.map(|limit| u32::try_from(limit.as_millis()).unwrap_or(u32::MAX)),
            trace_bytes: order.trace_bytes,
            hardware: order.hardware,
            observer: order.observer,
            is_stopped: &|| stop.is_stopped(),
        })?;
        let ended =
            Ended { outcome: end.outcome.clone(), device_time_ns: end.device_time_ns, backtrace: Vec::new() };
        self.last_end = Some(end);
        self.has_failed = false;
        Ok(ended)
    }
}

/// Real time was asked for.
#[derive(Debug)]
struct VirtualOnly;

impl fmt::Display for VirtualOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a board with the host's hardware around it runs in virtual time only")
    }
}

impl Error for VirtualOnly {}
