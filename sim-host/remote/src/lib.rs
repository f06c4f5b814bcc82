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
mod error;
mod frames;
mod install;
mod job;
mod line;
mod place;
mod progress;
mod run;
mod serve;
mod session;
mod status;
mod target;

pub use error::{LineError, RemoteError};
pub use job::{End, Job};
pub use line::Line;
pub use place::{Firmware, Place, PlaceError};
pub use session::{Device, Session};
pub use status::{InstalledApp, Status};
pub use target::RemoteBoard;
