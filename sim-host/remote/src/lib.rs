//! Guests on a board at the other end of a line, with the simulator's hardware around them.
//!
//! ```text
//! Session ── hello, install, start ──▶ firmware: guest-check, wasm3, hw-core
//!    ▲                                     │
//!    └── Hardware, Observer  ◀── calls, log, trace
//! ```
//!
//! A [`Session`] speaks the protocol of `device-link` over a [`Line`]: TCP, a serial port, or a firmware that it starts
//! itself, as a Linux process or inside QEMU ([`Place`]). It knows no engine and no file of a board: hardware and observer
//! are the same seams of `hw-core` that the simulator uses.

mod agreement;
mod answer;
mod error;
mod frames;
mod hello;
mod install;
mod job;
mod line;
mod logs;
mod native;
mod place;
mod ports;
mod progress;
mod rate;
mod restart;
mod run;
mod serve;
mod session;
mod spelling;
mod status;
mod target;
pub mod tied;
mod watch;

pub use error::{LineError, RemoteError};
pub use hello::Device;
pub use install::Installed;
pub use job::{End, Job};
pub use line::{Access, Line, Program};
pub use logs::{KeptLine, Logs};
pub use native::{AUTOSTART, NativeStart, RUN, Wiring, Wish};
pub use place::{Firmware, Place};
pub use ports::{Port, Usb};
pub use restart::Uptime;
pub use session::{Session, UNINSTALL};
pub use spelling::PlaceError;
pub use status::{InstalledApp, Status};
pub use target::RemoteBoard;
pub use watch::Watch;
