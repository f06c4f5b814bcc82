//! A text of limited length, without a heap.

use core::fmt;

/// A text of at most `BYTES` bytes; what is longer is cut between two characters.
#[derive(Debug)]
pub(crate) struct Text<const BYTES: usize> {
    bytes: [u8; BYTES],
    len: usize,
}

impl<const BYTES: usize> Text<BYTES> {
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; BYTES], len: 0 }
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl<const BYTES: usize> fmt::Write for Text<BYTES> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let cut = text.floor_char_boundary(BYTES - self.len);
        self.bytes[self.len..self.len + cut].copy_from_slice(&text.as_bytes()[..cut]);
        self.len += cut;
        if cut < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    #[test]
    fn what_is_longer_is_cut_between_characters() {
        let mut text = Text::<5>::new();
        assert!(write!(text, "abcäö").is_err());
        assert_eq!(text.as_str(), "abcä");
        assert!(write!(text, "x").is_err());
        assert_eq!(text.as_str(), "abcä");
    }
}
