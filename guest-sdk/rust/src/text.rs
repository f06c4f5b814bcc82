//! A line of text on the stack, for messages that need formatting.

use core::fmt;

/// The most bytes of one log message; the device cuts longer ones (`log.write`, `#cut-at-boundary`).
pub(crate) const LINE: usize = 256;

/// Up to `N` bytes of UTF-8. What does not fit is cut off at a character boundary, and all that follows.
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    len: usize,
    full: bool,
}

impl<const N: usize> Text<N> {
    /// The arguments, formatted and cut.
    pub(crate) fn format(arguments: fmt::Arguments<'_>) -> Self {
        let mut text = Self { bytes: [0; N], len: 0, full: false };
        // The only error there can be comes from a `Display` that gives up: what it wrote until then stays.
        let _ = fmt::write(&mut text, arguments);
        text
    }

    /// What was written.
    pub(crate) fn as_str(&self) -> &str {
        // Whole characters only were put in, so nothing is lost here.
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        if self.full {
            return Ok(());
        }
        let taken = more.floor_char_boundary(N - self.len);
        self.bytes[self.len..self.len + taken].copy_from_slice(&more.as_bytes()[..taken]);
        self.len += taken;
        self.full = taken < more.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_kept_whole() {
        assert_eq!(Text::<8>::format(format_args!("{}-{}", 12, "abcde")).as_str(), "12-abcde");
        assert_eq!(Text::<8>::format(format_args!("")).as_str(), "");
    }

    #[test]
    fn the_cut_is_at_a_character_boundary() {
        assert_eq!(Text::<6>::format(format_args!("21.5 °C")).as_str(), "21.5 ");
        assert_eq!(Text::<7>::format(format_args!("21.5 °C")).as_str(), "21.5 °");
        assert_eq!(Text::<3>::format(format_args!("{}", "😀")).as_str(), "");
    }

    #[test]
    fn nothing_follows_a_cut() {
        assert_eq!(Text::<6>::format(format_args!("21.5 °{}", "C")).as_str(), "21.5 ");
    }

    #[test]
    fn a_display_that_fails_keeps_what_it_wrote() {
        struct Failing;
        impl fmt::Display for Failing {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("abc")?;
                Err(fmt::Error)
            }
        }
        assert_eq!(Text::<8>::format(format_args!("{Failing}def")).as_str(), "abc");
    }
}
