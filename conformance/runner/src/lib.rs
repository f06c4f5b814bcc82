//! Does a target obey the device ABI? Discovers cases, runs them on targets, compares, reports.
//!
//! `conformance/FORMAT.md` says what a case is. A [`Suite`] is a folder of cases, a [`Target`] an adapter to whatever
//! runs guests, and a [`Conformance`] puts the two together:
//!
//! ```
//! use std::sync::Arc;
//! use conformance::{Conformance, SimTarget, Suite};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let suite = Suite::load(concat!(env!("CARGO_MANIFEST_DIR"), "/../cases"))?;
//! let matrix = Conformance::new(suite.matching(&["i2c/chip-id*"])).target(Arc::new(SimTarget::new())).run();
//! assert!(matrix.is_good(), "{}", conformance::report::text(&matrix));
//! # Ok(())
//! # }
//! ```

mod bench;
mod bless;
pub mod case;
mod compare;
mod conformance;
pub mod coverage;
pub mod generate;
mod glob;
mod guarded;
mod known;
mod matrix;
pub mod report;
mod sim;
mod spec;
mod stopwatch;
mod suite;
mod target;
mod trace_text;

pub use bench::BenchTarget;
pub use case::Case;
pub use conformance::Conformance;
pub use known::Known;
pub use matrix::{Cell, Matrix, Verdict};
pub use sim::SimTarget;
pub use spec::Spec;
pub use suite::{Suite, SuiteError};
pub use target::{Capabilities, Job, Limits, Seen, Target, TargetError};
