//! The report: what was expected, what came, and what came before.

use core::fmt;

use crate::{Call, Expectation, Message, SeenCall, call::Bytes};

/// How a run differed from what was expected. Its `Display` is meant for a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The first call that did not fit.
    pub deviation: Option<Box<Deviation>>,
    /// How many calls after that did not fit either.
    pub further: u64,
    /// The expectations that no call met, in order.
    pub unmet: Vec<Unmet>,
    /// How many expectations there are.
    pub total: usize,
    /// The last calls of the run, oldest first: what was seen instead of the unmet ones.
    pub last_calls: Vec<SeenCall>,
}

/// A call that did not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// What was next, and its position in the list, from 1; `None` when nothing more was expected.
    pub expected: Option<(usize, Expectation)>,
    /// What came.
    pub got: SeenCall,
    /// The last calls before it, oldest first.
    pub before: Vec<SeenCall>,
    /// How many expectations there were.
    pub total: usize,
}

/// An expectation that was never reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// Its position in the list, from 1.
    pub position: usize,
    /// What it is.
    pub expectation: Expectation,
}

/// Unmet expectations that a report shows; more are counted only.
const SHOWN_UNMET: usize = 8;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { deviation, further, unmet, total, last_calls } = self;
        if let Some(deviation) = deviation {
            deviation.fmt(f)?;
            if *further > 0 {
                write!(f, "\n  later calls that did not fit either: {further}")?;
            }
        }
        if unmet.is_empty() {
            return Ok(());
        }
        if deviation.is_some() {
            f.write_str("\n")?;
        }
        write!(f, "never reached: {} of {total} expectations", unmet.len())?;
        for Unmet { position, expectation } in unmet.iter().take(SHOWN_UNMET) {
            write!(f, "\n  expectation {position}: {expectation}")?;
        }
        if unmet.len() > SHOWN_UNMET {
            write!(f, "\n  … and {} more", unmet.len() - SHOWN_UNMET)?;
        }
        f.write_str("\nseen instead, to the end of the run:")?;
        calls(f, last_calls)
    }
}

impl core::error::Error for Mismatch {}

impl Deviation {
    /// Everything but the calls before, in one line.
    pub(crate) fn headline(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expected {
            None => write!(f, "{}: nothing more was expected after {}", self.got.call, self.total),
            Some((position, expected)) => {
                write!(f, "{}: expectation {position} of {} is {expected}", self.got.call, self.total)
            }
        }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, got, before, total } = self;
        match expected {
            Some((position, expected)) => {
                write!(f, "call {} does not fit expectation {position} of {total}", got.number)?;
                write!(f, "\n  expected: {expected}")?;
                write!(f, "\n  got:      {}", got.call)?;
                write!(f, "\n  differs:  {}", Difference(&expected.call, &got.call))?;
            }
            None => {
                write!(f, "call {} comes when nothing more is expected there", got.number)?;
                write!(f, "\n  got:      {}", got.call)?;
            }
        }
        f.write_str("\n  before it:")?;
        calls(f, before)
    }
}

fn calls(f: &mut fmt::Formatter<'_>, calls: &[SeenCall]) -> fmt::Result {
    if calls.is_empty() {
        return f.write_str(" no call");
    }
    calls.iter().try_for_each(|call| write!(f, "\n    {call}"))
}

/// The first thing in which two calls differ.
struct Difference<'a>(&'a Call, &'a Call);

impl fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(expected, got) = self;
        if expected.wire() != got.wire() {
            return write!(f, "it is on {}, not on {}", got.wire(), expected.wire());
        }
        match (expected, got) {
            (
                Call::I2c { address, messages, .. },
                Call::I2c { address: got_address, messages: got_messages, .. },
            ) => {
                if address != got_address {
                    return write!(f, "the address is {got_address:#04x}, not {address:#04x}");
                }
                messages_differ(f, messages, got_messages)
            }
            (Call::PinWrite { level, .. }, Call::PinWrite { level: got, .. }) => {
                write!(f, "the level is {got}, not {level}")
            }
            (Call::PinOpen { mode, initial, .. }, Call::PinOpen { mode: got, initial: got_initial, .. }) => {
                match (initial, got_initial) {
                    (Some(level), Some(got_level)) if mode == got => {
                        write!(f, "the initial level is {got_level}, not {level}")
                    }
                    _ => write!(f, "the mode is {got}, not {mode}"),
                }
            }
            _ => f.write_str("it is another call"),
        }
    }
}

fn messages_differ(f: &mut fmt::Formatter<'_>, expected: &[Message], got: &[Message]) -> fmt::Result {
    let mut pairs = expected.iter().zip(got).enumerate();
    let Some((index, pair)) = pairs.find(|(_, (expected, got))| expected != got) else {
        return write!(f, "the number of messages is {}, not {}", got.len(), expected.len());
    };
    let number = index + 1;
    match pair {
        (Message::Write(expected), Message::Write(got)) => {
            write!(f, "message {number}")?;
            let at = expected.iter().zip(got).take_while(|(expected, got)| expected == got).count();
            match (expected.get(at..), got.get(at..)) {
                (Some([expected, ..]), Some([got, ..])) => {
                    write!(f, ", byte {at} is {got:#04x}, not {expected:#04x}")
                }
                (Some(missing), Some([])) => write!(f, " ends before {}", Bytes(missing)),
                (_, surplus) => write!(f, " goes on with {}", Bytes(surplus.unwrap_or_default())),
            }
        }
        (Message::Read(expected), Message::Read(got)) => {
            write!(f, "message {number} reads {got}, not {expected} bytes")
        }
        (Message::Write(_), Message::Read(_)) => write!(f, "message {number} is a read, not a write"),
        (Message::Read(_), Message::Write(_)) => write!(f, "message {number} is a write, not a read"),
    }
}
