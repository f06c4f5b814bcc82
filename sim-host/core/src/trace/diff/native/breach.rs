//! Rules of time that a trace breaks.

use std::fmt;

/// A rule of time that the second trace breaks. Times are nanoseconds or microseconds, as their names say; `ns` is from
/// the start of the call to that of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// A sleep was too short.
    Sleep {
        /// How long it was.
        ns: u64,
        /// How long it had to be.
        least_ns: u64,
    },
    /// A delay was too short.
    Delay {
        /// How long it was.
        ns: u64,
        /// How long it had to be.
        least_ns: u64,
    },
    /// A transaction was faster than its bus.
    Transfer {
        /// How long it took.
        ns: u64,
        /// How long its bits take.
        least_ns: u64,
        /// Its bits.
        bits: u64,
        /// The frequency of its handle; `None`: the board's own.
        frequency_hz: Option<u32>,
    },
    /// A handler came before its timer could expire.
    Timer {
        /// How long after the start of `timer.start` it came.
        ns: u64,
        /// How long after it comes at the earliest.
        least_ns: u64,
        /// The number of the `timer.start` in the second trace, from 1.
        start: u64,
    },
    /// The next call started before this one.
    Back {
        /// How much before.
        by_ns: u64,
    },
    /// `clock.now` gave a time before the start of its call.
    NowBeforeStart {
        /// What it gave.
        us: u64,
        /// When it started.
        start_us: u64,
    },
    /// `clock.now` gave a time after the start of the next call.
    NowAfterNext {
        /// What it gave.
        us: u64,
        /// When the next call started.
        next_us: u64,
    },
    /// `clock.now` gave less than before.
    NowBack {
        /// What it gave.
        us: u64,
        /// What it had given.
        before_us: u64,
    },
}

impl Breach {
    /// The rule, as conformance cases cite it.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Sleep { .. } => "clock.sleep#sleeps-at-least",
            Self::Delay { .. } => "clock.delay-ns#delays-at-least",
            Self::Transfer { .. } => "lowering#bus-time",
            Self::Timer { .. } => "timer.start#expires-at-least",
            Self::Back { .. } => "lowering#device-time",
            Self::NowBeforeStart { .. } | Self::NowAfterNext { .. } => "clock.now",
            Self::NowBack { .. } => "clock.now#monotonic",
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Sleep { ns, least_ns } => {
                write!(f, "slept {}, at least {} were asked for", Span(ns), Span(least_ns))
            }
            Self::Delay { ns, least_ns } => {
                write!(f, "delayed {}, at least {} were asked for", Span(ns), Span(least_ns))
            }
            Self::Transfer { ns, least_ns, bits, frequency_hz } => {
                write!(f, "took {}, but {bits} bits at ", Span(ns))?;
                match frequency_hz {
                    Some(frequency_hz) => write!(f, "{frequency_hz} Hz")?,
                    None => f.write_str("the bus's own frequency")?,
                }
                write!(f, " take at least {}", Span(least_ns))
            }
            Self::Timer { ns, least_ns, start } => {
                let (ns, least) = (Span(ns), Span(least_ns));
                write!(
                    f,
                    "came {ns} after the timer.start of call {start}, which expires after at least {least}"
                )
            }
            Self::Back { by_ns } => write!(f, "the next call started {} earlier", Span(by_ns)),
            Self::NowBeforeStart { us, start_us } => {
                write!(f, "was given {us} us, but started at {start_us} us")
            }
            Self::NowAfterNext { us, next_us } => {
                write!(f, "was given {us} us, but the next call started at {next_us} us")
            }
            Self::NowBack { us, before_us } => {
                write!(f, "was given {us} us, after {before_us} us had been given")
            }
        }
    }
}

/// Nanoseconds in the largest unit of which there is one, with as many digits as there are.
struct Span(u64);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(9, "s"), (6, "ms"), (3, "us")];
        let Some((digits, unit)) = units.into_iter().find(|(digits, _)| self.0 >= 10_u64.pow(*digits)) else {
            return write!(f, "{} ns", self.0);
        };
        let (whole, rest) = (self.0 / 10_u64.pow(digits), self.0 % 10_u64.pow(digits));
        let rest = format!("{rest:0width$}", width = digits as usize);
        match rest.trim_end_matches('0') {
            "" => write!(f, "{whole} {unit}"),
            rest => write!(f, "{whole}.{rest} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_exact() {
        for (ns, text) in [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1 us"),
            (9_800_000, "9.8 ms"),
            (9_999_999, "9.999999 ms"),
            (1_000_000_001, "1.000000001 s"),
            (u64::MAX, "18446744073.709551615 s"),
        ] {
            assert_eq!(Span(ns).to_string(), text);
        }
    }
}
