//! Bytes as a file writes them: pairs of hexadecimal digits.

use super::quote;

/// The bytes that `text` stands for; spaces may stand between them.
pub(crate) fn from_hexadecimal(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    for group in text.split_ascii_whitespace() {
        if let Some(digits) = group.strip_prefix("0x").or_else(|| group.strip_prefix("0X")) {
            return Err(format!("bytes are hexadecimal without 0x (did you mean {}?)", quote(digits)));
        }
        if let Some(other) = group.chars().find(|character| !character.is_ascii_hexdigit()) {
            return Err(format!("{} is no hexadecimal digit", quote(&other.to_string())));
        }
        if !group.len().is_multiple_of(2) {
            let shown = quote(group);
            return Err(match group.len() {
                1 => format!("{shown} is half a byte (did you mean \"0{group}\"?)"),
                digits => format!("{shown} is {digits} digits, and two make a byte"),
            });
        }
        let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
        bytes.extend(group.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_come_in_pairs_with_or_without_spaces() {
        for (text, bytes) in [
            ("", &[][..]),
            ("  ", &[]),
            ("d0", &[0xd0]),
            ("00ff", &[0, 0xff]),
            (" 00  FF aB\n01", &[0, 0xff, 0xab, 1]),
        ] {
            assert_eq!(from_hexadecimal(text).unwrap(), bytes, "{text:?}");
        }
    }

    #[test]
    fn everything_else_says_what_was_meant() {
        for (text, message) in [
            ("d", "\"d\" is half a byte (did you mean \"0d\"?)"),
            ("d0 123", "\"123\" is 3 digits, and two make a byte"),
            ("0xd0", "bytes are hexadecimal without 0x (did you mean \"d0\"?)"),
            ("dg", "\"g\" is no hexadecimal digit"),
            ("d0,01", "\",\" is no hexadecimal digit"),
            ("é", "\"é\" is no hexadecimal digit"),
            ("\u{0}", "\"\\0\" is no hexadecimal digit"),
        ] {
            assert_eq!(from_hexadecimal(text).unwrap_err(), message, "{text:?}");
        }
    }
}
