//! What a trace file says of records that are missing.

use std::fmt;

/// A line of a trace that stands for records that a device in native mode dropped, because it had no room for them. It stands
/// where they are missing, if that is known, else at the end.
///
/// `Display` is its line of text: `dropped 1234 bytes of trace`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// Bytes of the records that are missing, in their binary form.
    pub bytes: u64,
}

impl Hole {
    /// The line as JSON, without a line break: `{"dropped-bytes":1234}`.
    #[must_use]
    pub fn json(&self) -> String {
        format!("{{\"{KEY}\":{}}}", self.bytes)
    }

    /// The hole that a line of text or JSON stands for, if it does.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let number = match line.strip_prefix(PREFIX) {
            Some(text) => text.strip_suffix(SUFFIX)?,
            None => line.strip_prefix("{\"")?.strip_prefix(KEY)?.strip_prefix("\":")?.strip_suffix('}')?,
        };
        Some(Self { bytes: number.parse().ok()? })
    }
}

const PREFIX: &str = "dropped ";
const SUFFIX: &str = " bytes of trace";
const KEY: &str = "dropped-bytes";

impl fmt::Display for Hole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}{SUFFIX}", self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_is_read_back_and_nothing_else_is_one() {
        for bytes in [0, 1, 1234, u64::MAX] {
            let hole = Hole { bytes };
            assert_eq!(Hole::parse(&hole.to_string()), Some(hole));
            assert_eq!(Hole::parse(&hole.json()), Some(hole));
        }
        for line in [
            "",
            "dropped",
            "dropped  bytes of trace",
            "dropped -1 bytes of trace",
            "dropped 18446744073709551616 bytes of trace",
            "dropped 5 bytes",
            "{\"dropped-bytes\":}",
            "{\"dropped-bytes\":5",
            "{\"dropped-bytes\":5,\"app\":0}",
            "         0 us  clock.now       -> 5",
        ] {
            assert_eq!(Hole::parse(line), None, "{line:?}");
        }
    }
}
