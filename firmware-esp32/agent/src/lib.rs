//! The firmware's core: installs and runs guests for a host at the other end of a line.
//!
//! ```text
//! Board ── bytes ──▶ Line ── messages ──▶ Desk: hello, install, start, stop      (always, also while a guest runs)
//!                                          │
//!                      run(): guest-check, wasm3, hw-core ── calls ──▶ Bench: the host's hardware, over the line
//! ```
//!
//! A [`Board`] has the bytes, the time and the memory figures; everything else is here, the same on every board.
//! There is one thread: whatever waits (a guest's call, its sleep, its computing) looks at the line meanwhile, so that
//! the host can always stop it.

#![no_std]

extern crate alloc;

mod agent;
mod bench;
mod board;
mod desk;
mod events;
mod line;
mod order;
mod pace;
mod panic;
mod run;
mod slot;
mod stream;

pub use agent::serve;
pub use board::{Board, Identity, Native, Wiring};
pub use panic::panic_frame;
