//! The guest module, before anyone has looked at it.

use std::{borrow::Cow, fs, path::Path};

use crate::SimError;

/// A guest module's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    wasm: Vec<u8>,
}

impl Guest {
    /// Takes a WebAssembly module, binary or text. Whether it may run is found out when it is run.
    ///
    /// # Errors
    /// [`SimError::GuestText`] for text that is not WebAssembly text. Bytes that are not UTF-8 are taken as they are,
    /// and refused when they run.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, SimError> {
        Self::parse(None, bytes.as_ref())
    }

    /// Reads a `.wasm` or `.wat` file.
    ///
    /// # Errors
    /// [`SimError::GuestFile`] if it cannot be read, and those of [`from_bytes`](Guest::from_bytes).
    pub fn load(path: impl AsRef<Path>) -> Result<Self, SimError> {
        let path = path.as_ref();
        let bytes =
            fs::read(path).map_err(|source| SimError::GuestFile { path: path.to_path_buf(), source })?;
        Self::parse(Some(path), &bytes)
    }

    /// The module in binary form.
    #[must_use]
    pub fn wasm(&self) -> &[u8] {
        &self.wasm
    }

    fn parse(path: Option<&Path>, bytes: &[u8]) -> Result<Self, SimError> {
        if !looks_like_text(bytes) {
            return Ok(Self { wasm: bytes.to_vec() });
        }
        let parsed = wat::parse_bytes(bytes).map(Cow::into_owned).map_err(|mut source| {
            if let Some(path) = path {
                source.set_path(path);
            }
            SimError::GuestText { source }
        });
        Ok(Self { wasm: parsed? })
    }
}

/// Whether somebody means these bytes as WebAssembly text: its first word opens a parenthesis or a comment.
fn looks_like_text(bytes: &[u8]) -> bool {
    match str::from_utf8(bytes) {
        Ok(text) => text.trim_start().starts_with(['(', ';']),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_binary_give_the_same_module() {
        let text = Guest::from_bytes("  (module)").unwrap();
        assert_eq!(text.wasm(), b"\0asm\x01\0\0\0");
        assert_eq!(Guest::from_bytes(text.wasm()).unwrap(), text);
    }

    #[test]
    fn bad_text_says_where() {
        let error = Guest::from_bytes("(module\n (fun))").unwrap_err();
        let SimError::GuestText { source } = error else { panic!("{error:?}") };
        assert!(source.to_string().contains(":2:"), "{source}");
    }

    #[test]
    fn what_is_neither_is_kept_for_the_check() {
        for bytes in [b"".as_slice(), b"hello", b"\xff\xfe("] {
            assert_eq!(Guest::from_bytes(bytes).unwrap().wasm(), bytes);
        }
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let error = Guest::load("no/such/guest.wasm").unwrap_err();
        assert_eq!(error.to_string(), "cannot read guest no/such/guest.wasm");
    }
}
