//! What steps wait for: messages and calls of the guest, and when one is meant.

use std::fmt;

use device_abi::{FunctionInfo, log, trace::Record};

/// What a step waits for.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub(super) what: Awaited,
    /// How long it may take, nanoseconds.
    pub(super) within_ns: Option<u64>,
}

/// A message or a call.
#[derive(Debug, Clone)]
pub(super) enum Awaited {
    Log(Message),
    Call { function: &'static FunctionInfo, contains: String },
}

/// A message of the guest, or any of several.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// A part of its text.
    pub(super) contains: String,
    /// `None`: any.
    pub(super) level: Option<log::Level>,
}

impl Awaited {
    /// Whether a message of the guest is what is awaited.
    pub(super) fn fits_text(&self, said_at: log::Level, text: &str) -> bool {
        match self {
            Self::Log(message) => message.fits(said_at, text),
            Self::Call { .. } => false,
        }
    }

    /// Whether a call of the guest is.
    pub(super) fn fits_call(&self, call: &Record<'_>) -> bool {
        match self {
            Self::Call { function, contains } => {
                let is_in = |line: String| line.contains(contains.as_str());
                // A line that was copied from a trace has its padding.
                function.function == call.function.function && (is_in(line(call)) || is_in(call.untimed()))
            }
            Self::Log(_) => false,
        }
    }
}

impl Message {
    /// Whether this is what the guest said.
    pub(super) fn fits(&self, said_at: log::Level, text: &str) -> bool {
        self.level.is_none_or(|level| level == said_at) && text.contains(self.contains.as_str())
    }
}

/// A call as scenarios compare and show it: its line in a trace, without the time and the padding of the function's name.
pub(super) fn line(call: &Record<'_>) -> String {
    let padded = call.untimed();
    let (function, rest) = padded.split_at(call.function.full_name.len());
    match rest.trim_start() {
        "" => function.to_owned(),
        rest => format!("{function} {rest}"),
    }
}

impl fmt::Display for Awaited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(message) => write!(f, "expect-log {message}"),
            Self::Call { function, contains } if contains.is_empty() => {
                write!(f, "expect-call {}", function.full_name)
            }
            Self::Call { function, contains } => {
                write!(f, "expect-call {} {contains:?}", function.full_name)
            }
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.contains)?;
        self.level.map_or(Ok(()), |level| write!(f, " at level {}", level.name()))
    }
}
