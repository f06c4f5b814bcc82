//! What can go wrong: before a guest runs, and while it does.

use alloc::{format, string::String};
use core::fmt;

use device_abi::{Halt, Refusal, RefusalWord};

/// Why a module could not be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadError {
    /// The heap has no room for its memory, stack or code.
    OutOfMemory {
        /// Pages (64 KiB each) of memory that were to be reserved.
        pages: u32,
    },
    /// wasm3 did not take a module that guest-check had accepted: a fault of this project. The text is wasm3's.
    Engine(&'static str),
}

impl LoadError {
    /// The outcome in the ABI's words, unless it is a fault of the engine.
    #[must_use]
    pub fn refusal(self) -> Option<Refusal> {
        let Self::OutOfMemory { .. } = self else { return None };
        let (module, name) = (String::new(), String::new());
        Some(Refusal { word: RefusalWord::OutOfMemory, module, name, detail: format!("{self}") })
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory { pages } => {
                write!(f, "no room for {pages} pages of 64 KiB, stack and code")
            }
            Self::Engine(text) => write!(f, "wasm3 refuses an accepted module: {text}"),
        }
    }
}

impl core::error::Error for LoadError {}

/// Why a call into a guest did not return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The guest trapped, or the host ended it.
    Guest(Halt),
    /// A fault of the engine; the text is wasm3's.
    Engine(&'static str),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guest(halt) => halt.fmt(f),
            Self::Engine(text) => write!(f, "wasm3 fails: {text}"),
        }
    }
}

impl core::error::Error for Ended {}
