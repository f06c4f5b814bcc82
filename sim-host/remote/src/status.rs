//! How a device is, as a value of its own.

use device_abi::{Outcome, system::ResetReason};
use device_link::{AppEntry, AppState, Counts, Heap, Info, LineRates, RunStatus};

/// How a device is: [`Info`], as far as it outlives its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its memory.
    pub heap: Heap,
    /// The installed app.
    pub app: Option<InstalledApp>,
    /// What it received since its start.
    pub received: Counts,
    /// How long ago it started, milliseconds.
    pub uptime_ms: u64,
    /// Why it started.
    pub last_reset: ResetReason,
    /// The bit rate of the line; `None` where it has none.
    pub line_rate: Option<LineRates>,
    /// The run that is going on.
    pub run: Option<RunStatus>,
    /// How the last run since the device's start ended (texts may be cut), and at what device time, nanoseconds.
    pub last_end: Option<(Outcome, u64)>,
}

/// An installed app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledApp {
    /// Bytes of its module.
    pub length: u32,
    /// CRC-32/ISO-HDLC of its module.
    pub crc32: u32,
    /// The profile that it is made for, and runs with.
    pub profile: String,
    /// What it does.
    pub state: AppState,
    /// Whether the device starts it by itself.
    pub autostart: bool,
    /// How often in a row it ended badly after the device had started it by itself.
    pub failed_starts: u8,
}

impl From<&Info<'_>> for Status {
    fn from(info: &Info<'_>) -> Self {
        Self {
            heap: info.heap,
            app: info.app.as_ref().map(InstalledApp::from),
            received: info.received,
            uptime_ms: info.uptime_ms,
            last_reset: info.last_reset,
            line_rate: info.line_rate,
            run: info.run,
            last_end: info.last_end.map(|end| (end.outcome.to_outcome(), end.time_ns)),
        }
    }
}

impl From<&AppEntry<'_>> for InstalledApp {
    fn from(entry: &AppEntry<'_>) -> Self {
        let &AppEntry { app: _, length, crc32, profile, state, autostart, failed_starts } = entry;
        Self { length, crc32, profile: profile.to_owned(), state, autostart, failed_starts }
    }
}
