//! The firmware's core: installs and runs guests for a host at the other end of a line.
//!
//! ```text
//! Board ── bytes ──▶ Line ── messages ──▶ Desk: hello, install, start, stop      (always, also while a guest runs)
//!                                          │
//!                      run(): guest-check, wasm3, hw-core ── calls ──▶ Bench: the host's hardware, over the line
//!                                                               └────▶ Native: the board's own, in real time
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
mod lifecycle;
mod line;
mod log;
mod loopback;
mod native;
mod order;
mod pace;
mod panic;
mod rate;
mod run;
mod slot;
mod state;
mod stream;
mod tell;

pub use agent::serve;
pub use board::{Board, Identity, Native, Wiring};
pub use loopback::loopback;
pub use panic::panic_frame;
