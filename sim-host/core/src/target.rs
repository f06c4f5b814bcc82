//! Where a guest runs: in the simulator, or on a board at the end of a line.

use std::{error::Error, fmt, time::Duration};

use device_abi::{Outcome, Profile, Refusal};
use hw_core::{AppConfig, Limits, Observer, backend::Hardware};

use crate::{StopHandle, Time};

/// Where a guest runs. The simulator is one; see [`SimBuilder::run_on`](crate::SimBuilder::run_on) for others.
///
/// Whatever a guest is given and whatever it does passes through here: hardware and observer are the seams of
/// `hw-core`, so that mocks, chips, scenarios and recordings are the same everywhere.
pub trait Target: fmt::Debug {
    /// Runs a guest to its end.
    ///
    /// # Errors
    /// The target's own faults. Whatever the guest does is in the [`Ended`].
    fn run(&mut self, order: Order<'_>) -> Result<Ended, Box<dyn Error + Send + Sync>>;
}

/// What a target needs to run a guest.
#[derive(Debug)]
pub struct Order<'o> {
    /// The module.
    pub wasm: &'o [u8],
    /// What the simulator's own check says of the module. Another target decides for itself.
    pub checked: Result<guest_check::Guest, Refusal>,
    /// What the device can hold.
    pub profile: &'static Profile,
    /// How the app is started.
    pub app: AppConfig,
    /// How device time relates to the wall's.
    pub time: Time,
    /// How far device time may go.
    pub limits: Limits,
    /// How long the guest may compute without an ABI call, by the wall's clock.
    pub limit_compute: Option<Duration>,
    /// Bytes of trace after which the run ends; `None`: nobody wants a trace.
    pub trace_bytes: Option<u64>,
    /// What the calls land on.
    pub hardware: Hardware,
    /// Who is told what the guest does.
    pub observer: Box<dyn Observer>,
    /// By whom the run may be ended from outside.
    pub stop: StopHandle,
}

/// How a run ended on a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The outcome.
    pub outcome: Outcome,
    /// Device time at the end, nanoseconds.
    pub device_time_ns: u64,
    /// The guest's functions that were running when it trapped, innermost first, where the target knows.
    pub backtrace: Vec<String>,
}
