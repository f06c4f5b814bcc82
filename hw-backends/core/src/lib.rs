//! What the device ABI means, once, for the simulator and for the firmware.
//!
//! A [`Device`] owns hardware, clock and who owns what; an [`App`] owns handles, timers, events and its place in
//! the log. The generated glue calls the traits of `device-abi` on a [`View`], which is one app on one device.
//! The crate knows no engine: [`run`] drives whatever implements [`Engine`].
//!
//! Memory is allocated when a device or app is made, for the trace, and for error reports; not per call.

#![no_std]

extern crate alloc;

pub mod adapter;
mod app;
pub mod backend;
mod calls;
mod device;
mod events;
mod handles;
mod observer;
mod random;
mod run;
mod time;
mod timers;
mod view;

pub use app::{App, AppConfig};
pub use device::{Device, DeviceConfig};
pub use events::Event;
pub use observer::{LogLine, Observer};
pub use run::{Engine, run};
pub use time::{CALL_COST_NS, Limits, Pace, Stopped, Unpaced};
pub use view::View;
