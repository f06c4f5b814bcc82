//! The steps of a scenario, as the file says them.

use std::fmt;

use device_abi::gpio;
use hw_chips::Button;
use hw_mock::{Fault, Wire};

use super::{
    awaited::{Expected, Message},
    text::Ms,
};

/// One step.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Where it stands in the file.
    pub(super) line: u32,
    pub(super) moment: Moment,
    pub(super) action: Action,
}

/// When a step happens, or begins to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// At this device time, nanoseconds.
    At(u64),
    /// So many nanoseconds after the step before it; the first after the start of the run.
    After(u64),
}

/// What a step does.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// Moves a button's contact; `down` when it is pressed.
    Button { label: String, pin: u32, button: Button, down: bool },
    /// Drives a line from outside, or lets it go.
    Drive { pin: u32, level: Option<gpio::Level> },
    /// Changes values of the chip at `address`.
    Set { chip: String, bus: u32, address: u8, values: Vec<(String, f64)> },
    /// Adds a fault.
    Fault(FaultStep),
    /// Ends faults: on one bus or all, of one address or all.
    ClearFaults { bus: Option<u32>, address: Option<u8> },
    /// Waits for the guest.
    Expect(Expected),
    /// Waits so many nanoseconds, in which the guest must not say this.
    ExpectNo { message: Message, for_ns: u64 },
    /// Ends the run.
    End,
}

/// A fault that a step adds.
#[derive(Debug, Clone)]
pub(super) struct FaultStep {
    pub(super) bus: u32,
    pub(super) address: Option<u8>,
    pub(super) fault: Fault,
    /// A bus that is stuck without them is so from the step on.
    pub(super) times: Option<u64>,
    /// Of a million transactions.
    pub(super) per_million: Option<u32>,
}

impl Action {
    /// Where the step changes what the board itself does; faults come on top of whatever is there.
    pub(super) fn changes(&self) -> Option<Wire> {
        match *self {
            Self::Button { pin, .. } | Self::Drive { pin, .. } => Some(Wire::Pin(pin)),
            Self::Set { bus, .. } => Some(Wire::I2c(bus)),
            Self::Fault(_)
            | Self::ClearFaults { .. }
            | Self::Expect(_)
            | Self::ExpectNo { .. }
            | Self::End => None,
        }
    }

    /// What the step waits for, if it does.
    pub(super) fn expected(&self) -> Option<&Expected> {
        match self {
            Self::Expect(expected) => Some(expected),
            _ => None,
        }
    }

    /// Whether the step has to hear of the guest.
    pub(super) fn listens(&self) -> bool {
        matches!(self, Self::Expect(_) | Self::ExpectNo { .. })
    }
}

/// The step in a few words, as a report names it.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Button { label, down: true, .. } => write!(f, "press {label:?}"),
            Self::Button { label, down: false, .. } => write!(f, "release {label:?}"),
            Self::Drive { pin, level: Some(level) } => write!(f, "drive pin {pin} {}", level.name()),
            Self::Drive { pin, level: None } => write!(f, "release pin {pin}"),
            Self::Set { chip, values, .. } => {
                write!(f, "set {chip:?}")?;
                values.iter().try_for_each(|(name, value)| write!(f, " {name}={value}"))
            }
            Self::Fault(FaultStep { bus, address, fault, .. }) => {
                write!(f, "fault on i2c {bus}")?;
                if let Some(address) = address {
                    write!(f, " at {address:#04x}")?;
                }
                write!(f, ": {fault}")
            }
            Self::ClearFaults { .. } => f.write_str("clear-faults"),
            Self::Expect(Expected { what, .. }) => what.fmt(f),
            Self::ExpectNo { message, for_ns } => write!(f, "expect-no-log {message} for {}", Ms(*for_ns)),
            Self::End => f.write_str("end"),
        }
    }
}
