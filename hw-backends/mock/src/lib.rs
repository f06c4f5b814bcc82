//! What a test says of the outside world: which calls it expects, what answers them, what goes wrong.
//!
//! Three backends for the seam of `hw-core`. [`Expectations`] are one ordered list over all buses and pins;
//! [`EmbeddedHalMock`] and [`EmbeddedHalPins`] put objects with embedded-hal's traits there, mocks included;
//! [`Faulty`] wraps any bus and disturbs it. None of them panics when a guest does the unexpected: the guest
//! gets an error, and the test asks for a report.

mod adapter;
mod call;
mod error;
mod expectation;
mod expectations;
mod faulty;
mod mismatch;
mod script;
mod scripted_pins;

pub use adapter::{AdapterError, CaughtPanic, EmbeddedHalMock, EmbeddedHalPins};
pub use call::{Call, Message, SeenCall, Wire};
pub use error::MockError;
pub use expectation::{Expectation, PinCall, Transaction};
pub use expectations::{Expectations, MockBus, MockGpio};
pub use faulty::{Cause, Disturbed, Fault, FaultError, FaultLog, FaultPlan, FaultSwitch, Faulty, When};
pub use mismatch::{Deviation, Mismatch, Unmet};

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
