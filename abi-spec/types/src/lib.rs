//! The device ABI for whoever serves it: generated types and traits, engine-neutral glue, the trace format.
//!
//! A guest's call travels through this crate from flat numbers to a typed call and back:
//!
//! ```text
//! engine shim ──flat numbers, memory──▶ glue::i2c_write_read ──slices──▶ i2c::I2c::write_read
//! ```
//!
//! [`glue`] is the only place that reads guest memory by address, so it is the only place that can find a
//! guest broken ([`Trap::AbiViolation`]). Everything below it sees slices and typed values and answers with
//! an [`ErrorCode`](types::ErrorCode).
//!
//! Files under `generated/` come from `abi-spec/wit` by `cargo xtask codegen`.

#![no_std]
#![cfg_attr(test, allow(clippy::print_stdout, reason = "tests may print"))]

extern crate alloc;

mod generated;
mod host;
mod lift;
mod memory;
mod meta;
mod outcome;
mod profile;
pub mod trace;

pub use generated::*;
pub use host::{Halt, Host};
pub use lift::{Element, List};
pub use memory::{Around, Fault, Span};
pub use meta::{CaseInfo, ExportInfo, FieldInfo, Flat, FunctionInfo, ParamInfo, ResultInfo, TypeInfo};
pub use outcome::{Limit, Outcome, Refusal, RefusalWord, Trap, Violation};
pub use profile::{Profile, ReservedPins};
