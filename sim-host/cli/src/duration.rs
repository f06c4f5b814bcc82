//! Durations on the command line: `10s`, `500ms`, `1.5s`, `24h`, `1h 30m`.

use std::time::Duration;

/// The longest duration that fits device time, which counts nanoseconds in 64 bits.
const LONGEST: Duration = Duration::from_nanos(u64::MAX);

/// A duration from 0 on.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|error| format!("{error}; write it like 10s, 500ms, 1.5s, 24h"))?;
    if duration > LONGEST {
        return Err(format!("above {} s, the end of device time", LONGEST.as_secs()));
    }
    Ok(duration)
}

/// A duration above 0.
pub(crate) fn parse_positive(text: &str) -> Result<Duration, String> {
    match parse(text)? {
        Duration::ZERO => Err("must be above 0".to_owned()),
        duration => Ok(duration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_durations_in_many_ways() {
        for (text, nanoseconds) in [
            ("10s", 10_000_000_000),
            ("500ms", 500_000_000),
            ("1.5s", 1_500_000_000),
            ("250us", 250_000),
            ("24h", 86_400_000_000_000),
            ("1h 30m", 5_400_000_000_000),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_nanos(nanoseconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_told_apart() {
        for (text, error) in [
            ("", "value was empty"),
            ("10", "time unit needed, for example 10sec or 10ms"),
            ("10 parsecs", "unknown time unit \"parsecs\", supported units: ns, us/µs, ms, sec"),
            ("600y", "above 18446744073 s, the end of device time"),
            ("99999999999999999999s", "number is too large"),
            ("-1s", "expected number at 0"),
        ] {
            let found = parse(text).unwrap_err();
            assert!(found.starts_with(error), "{text}: {found}");
        }
        assert_eq!(parse_positive("0ms").unwrap_err(), "must be above 0");
    }
}
