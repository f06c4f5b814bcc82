//! The desktop simulator as a library: runs a guest on a simulated board and tells what it did.
//!
//! ```
//! use sim_host::{Board, Guest, Sim};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let guest = Guest::from_bytes(
//!     br#"(module
//!         (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
//!         (import "device:abi/gpio@1" "write" (func $write (param i32 i32) (result i32)))
//!         (memory (export "memory") 1)
//!         (func (export "run") (result i32)
//!             (call $write (call $open (i32.const 2) (i32.const 3) (i32.const 0)) (i32.const 1))))"#,
//! )?;
//! let run = Sim::builder().board(Board::default()).guest(guest).run()?;
//!
//! assert_eq!(run.outcome.to_string(), "exit 0");
//! assert_eq!(
//!     run.trace.to_string(),
//!     "         0 us  gpio.open       number=2 mode=output initial=low -> 1\n\
//!      \x20        1 us  gpio.write      pin=1 level=high\n"
//! );
//! # Ok(())
//! # }
//! ```
//!
//! In a test of your own, `insta::assert_snapshot!(run.trace)` keeps the trace as a file beside the test.
//!
//! What a host program may want to know beyond the run's result goes to [`tracing`]: the guest's messages under
//! the target `twinboard::guest`, backend errors under `twinboard::device`, module and engine under
//! `sim_host`.

mod engine;
mod error;
mod guest;
mod link;
mod prose;
mod recording;
mod replaced;
mod run;
mod running;
mod sim;
mod simulator;
mod target;
pub mod trace;
mod trap;
mod wall;
mod watchdog;
mod wires;

pub use device_abi::{Outcome, Profile};
pub use engine::ENGINE;
pub use error::SimError;
pub use guest::Guest;
pub use hw_board::{self, Board, Scenario, ScenarioReport};
pub use hw_mock;
pub use hw_wires::{self, Wires};
pub use run::{LogLine, Run};
pub use sim::{Sim, SimBuilder, Time};
pub use simulator::Simulator;
pub use target::{Ended, Order, Target};
pub use trace::Trace;
pub use wall::StopHandle;
