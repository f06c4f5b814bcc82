//! How a refusal is made.

use alloc::{format, string::String};
use core::fmt::Display;

use device_abi::{Refusal, RefusalWord};

/// Bytes of a name that a refusal repeats. A module's names may be as long as the module; a chip should not copy them.
const MAX_NAME_BYTES: usize = 128;

/// Refuses a module for something that has no name.
pub(crate) fn refuse(word: RefusalWord, detail: impl Display) -> Refusal {
    refuse_import(word, "", "", detail)
}

/// Refuses a module for an export, segment, type or function.
pub(crate) fn refuse_name(word: RefusalWord, name: &str, detail: impl Display) -> Refusal {
    refuse_import(word, "", name, detail)
}

/// Refuses a module for an import.
pub(crate) fn refuse_import(word: RefusalWord, module: &str, name: &str, detail: impl Display) -> Refusal {
    Refusal { word, module: cut(module).into(), name: cut(name).into(), detail: format!("{detail}") }
}

/// Refuses a module that does not validate. The compared part is the word alone: what a validator finds first
/// differs between its versions.
pub(crate) fn invalid(what: impl Display, at: u64) -> Refusal {
    refuse(RefusalWord::Invalid, format_args!("{what} at byte {at}"))
}

/// Turns what wasmparser finds into a refusal.
pub(crate) trait OrInvalid<T> {
    /// The value, or the refusal `invalid`.
    fn or_invalid(self) -> Result<T, Refusal>;
}

impl<T> OrInvalid<T> for wasmparser::Result<T> {
    fn or_invalid(self) -> Result<T, Refusal> {
        self.map_err(|error| invalid(error.message(), error.offset()))
    }
}

/// An element of an index space, as refusals name it: `function[12]`.
pub(crate) fn indexed(space: &str, index: u64) -> String {
    format!("{space}[{index}]")
}

fn cut(name: &str) -> &str {
    &name[..name.floor_char_boundary(MAX_NAME_BYTES)]
}
