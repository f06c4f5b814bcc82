//! Text that others wrote, made fit for a picture.

/// The width of a character, pixels: the font is monospaced, 11 px, 0.6 of it wide.
pub(super) const CHAR_PX: f64 = 6.7;

/// `text` on one line as wide as `most` characters at most. XML has no way to write control characters, and characters that
/// change the direction of what follows would make a line read as another.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut plain = text.trim_end().chars().map(|character| match character {
        '\t' | '\n' | '\r' => ' ',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    });
    let mut plain = plain.by_ref().peekable();
    let (mut line, mut wide) = (String::new(), 0);
    while let Some(character) = plain.next() {
        let (before, is_last) = (wide, plain.peek().is_none());
        wide += columns(character);
        if wide > most || wide == most && !is_last {
            line.extend((before < most).then_some('…'));
            break;
        }
        line.push(character);
    }
    line
}

/// How wide a line is drawn, pixels.
pub(super) fn width_px(line: &str) -> f64 {
    line.chars().map(columns).sum::<usize>() as f64 * CHAR_PX
}

/// How many columns a character takes: two if it is wide (Unicode Standard Annex 11: mostly East Asian, and pictures).
fn columns(character: char) -> usize {
    match character {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
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
        assert_eq!(line("温度計測", 8), "温度計測");
        assert_eq!(line("温度計測", 7), "温度計…");
        assert_eq!(line("温度計測", 6), "温度…");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let widths = ["ab", "温度", "한국어", "21 °C", "🌡"].map(|line| (width_px(line) / CHAR_PX).round());
        assert_eq!(widths, [2.0, 4.0, 6.0, 5.0, 2.0]);
    }
}
