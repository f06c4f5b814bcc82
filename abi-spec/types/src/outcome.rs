//! How a run ends, in the words that every target must agree on.
//!
//! `Display` gives the compared part: words and numbers. The prose for people is beside it
//! ([`Violation::fault`], [`Refusal::detail`]) and is never compared.

use alloc::string::String;
use core::fmt::{self, Write};

use crate::{Fault, Function};

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The app ended by itself.
    Exit(i32),
    /// The app was broken.
    Trap(Trap),
    /// The module was not allowed to start.
    Refused(Refusal),
    /// A limit of the run was reached.
    Limit(Limit),
    /// Somebody outside ended the run.
    Stopped,
}

/// What a guest was caught at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trap {
    /// `unreachable` was executed; a Rust panic ends so.
    Unreachable,
    /// Integer division by zero.
    IntegerDivideByZero,
    /// Integer division overflow.
    IntegerOverflow,
    /// Float to integer conversion without a result.
    InvalidConversion,
    /// A load or store outside memory.
    OutOfBoundsMemory,
    /// `call_indirect` through a null element, beyond the table, or with another type.
    IndirectCall,
    /// Too deep a recursion.
    StackExhausted,
    /// An argument of an ABI call breaks the rules of `lowering.md`.
    AbiViolation(Violation),
}

/// An argument that breaks the rules of `lowering.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Violation {
    /// The function that was called.
    pub function: Function,
    /// The number of the argument, from 0, as the WIT counts parameters; a result written through a pointer
    /// counts as one more.
    pub argument: u8,
    /// What is wrong with it.
    pub fault: Fault,
}

impl Violation {
    /// Name of the argument in WIT.
    #[must_use]
    pub fn argument_name(&self) -> &'static str {
        let params = self.function.info().params;
        params.get(usize::from(self.argument)).map_or("result", |param| param.name)
    }
}

/// A module that may not run, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that it breaks.
    pub word: RefusalWord,
    /// The import module, or empty.
    pub module: String,
    /// The import, export, or section that it is about, or empty.
    pub name: String,
    /// For people: values and limits.
    pub detail: String,
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $case:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $case,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$case,)*];

            /// The compared word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$case => $word,)* }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// The rules that a module must keep before it may run.
    RefusalWord {
        /// The bytes are not a WebAssembly module.
        NotWasm = "not-wasm",
        /// The bytes are a component; core modules are wanted.
        Component = "component",
        /// The module has more bytes than the profile allows.
        ModuleSize = "module-size",
        /// The module does not validate as WebAssembly 1.0 with the allowed features.
        Invalid = "invalid",
        /// An import's module is not known.
        UnknownModule = "unknown-module",
        /// The module is known, the import's name is not.
        UnknownImport = "unknown-import",
        /// The import is known, with another signature.
        ImportSignature = "import-signature",
        /// A memory, table or global is imported; only functions may be.
        ImportKind = "import-kind",
        /// `memory` or `run` is not exported.
        MissingExport = "missing-export",
        /// An export of the ABI is of another kind or signature, or is itself an import.
        ExportSignature = "export-signature",
        /// The memory's minimum is above the profile's pages.
        MemorySize = "memory-size",
        /// A table's minimum is above the profile's elements.
        TableSize = "table-size",
        /// A data or element segment does not fit inside what the module declares.
        Segment = "segment",
        /// An import or export name has a NUL character.
        NameNul = "name-nul",
        /// A function's locals and operand slots are more than the profile allows.
        FunctionSlots = "function-slots",
        /// A function's blocks are nested deeper than the profile allows.
        FunctionNesting = "function-nesting",
        /// A `br_table` has more targets than the profile allows.
        FunctionBranches = "function-branches",
        /// A function has more parameters or results than the profile allows.
        FunctionParams = "function-params",
        /// The board has too little memory for the module.
        OutOfMemory = "out-of-memory",
        /// The module has more function types than the profile allows.
        TypeCount = "type-count",
        /// The module has more imports than the profile allows.
        ImportCount = "import-count",
        /// The module has more functions than the profile allows, imported ones included.
        FunctionCount = "function-count",
        /// The module has more globals than the profile allows.
        GlobalCount = "global-count",
        /// The module has more exports than the profile allows.
        ExportCount = "export-count",
        /// The module has more data segments, or element segments, than the profile allows.
        SegmentCount = "segment-count",
    }
}

words! {
    /// What a run may use up.
    Limit {
        /// Device time.
        Time = "time",
        /// Wall-clock time in one stretch without an ABI call.
        Compute = "compute",
        /// Bytes of trace.
        Trace = "trace",
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::IntegerDivideByZero => "integer-divide-by-zero",
            Self::IntegerOverflow => "integer-overflow",
            Self::InvalidConversion => "invalid-conversion",
            Self::OutOfBoundsMemory => "out-of-bounds-memory",
            Self::IndirectCall => "indirect-call",
            Self::StackExhausted => "stack-exhausted",
            Self::AbiViolation(violation) => {
                let function = violation.function.info().full_name;
                return write!(f, "abi-violation {function} {}", violation.argument_name());
            }
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word.word())?;
        for part in [&self.module, &self.name] {
            if !part.is_empty() {
                f.write_char(' ')?;
                // A name may hold anything; in the compared line it stays one word.
                for character in part.chars().flat_map(char::escape_debug) {
                    match character {
                        ' ' => f.write_str("\\u{20}")?,
                        other => f.write_char(other)?,
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Trap(trap) => write!(f, "trap {trap}"),
            Self::Refused(refusal) => write!(f, "refused {refusal}"),
            Self::Limit(limit) => write!(f, "limit {limit}"),
            Self::Stopped => f.write_str("stopped"),
        }
    }
}
