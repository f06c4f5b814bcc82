//! Why an app is not stored, or not read.

use core::{error, fmt};

use crate::{flash::FlashError, places::Slot};

/// Why an app is not stored, or not read. What was installed before still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreError {
    /// The flash cannot hold two apps of this length, which installing needs.
    TooLarge {
        /// Bytes of the module.
        bytes: u32,
        /// Bytes that fit.
        room: u32,
    },
    /// The profile's name is longer than [`PROFILE_BYTES`](crate::PROFILE_BYTES).
    ProfileName {
        /// Its bytes.
        bytes: u32,
    },
    /// What the app is to be started with is longer than [`AUTOSTART_BYTES`](crate::AUTOSTART_BYTES).
    AutostartTooLong {
        /// Its bytes.
        bytes: u32,
    },
    /// There is no app.
    NoApp,
    /// No install has begun, or it has failed.
    NoInstall,
    /// Other bytes than announced have come.
    Length {
        /// How many have come, or would have.
        received: u32,
        /// How many were announced.
        length: u32,
    },
    /// What is stored of the app is not what was installed.
    Damaged {
        /// CRC-32 of those stored bytes that can be read.
        found: u32,
        /// CRC-32 of what was installed.
        expected: u32,
    },
    /// A slot's flash is worn: it holds no app.
    Slot {
        /// Which.
        slot: Slot,
        /// What it did.
        cause: FlashError,
    },
    /// The bytes that a slot keeps are others than those that it was given.
    Kept {
        /// Which.
        slot: Slot,
        /// CRC-32 of what it keeps.
        found: u32,
        /// CRC-32 of what was announced.
        expected: u32,
    },
    /// The journal's flash is worn: nothing new can be noted.
    Journal(FlashError),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooLarge { bytes, room } => {
                write!(f, "the app has {bytes} bytes, a slot has room for {room}")
            }
            Self::ProfileName { bytes } => {
                write!(f, "a profile name of {bytes} bytes, at most {}", crate::PROFILE_BYTES)
            }
            Self::AutostartTooLong { bytes } => {
                write!(
                    f,
                    "what the app is started with has {bytes} bytes, at most {}",
                    crate::AUTOSTART_BYTES
                )
            }
            Self::NoApp => f.write_str("no app is installed"),
            Self::NoInstall => f.write_str("no install has begun"),
            Self::Length { received, length } => write!(f, "{received} of {length} bytes of the app arrived"),
            Self::Damaged { found, expected } => {
                write!(f, "the stored app has crc32 {found:08x}, installed was {expected:08x}")
            }
            Self::Slot { slot, cause } => write!(f, "slot {slot} is worn: {cause}"),
            Self::Kept { slot, found, expected } => {
                write!(f, "slot {slot} is worn: it keeps crc32 {found:08x}, announced was {expected:08x}")
            }
            Self::Journal(cause) => write!(f, "the journal is worn: {cause}"),
        }
    }
}

impl error::Error for StoreError {}
