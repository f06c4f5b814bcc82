//! The golden outputs of a tiny ABI with every kind of type, compiled and run.
//!
//! `wit/` is the ABI; `generated/`, `guest/abi/` and `REFERENCE.md` are what the generators make of it, kept
//! up to date by `cargo xtask codegen`. The generated files meet the same runtime files as device-abi's.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "device-abi's own files, of which this needs a part"
)]

extern crate alloc;

#[macro_use]
mod generated;
#[path = "guest/abi/mod.rs"]
mod guest;
#[path = "../../../types/src/host.rs"]
mod host;
#[path = "../../../types/src/lift/mod.rs"]
mod lift;
#[path = "../../../types/src/memory.rs"]
mod memory;
#[path = "../../../types/src/meta.rs"]
mod meta;
#[path = "../../../types/src/outcome.rs"]
mod outcome;
#[path = "../../../types/src/profile.rs"]
mod profile;
#[path = "../../../types/src/trace/mod.rs"]
pub mod trace;

mod golden;
mod guest_calls;
mod happy;
mod kinds_host;
mod traps;

pub use generated::*;
pub use host::{Halt, Host};
pub use lift::{Element, List};
pub use memory::{Around, Fault, Span};
pub use meta::{CaseInfo, ExportInfo, FieldInfo, Flat, FunctionInfo, ParamInfo, ResultInfo, TypeInfo};
pub use outcome::{Limit, Outcome, Refusal, RefusalWord, Trap, Violation};
pub use profile::Profile;
