//! wasm3, the WebAssembly interpreter for chips, behind a safe face: the only place that knows its C interface.
//!
//! ```text
//! bytes ──guest-check──▶ Module ──wasm3──▶ Instance ──hw_core::Engine──▶ Running
//! ```
//!
//! - [`Module`]: bytes that guest-check has accepted. wasm3 0.5 does not validate, so nothing else gets to it.
//! - [`Instance`]: one guest in wasm3, with functions that Rust provides ([`HostFunction`]).
//! - [`Running`]: an instance with the functions of the device ABI, as hw-core's run loop wants it.
//!
//! # How it is bounded
//! Everything that a guest needs is allocated when it is loaded: its memory up to the bound of its check, the value
//! stack, the compiled code of all its functions. What does not fit is [`LoadError::OutOfMemory`]; nothing is
//! allocated while it runs.
//!
//! Every loop iteration and function entry counts down; at zero, or when the interrupt flag is set, the embedder is
//! asked whether the guest may go on ([`Host::check`]). A call that would take more of the native stack than
//! [`Limits`] allow ends as `stack-exhausted`, like one that overruns the value stack. Nothing else keeps native stack:
//! `c/loops.h` has loops that jump back, in the place of wasm3's.
//!
//! # No globals
//! wasm3's own state hangs on its runtime, and this crate's on the runtime's user data. So any number of instances may
//! exist at a time. What wasm3 has of variables: its words for errors, which nobody writes, and a number that it gives
//! to each piece of compiled code, which nobody reads.
//!
//! # Mistakes of wasm3 0.5
//! It was not made for modules that a compiler would not write. `build/repairs.rs` and the files in `c` list what valid
//! modules run into (unreachable code, values that share a slot, results of blocks that end with a float, a full heap) and
//! mend it in a copy of its sources; `tests/accepted.rs` looks for more. Later versions are compiled as they are,
//! with a warning: none was tested.
//!
//! # Building
//! `cargo xtask setup` fetches wasm3's sources; build.rs says how to use others and how to switch AddressSanitizer on.

#![no_std]

extern crate alloc;

mod control;
mod error;
mod exports;
mod ffi;
mod heap;
mod host;
mod instance;
mod limits;
mod link;
mod module;
mod running;
mod trap;

pub use error::{Ended, LoadError};
pub use host::{Cell, Host, HostFunction, Value};
pub use instance::{Instance, version};
pub use limits::Limits;
pub use link::{FUNCTIONS, State, Watch};
pub use module::Module;
pub use running::Running;
