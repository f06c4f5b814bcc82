//! How a run ended, as it travels: every [`Outcome`] goes over and comes back equal.

use alloc::borrow::ToOwned;

use device_abi::{Fault, Function, Limit, Outcome, Refusal, RefusalWord, Trap, Violation};
use serde::{Deserialize, Serialize};

use crate::wire;

/// An [`Outcome`] on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndOfRun<'a> {
    /// The app ended by itself.
    Exit(i32),
    /// The app was broken.
    Trap(#[serde(with = "TrapOnWire")] Trap),
    /// The module was not allowed to start.
    Refused {
        /// The rule that it breaks.
        #[serde(with = "wire::refusal_word")]
        word: RefusalWord,
        /// The import module, or empty.
        module: &'a str,
        /// The import, export, or section that it is about, or empty.
        name: &'a str,
        /// For people: values and limits.
        detail: &'a str,
    },
    /// A limit of the run was reached.
    Limit(#[serde(with = "wire::limit")] Limit),
    /// Somebody outside ended the run.
    Stopped,
}

impl<'a> From<&'a Outcome> for EndOfRun<'a> {
    fn from(outcome: &'a Outcome) -> Self {
        match outcome {
            Outcome::Exit(code) => Self::Exit(*code),
            Outcome::Trap(trap) => Self::Trap(*trap),
            Outcome::Refused(Refusal { word, module, name, detail }) => {
                Self::Refused { word: *word, module, name, detail }
            }
            Outcome::Limit(limit) => Self::Limit(*limit),
            Outcome::Stopped => Self::Stopped,
        }
    }
}

impl EndOfRun<'_> {
    /// The same, with the texts of a refusal cut to `bytes` each.
    #[must_use]
    pub fn cut(mut self, bytes: usize) -> Self {
        if let Self::Refused { module, name, detail, .. } = &mut self {
            for text in [module, name, detail] {
                *text = &text[..text.floor_char_boundary(bytes)];
            }
        }
        self
    }

    /// The outcome as a value of its own.
    #[must_use]
    pub fn to_outcome(&self) -> Outcome {
        match *self {
            Self::Exit(code) => Outcome::Exit(code),
            Self::Trap(trap) => Outcome::Trap(trap),
            Self::Refused { word, module, name, detail } => Outcome::Refused(Refusal {
                word,
                module: module.to_owned(),
                name: name.to_owned(),
                detail: detail.to_owned(),
            }),
            Self::Limit(limit) => Outcome::Limit(limit),
            Self::Stopped => Outcome::Stopped,
        }
    }
}

/// How [`Trap`] is written: by the number of its case.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Trap")]
enum TrapOnWire {
    Unreachable,
    IntegerDivideByZero,
    IntegerOverflow,
    InvalidConversion,
    OutOfBoundsMemory,
    IndirectCall,
    StackExhausted,
    AbiViolation(#[serde(with = "ViolationOnWire")] Violation),
}

/// How [`Violation`] is written.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Violation")]
struct ViolationOnWire {
    #[serde(with = "wire::function")]
    function: Function,
    argument: u8,
    #[serde(with = "FaultOnWire")]
    fault: Fault,
}

/// How [`Fault`] is written: by the number of its case.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Fault")]
enum FaultOnWire {
    OutOfMemory { address: u32, len: u64, memory_len: usize },
    Misaligned { address: u32, align: u32 },
    NoSuchCase { value: u32, cases: u32 },
    NoSuchFlag { bits: u32, mask: u32 },
    OutOfRange { value: u32, max: u32 },
    NotUtf8 { at: usize },
    Overlap { other: u8 },
}
