//! May this module run here? Decided before any engine sees a byte, the same on the desk and on the chip.
//!
//! [`check`] takes a module's bytes and the [`Profile`](device_abi::Profile) of the device, and gives a [`Guest`]
//! or a [`Refusal`](device_abi::Refusal). No bytes whatever make it panic. The order of the checks is part of the
//! contract, because it decides which refusal a module with several faults gets; [`check`] lists it.
//!
//! # Cargo features
//! - `validate`: full WebAssembly validation. Without it, the module's structure is checked (headers, sections,
//!   indices, features, imports, exports, limits, segments, nesting), but not the types inside function bodies;
//!   and `function-slots` counts no operands, since they cannot be counted without types.
//!   A valid module that is refused without the feature gets the same word with it, and the same name but for
//!   `function-slots`, where the operands of an earlier function may be too many already.
//! - `explain`: sentences for people, with the nearest right name. For hosts.

#![cfg_attr(not(feature = "explain"), no_std)]

extern crate alloc;

mod check;
mod counts;
#[cfg(feature = "explain")]
mod explain;
mod exports;
mod features;
mod functions;
mod guest;
mod header;
mod imports;
mod limits;
mod module;
mod refusal;
mod segments;
mod shape;
mod signature;
#[cfg(feature = "validate")]
mod validation;
#[cfg(not(feature = "validate"))]
#[path = "validation_off.rs"]
mod validation;

pub use check::check;
pub use counts::ESP32C3_HEAP_BYTES;
#[cfg(feature = "explain")]
pub use explain::explain;
pub use guest::Guest;
