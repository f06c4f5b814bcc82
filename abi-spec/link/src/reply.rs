//! What a device replies to a host.

use serde::{Deserialize, Serialize};

use crate::{AppEntry, Info, LinkError, List, LogLine};

/// What a device replies to a [`Request`](crate::Request).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reply<'a> {
    /// It is done.
    Done,
    /// It is not done, and nothing was changed.
    Failed(LinkError),
    /// To `Info`.
    Info(#[serde(borrow)] Info<'a>),
    /// To `InstallBegin`: data may come up to this offset.
    Begun {
        /// The first offset that must not be sent yet.
        limit: u32,
    },
    /// To `List`.
    Apps(#[serde(borrow)] List<'a, AppEntry<'a>>),
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
