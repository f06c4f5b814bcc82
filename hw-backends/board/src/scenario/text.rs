//! Times of scenario files, read and shown.

use std::fmt;

const NS_PER_MS: f64 = 1e6;

/// Milliseconds from 0 on as nanoseconds, rounded.
pub(super) fn ns_of_ms(ms: f64) -> u64 {
    (ms * NS_PER_MS).round() as u64
}

/// Nanoseconds, shown as milliseconds: `3500 ms`, `0.25 ms`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ms(pub(super) u64);

impl fmt::Display for Ms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, ns) = (self.0 / 1_000_000, self.0 % 1_000_000);
        match ns {
            0 => write!(f, "{whole} ms"),
            _ => write!(f, "{whole}.{} ms", format!("{ns:06}").trim_end_matches('0')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_are_rounded_to_nanoseconds_and_shown_without_zeros() {
        for (ms, shown) in [
            (0.0, "0 ms"),
            (2000.0, "2000 ms"),
            (0.25, "0.25 ms"),
            (0.000_000_4, "0 ms"),
            (0.000_000_6, "0.000001 ms"),
            (1e12, "1000000000000 ms"),
        ] {
            assert_eq!(Ms(ns_of_ms(ms)).to_string(), shown, "{ms}");
        }
    }
}
