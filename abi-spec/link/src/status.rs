//! How a device is: what it replies to `Info`.

use device_abi::system::ResetReason;
use serde::{Deserialize, Serialize};

use crate::{Counts, Dropped, EndOfRun, Mode, wire};

/// How a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info<'a> {
    /// Its memory.
    pub heap: Heap,
    /// The installed app that the request was about.
    #[serde(borrow)]
    pub app: Option<AppEntry<'a>>,
    /// What it received since its start.
    pub received: Counts,
    /// How long ago it started, milliseconds.
    pub uptime_ms: u64,
    /// Why it started.
    #[serde(with = "wire::reset_reason")]
    pub last_reset: ResetReason,
    /// The bit rate of the line that this goes over; `None` where it has none.
    pub line_rate: Option<LineRates>,
    /// The run that is going on.
    pub run: Option<RunStatus>,
    /// How the last run since the device's start ended.
    #[serde(borrow)]
    pub last_end: Option<LastEnd<'a>>,
}

/// A device's memory, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Heap {
    /// All of it.
    pub total: u32,
    /// Free now.
    pub free: u32,
    /// The least that was free since the device's start.
    pub least_free: u32,
}

/// An installed app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppEntry<'a> {
    /// Its id.
    pub app: u8,
    /// Bytes of its module.
    pub length: u32,
    /// CRC-32/ISO-HDLC of its module.
    pub crc32: u32,
    /// The profile that it is made for, and runs with.
    pub profile: &'a str,
    /// What it does.
    pub state: AppState,
    /// Whether the device starts it by itself.
    pub autostart: bool,
    /// How often in a row it ended badly after the device had started it by itself.
    pub failed_starts: u8,
}

/// What an app does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AppState {
    /// It is not running.
    Idle,
    /// It is running.
    Running,
    /// It ended badly too often after the device had started it by itself; the device does so no more.
    Held,
    /// What is stored of it is not what was installed. It cannot be started.
    Damaged,
}

/// The rate at which every line that has one begins, and to which both sides go back, baud.
pub const FIRST_BAUD: u32 = 115_200;

/// The bit rates of a line, baud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRates {
    /// The present one.
    pub now: u32,
    /// The highest that the device can do.
    pub highest: u32,
}

/// A run that is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStatus {
    /// Whose hardware its calls land on.
    pub mode: Mode,
    /// Device time, nanoseconds.
    pub time_ns: u64,
    /// What was not sent.
    pub dropped: Dropped,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEnd<'a> {
    /// How it ended; texts may be cut.
    #[serde(borrow)]
    pub outcome: EndOfRun<'a>,
    /// Device time at its end, nanoseconds.
    pub time_ns: u64,
}
