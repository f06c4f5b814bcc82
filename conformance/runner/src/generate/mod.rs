//! Guests that nobody wrote: random programs, run on several targets, which must all see the same.
//!
//! ```text
//! seed, number ──▶ Program (world, calls or random bytes) ──▶ module ──▶ first target ─┐
//!                     ▲                                           └────▶ others ───────┴─▶ compare
//!                     └── shrink, while they differ ── write as a case ◀── different ──────┘
//! ```
//!
//! Most programs call functions of the ABI, all there are, with arguments that fit, nearly fit, or never do; some are such
//! modules with damaged bytes, and some are whatever wasm-smith makes of random bytes. Every one ends by itself, or at its
//! limits of device time and trace. What no target promises is left out or excused: NaN bits, how deep the stack is
//! between the depth that the profile guarantees and endless recursion, and how large a module a board has room for.

mod arguments;
mod author;
mod case_folder;
mod comparable;
mod draw;
mod encode;
mod layout;
mod module;
mod nasty;
mod program;
mod report;
mod run;
mod shrink;
mod smith;
#[cfg(test)]
mod tests;
mod verdict;
mod world;

pub use program::Program;
pub use report::{Difference, Report};
pub use run::{Options, run};
