//! Why a device does not do what it was asked to do.

use core::fmt;

use serde::{Deserialize, Serialize};

/// Why a device does not do what it was asked to do. What was before is as it was, but for some installs that had begun:
/// `LINK.md` says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkError {
    /// No hello has come since the device's start, or one of another version.
    NoHello,
    /// The frame was whole, but its body is none of this version.
    Malformed,
    /// Another host is being served.
    HostBusy,
    /// There is no such app.
    NoApp,
    /// There can be no app with this id.
    AppId {
        /// Ids are below this.
        apps: u8,
    },
    /// A run is going on, which the request would disturb.
    Running,
    /// No run is going on.
    NotRunning,
    /// There is no room for the app.
    AppTooLarge {
        /// Bytes of the module.
        bytes: u32,
        /// Bytes that there is room for.
        room: u32,
    },
    /// No install has begun.
    NoInstall,
    /// Bytes of the app are missing.
    InstallIncomplete {
        /// How many arrived.
        received: u32,
        /// How many were announced.
        length: u32,
    },
    /// The bytes that arrived are not those that were announced.
    InstallDamaged {
        /// CRC-32 of what arrived.
        found: u32,
        /// CRC-32 that was announced.
        expected: u32,
    },
    /// The app could not be stored.
    Storage,
    /// The device does not run guests in this mode.
    ModeNotSupported,
    /// The device does not know a profile of this name.
    UnknownProfile,
    /// The device cannot hold what the profile promises.
    ProfileTooLarge,
    /// The host's frames are too short for the profile's transfers.
    PayloadTooShort {
        /// The longest payload that the host takes.
        bytes: u32,
        /// What bench mode needs.
        needed: u32,
    },
    /// Native mode: the chip has no such pin, or needs it itself.
    Pin {
        /// Its number.
        pin: u32,
    },
    /// Native mode: the chip has no such bus.
    I2cBus {
        /// Its number.
        bus: u32,
    },
    /// More arguments than the device takes.
    TooManyArguments {
        /// How many came.
        count: u32,
        /// How many may.
        limit: u32,
    },
    /// The device id is longer than 16 bytes.
    DeviceId {
        /// Its bytes.
        bytes: u32,
    },
    /// Too little memory for the run.
    OutOfMemory {
        /// Bytes that are needed.
        bytes: u32,
        /// Bytes that there are.
        room: u32,
    },
    /// The device does not do this.
    NotSupported,
    /// The line cannot go at this rate: it is too high or, maybe, too low.
    LineRate {
        /// The highest that it can, baud.
        highest: u32,
    },
    /// What the app is to be started with is too long to be kept.
    AutostartTooLong {
        /// Its bytes.
        bytes: u32,
        /// How many may be.
        limit: u32,
    },
    /// What is stored of the app is not what was installed: the flash is worn.
    AppDamaged {
        /// CRC-32 of what is stored.
        found: u32,
        /// CRC-32 of what was installed.
        expected: u32,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoHello => f.write_str("no hello of this protocol version came before"),
            Self::Malformed => f.write_str("the device cannot read the message"),
            Self::HostBusy => f.write_str("the device is serving another host"),
            Self::NoApp => f.write_str("no app is installed"),
            Self::AppId { apps } => write!(f, "app ids are below {apps}"),
            Self::Running => f.write_str("an app is running"),
            Self::NotRunning => f.write_str("no app is running"),
            Self::AppTooLarge { bytes, room } => {
                write!(f, "the app has {bytes} bytes, the device has room for {room}")
            }
            Self::NoInstall => f.write_str("no install has begun"),
            Self::InstallIncomplete { received, length } => {
                write!(f, "{received} of {length} bytes of the app arrived")
            }
            Self::InstallDamaged { found, expected } => {
                write!(f, "the app that arrived has crc32 {found:08x}, announced was {expected:08x}")
            }
            Self::Storage => f.write_str("the device could not store the app"),
            Self::ModeNotSupported => f.write_str("the device does not run guests in this mode"),
            Self::UnknownProfile => f.write_str("the device does not know the profile"),
            Self::ProfileTooLarge => f.write_str("the device cannot hold what the profile promises"),
            Self::PayloadTooShort { bytes, needed } => {
                write!(f, "the host takes payloads of {bytes} bytes, the profile's transfers need {needed}")
            }
            Self::Pin { pin } => write!(f, "the device has no pin {pin} for guests"),
            Self::I2cBus { bus } => write!(f, "the device has no i2c bus {bus}"),
            Self::TooManyArguments { count, limit } => {
                write!(f, "{count} arguments, the device takes {limit}")
            }
            Self::DeviceId { bytes } => write!(f, "a device id of {bytes} bytes, at most 16"),
            Self::OutOfMemory { bytes, room } => {
                write!(f, "the run needs {bytes} bytes of memory, the device has {room}")
            }
            Self::NotSupported => f.write_str("the device does not do this"),
            Self::LineRate { highest } => {
                write!(f, "the line does not go at this rate, but at up to {highest} baud")
            }
            Self::AutostartTooLong { bytes, limit } => {
                write!(f, "what the app is to be started with has {bytes} bytes, the device keeps {limit}")
            }
            Self::AppDamaged { found, expected } => {
                write!(
                    f,
                    "the stored app has crc32 {found:08x}, installed was {expected:08x}: the flash is worn"
                )
            }
        }
    }
}

impl core::error::Error for LinkError {}
