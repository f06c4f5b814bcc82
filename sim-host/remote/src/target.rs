//! A board at the end of a line as a target of the simulator's library.

use std::{error::Error, fmt};

use sim_host::{Ended, Order, Target, Time};

use crate::{Firmware, Job, Place, RemoteError, Session};

/// A board at the end of a line. Installs the guest, and runs it there.
#[derive(Debug)]
pub struct RemoteBoard {
    session: Session,
}

impl RemoteBoard {
    /// Opens the line to a board, starts its firmware if that runs on this machine, and says hello.
    ///
    /// # Errors
    /// Why the board cannot be used.
    pub fn open(place: &Place, firmware: &Firmware) -> Result<Self, RemoteError> {
        let line = place.open(firmware)?;
        Ok(Self { session: Session::open(line, &place.to_string())? })
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
        self.session.install(order.wasm, |_| ())?;
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
        Ok(Ended { outcome: end.outcome, device_time_ns: end.device_time_ns, backtrace: Vec::new() })
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
