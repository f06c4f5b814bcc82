//! One line of the table: a module, and the words that it gets.

use device_abi::Profile;

/// Small limits, so that modules at and above them stay readable.
pub(crate) const PROFILE: Profile = Profile {
    name: "small",
    module_bytes: 2048,
    memory_pages: 2,
    table_elements: 10,
    types: 8,
    imports: 30,
    functions: 40,
    globals: 4,
    exports: 12,
    segments: 4,
    function_slots: 8,
    function_nesting: 3,
    function_branches: 4,
    function_params: 4,
    ..Profile::ESP32C3
};

/// The compared part of a module that may run.
pub(crate) const ACCEPTED: &str = "accepted";

/// A module, and the words that it gets.
pub(crate) struct Case {
    pub(crate) about: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) words: &'static str,
    /// What a build without Cargo feature `validate` says, where that is something else.
    pub(crate) words_unvalidated: &'static str,
}

impl Case {
    /// A module that gets the same words with and without validation.
    pub(crate) fn new(about: &'static str, module: impl Into<Bytes>, words: &'static str) -> Self {
        Self { about, bytes: module.into().0, words, words_unvalidated: words }
    }

    /// A module that only validation finds wrong.
    pub(crate) fn typed(about: &'static str, module: impl Into<Bytes>, words: &'static str) -> Self {
        Self::new(about, module, words).unvalidated(ACCEPTED)
    }

    /// The same module, with other words where there is no validation.
    pub(crate) fn unvalidated(self, words: &'static str) -> Self {
        Self { words_unvalidated: words, ..self }
    }
}

/// A module, from bytes or from text.
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<String> for Bytes {
    fn from(text: String) -> Self {
        Self(wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}")))
    }
}

impl From<&str> for Bytes {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

/// A module that may run, with `head` before and `tail` behind its memory and `run`.
pub(crate) fn guest(head: &str, tail: &str) -> String {
    format!(
        "(module {head} (memory (export \"memory\") 1) (func (export \"run\") (result i32) i32.const 0) {tail})"
    )
}

/// The same, with other fields instead of the memory.
pub(crate) fn guest_with(fields: &str) -> String {
    format!("(module {fields} (func (export \"run\") (result i32) i32.const 0))")
}
