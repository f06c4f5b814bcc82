//! Durations as case.toml writes them: `10s`, `5ms`, `7us`, `1ns`.

use std::time::Duration;

/// Reads a duration.
///
/// # Errors
/// Says what is wrong, without the place.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no duration; write it like \"10s\", \"5ms\", \"7us\" or \"1ns\"");
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let count: u64 = text[..unit_at].parse().map_err(|_| wrong())?;
    match &text[unit_at..] {
        "s" => Ok(Duration::from_secs(count)),
        "ms" => Ok(Duration::from_millis(count)),
        "us" => Ok(Duration::from_micros(count)),
        "ns" => Ok(Duration::from_nanos(count)),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_needed_and_known() {
        for text in ["", "10", "s", "10 s", "1.5s", "-1s", "10m", "99999999999999999999s", "1s1"] {
            assert!(parse(text).unwrap_err().contains("is no duration"), "{text}");
        }
    }

    #[test]
    fn every_unit_counts() {
        for (text, ns) in [("0s", 0), ("2s", 2_000_000_000), ("5ms", 5_000_000), ("7us", 7000), ("1ns", 1)] {
            assert_eq!(parse(text).unwrap().as_nanos(), ns, "{text}");
        }
    }
}
