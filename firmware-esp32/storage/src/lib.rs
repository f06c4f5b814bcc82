//! Keeps the installed app in flash, so that it outlives a loss of power at any moment.
//!
//! ```text
//! sector   0, 1            2          3 … 2+n     3+n        4+n … 3+2n
//!          journal         header A   module A    header B   module B
//! ```
//!
//! An install goes to the slot that the present app is not in; its header is written last. What counts is the highest
//! sequence number of all whole headers: if that app has been uninstalled, there is none, whatever else is readable. The
//! journal knows what the app is started with, how its starts went, and has a second copy of its header.
//!
//! `STORAGE.md` beside this crate describes every byte, and what happens when the power goes in between.
//!
//! There is no clock and no thread in it, and nothing is allocated: memory is one page of [`PAGE_BYTES`] and what the
//! caller gives. Everything goes through the small trait [`Flash`], for which [`Nor`] adapts the drivers that speak
//! embedded-storage.

#![no_std]

extern crate alloc;

mod check;
mod error;
mod flash;
mod header;
mod incoming;
mod journal;
mod nor;
mod places;
mod record;
mod store;

pub use error::StoreError;
pub use flash::{Flash, FlashError, Operation, SECTOR_BYTES, WORD_BYTES};
pub use header::{PROFILE_BYTES, ProfileName};
pub use incoming::PAGE_BYTES;
pub use journal::{AUTOSTART_BYTES, Mark, Marks};
pub use nor::Nor;
pub use places::{SMALLEST_BYTES, Slot, flash_bytes};
pub use store::{App, Health, Store};
