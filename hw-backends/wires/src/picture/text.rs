//! Text that others wrote, made fit for a picture.

/// The width of a character, pixels: the font is monospaced, 11 px, 0.6 of it wide.
pub(super) const CHAR_PX: f64 = 6.7;

/// `text` on one line of at most `most` characters. XML has no way to write control characters, and characters that
/// change the direction of what follows would make a line read as another.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut plain = text.trim_end().chars().map(|character| match character {
        '\t' | '\n' | '\r' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    });
    let mut line: String = plain.by_ref().take(most).collect();
    if plain.next().is_some() {
        line.pop();
        line.push('…');
    }
    line
}

/// How wide a line is drawn, pixels.
pub(super) fn width_px(line: &str) -> f64 {
    line.chars().count() as f64 * CHAR_PX
}

/// `1 call`, `2 calls`.
pub(super) fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_plain_and_short() {
        assert_eq!(line("21.5 °C\n", 20), "21.5 °C");
        assert_eq!(line("a\tb\u{1b}[31m\u{202e}\0", 20), "a b\u{fffd}[31m\u{fffd}\u{fffd}");
        assert_eq!(line("123456", 6), "123456");
        assert_eq!(line("1234567", 6), "12345…");
        assert_eq!(line("", 6), "");
    }
}
