//! Buses on which something goes wrong: by rule, or by chance with a seed.

mod bus;
mod dice;
mod fault;
mod log;
mod plan;
mod switch;
mod wire_bytes;

pub use bus::Faulty;
pub use fault::{Cause, Fault, FaultError};
pub use log::{Disturbed, FaultLog};
pub use plan::{FaultPlan, When};
pub use switch::FaultSwitch;

pub(crate) use wire_bytes::failing_after;
