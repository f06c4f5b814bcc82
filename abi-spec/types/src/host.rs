//! What the generated glue asks of the core around every call.

use crate::{Function, Limit, Outcome, Trap, trace::Recorder};

/// The frame of an ABI call: what happens before and after the call itself, whatever the function.
///
/// The glue calls [`enter`](Host::enter), looks at the arguments, makes the typed call, records it
/// through [`recorder`](Host::recorder), and calls [`leave`](Host::leave).
pub trait Host {
    /// Starts a call: applies what is due outside, checks limits, and returns the device time in nanoseconds.
    ///
    /// # Errors
    /// A reached limit or a request to stop; the call then does not happen and is not recorded.
    fn enter(&mut self, function: Function) -> Result<u64, Halt>;

    /// Where to record the call, or `None` when nobody wants a trace.
    fn recorder(&mut self) -> Option<Recorder<'_>>;

    /// Ends a call: adds its fixed cost to the device time.
    ///
    /// # Errors
    /// A limit that this call reached.
    fn leave(&mut self) -> Result<(), Halt>;
}

/// Why a guest does not go on after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// The guest is broken.
    Trap(Trap),
    /// The guest called `system.exit`.
    Exit(i32),
    /// A limit of the run was reached.
    Limit(Limit),
    /// Somebody outside ended the run.
    Stopped,
}

impl From<Halt> for Outcome {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Trap(trap) => Self::Trap(trap),
            Halt::Exit(code) => Self::Exit(code),
            Halt::Limit(limit) => Self::Limit(limit),
            Halt::Stopped => Self::Stopped,
        }
    }
}

impl core::fmt::Display for Halt {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        Outcome::from(*self).fmt(f)
    }
}

impl core::error::Error for Halt {}
