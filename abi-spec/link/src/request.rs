//! What a host asks of a device.

use serde::{Deserialize, Serialize};

use crate::{Start, wire};

/// What a host asks of a device, about the app in the frame's header. Each gets one [`Reply`](crate::Reply) with the
/// request's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request<'a> {
    /// Asks for an [`Info`](crate::Info).
    Info,
    /// Begins to install an app, which arrives as [`Data`]. The former app stays until the commit; an install that
    /// had begun before is given up if this one begins.
    InstallBegin {
        /// Bytes of the module.
        length: u32,
        /// CRC-32/ISO-HDLC of the module.
        crc32: u32,
        /// The profile that the app is made for, and runs with; the device must know it by this name and hold what it
        /// promises.
        profile: &'a str,
    },
    /// Ends an install: the new app takes the former one's place.
    InstallCommit,
    /// Gives an install up: the former app stays.
    InstallCancel,
    /// Runs the app. An install that had begun is given up.
    #[serde(borrow)]
    Start(Start<'a>),
    /// Ends the run as `stopped`.
    Stop,
    /// Forgets the app.
    Uninstall,
    /// Restarts the device, after the reply.
    Reset,
    /// Asks which apps there are.
    List,
    /// Asks for log lines that the device has kept.
    Logs {
        /// The number of the first line wanted; lines are numbered from 0 since the device's start.
        first: u32,
    },
    /// What the app is to be started with whenever the device starts; `None`: it waits for a host. Native mode only. It is
    /// kept with the app, and forgotten with it.
    #[serde(borrow)]
    Autostart(Option<Start<'a>>),
    /// Changes the bit rate of the line, after the reply. The host says hello at the new rate.
    LineRate {
        /// Bits in a second.
        baud: u32,
    },
}

impl Request<'_> {
    /// Whether doing it twice does no more than doing it once.
    #[must_use]
    pub fn only_asks(&self) -> bool {
        matches!(self, Self::Info | Self::List | Self::Logs { .. })
    }
}

/// A piece of the app that is being installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Data<'a> {
    /// Where in the module the piece begins.
    pub offset: u32,
    /// The piece.
    #[serde(borrow, with = "wire::bytes")]
    pub bytes: &'a [u8],
}

impl Data<'_> {
    /// Bytes of a payload that are not the piece: the frame's header, the offset, the length (both as varints, 5
    /// bytes at most).
    pub const OVERHEAD: usize = crate::HEADER_BYTES + 5 + 5;
}
