//! What a run on a device needs, and how it ends.

use device_abi::{Outcome, Profile};
use device_link::{Counters, Dropped, Heap};
use hw_core::{AppConfig, Limits, Observer, backend::Hardware};

/// A run on a device: the same things that a simulated one is made of.
pub struct Job<'j> {
    /// The profile that counts.
    pub profile: &'static Profile,
    /// How the app is started.
    pub app: AppConfig,
    /// How far device time may go.
    pub limits: Limits,
    /// How long the guest may compute without an ABI call, milliseconds of real time.
    pub compute_ms: Option<u32>,
    /// Bytes of trace after which the run ends as `limit trace`; `None`: no trace is wanted.
    pub trace_bytes: Option<u64>,
    /// What the calls land on.
    pub hardware: Hardware,
    /// Who is told what the guest does.
    pub observer: Box<dyn Observer>,
    /// Asked now and then whether the run is to end.
    pub is_stopped: &'j dyn Fn() -> bool,
}

impl std::fmt::Debug for Job<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { profile, app, limits, .. } = self;
        f.debug_struct("Job")
            .field("profile", &profile.name)
            .field("app", app)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The outcome.
    pub outcome: Outcome,
    /// Device time at the end, nanoseconds.
    pub device_time_ns: u64,
    /// What the run took.
    pub counters: Counters,
    /// What the device could not send.
    pub dropped: Dropped,
    /// The device's memory after the run.
    pub heap: Heap,
}
