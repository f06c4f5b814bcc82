//! Guests in Rust: apps for microcontrollers that run on the simulator and on the chip, without an allocator.
//!
//! Drivers and apps are written against embedded-hal 1.0 and the `log` crate, as always; this crate brings
//! their implementations ([`I2c`], [`Output`], [`Input`], [`OpenDrain`], [`Delay`]), and what the device
//! offers beside them ([`Timer`], [`clock`], [`system`]).
//!
//! ```no_run
//! use embedded_hal::delay::DelayNs as _;
//! use embedded_hal::digital::StatefulOutputPin as _;
//! use twinboard_guest::{Delay, Error, Level, Output, entry};
//!
//! entry!(blink);
//!
//! fn blink() -> Result<(), Error> {
//!     let mut led = Output::open(2, Level::Low)?;
//!     loop {
//!         led.toggle()?;
//!         Delay.delay_ms(500);
//!     }
//! }
//! ```
//!
//! An app is a `cdylib` for the target `wasm32v1-none`, with `#![no_std]`. Dropping an open thing closes it.
//!
//! [`abi`] is what lies below: the device's functions as they are, generated from its specification.

#![cfg_attr(not(test), no_std)]

#[allow(clashing_extern_declarations, reason = "imports of one name come from different modules")]
pub mod abi;
pub mod clock;
mod delay;
mod entry;
mod error;
mod event;
mod gpio;
mod i2c;
pub mod logger;
#[cfg(all(target_arch = "wasm32", feature = "panic-handler"))]
mod panic;
pub mod system;
mod text;
mod timer;

pub use abi::gpio::Level;
pub use abi::types::ErrorCode;
pub use delay::Delay;
pub use entry::Termination;
pub use error::Error;
pub use event::Event;
pub use gpio::{Input, OpenDrain, Output, Pull};
pub use i2c::I2c;
pub use timer::{Timer, TimerId};

/// What the macros expand to; nothing here is for use by name.
#[doc(hidden)]
pub mod macros {
    pub use crate::entry::run;
    pub use crate::event::deliver;
}
