//! What a user's object answered, or how it panicked.

use core::fmt;

use device_abi::types::ErrorCode;
use hw_core::backend::DeviceError;

use super::caught::Panic;
use crate::Call;

/// A panic of a user's object, stopped on its way to the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaughtPanic {
    /// On which call; `None` when it was asked whether it is done.
    pub call: Option<Call>,
    /// The call's number among those on this object, from 1; when it was asked whether it is done, how many
    /// calls there had been.
    pub position: u64,
    /// What the panic said.
    pub message: String,
    /// File and line of the panic, if known.
    pub place: Option<String>,
    /// What people call the object: `i2c.0`, `pin 2`.
    pub name: String,
}

impl CaughtPanic {
    pub(super) fn new(name: String, call: Option<Call>, position: u64, panic: Panic) -> Self {
        let Panic { message, place } = panic;
        Self { call, position, message, place, name }
    }
}

/// Panics that an adapter keeps, the first ones: a mock that has nothing more to expect panics at each further call.
const KEPT: usize = 64;

/// Keeps a panic, if there is room.
pub(super) fn keep(panics: &mut Vec<CaughtPanic>, panic: &CaughtPanic) {
    if panics.len() < KEPT {
        panics.push(panic.clone());
    }
}

impl fmt::Display for CaughtPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { call, position, message, place, name } = self;
        match call {
            Some(call) => write!(f, "{name}: call {position} of it, {call}: the mock panicked")?,
            None => write!(f, "{name}: done after call {position}: the mock panicked")?,
        }
        if let Some(place) = place {
            write!(f, " at {place}")?;
        }
        // An assertion's message has several lines.
        let mut lines = message.lines();
        write!(f, ": {}", lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl core::error::Error for CaughtPanic {}

/// Why a call on a user's object failed, for whoever operates the device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdapterError {
    /// It answered with an error.
    Answered {
        /// The call.
        call: Call,
        /// What the guest sees.
        code: ErrorCode,
        /// The error's debug text.
        error: String,
    },
    /// It panicked; the guest sees `other`.
    Panicked(CaughtPanic),
    /// There is no object at that pin, or it has no such call.
    NotGiven {
        /// The call.
        call: Call,
        /// What the guest sees.
        code: ErrorCode,
    },
}

impl DeviceError for AdapterError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Answered { code, .. } | Self::NotGiven { code, .. } => *code,
            Self::Panicked(_) => ErrorCode::Other,
        }
    }
}

impl fmt::Display for AdapterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { call, error, .. } => write!(f, "{call}: the mock answered {error}"),
            Self::Panicked(panic) => panic.fmt(f),
            Self::NotGiven { call, .. } => write!(f, "{call}: no object that can do this was given"),
        }
    }
}

impl core::error::Error for AdapterError {}
