//! What a device replies to a host.

use serde::{Deserialize, Serialize};

use crate::{Counts, LinkError, List, LogLine};

/// What a device replies to a [`Request`](crate::Request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply<'a> {
    /// It is done.
    Done,
    /// It is not done, and nothing was changed.
    Failed(LinkError),
    /// To `Info`.
    Info(Info),
    /// To `InstallBegin`: data may come up to this offset.
    Begun {
        /// The first offset that must not be sent yet.
        limit: u32,
    },
    /// To `List`.
    Apps(#[serde(borrow)] List<'a, AppEntry>),
    /// To `Logs`: lines that were kept, oldest first, as many as fit.
    Logs {
        /// The number of the first of them, or of the next line if there are none. Above the one that was asked for
        /// if older lines were forgotten.
        first: u32,
        /// The number that the next written line will have.
        next: u32,
        /// The lines.
        #[serde(borrow)]
        lines: List<'a, LogLine<'a>>,
    },
}

/// How a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Info {
    /// Its memory.
    pub heap: Heap,
    /// The installed app that the request was about.
    pub app: Option<AppEntry>,
    /// What it received since its start.
    pub received: Counts,
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
pub struct AppEntry {
    /// Its id.
    pub app: u8,
    /// Bytes of its module.
    pub length: u32,
    /// CRC-32/ISO-HDLC of its module.
    pub crc32: u32,
    /// What it does.
    pub state: AppState,
}

/// What an app does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AppState {
    /// It is not running.
    Idle,
    /// It is running.
    Running,
}

/// How far an install has come. Sent after data; the header's number is that of the install's `InstallBegin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Everything before this offset has arrived.
    pub received: u32,
    /// The first offset that must not be sent yet.
    pub limit: u32,
    /// Something was lost: send again from `received` on.
    pub again: bool,
}
