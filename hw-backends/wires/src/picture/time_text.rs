//! Times as people read them.

/// A point in time, exact to the nanosecond: `1.002345 s`, `12.5 us`, `0`.
pub(super) fn exact(ns: u64) -> String {
    let (unit, name) = unit(ns);
    let (whole, rest) = (ns / unit, ns % unit);
    if ns == 0 {
        return "0".to_owned();
    }
    if rest == 0 {
        return format!("{whole} {name}");
    }
    let digits = unit.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    format!("{whole}.{} {name}", fraction.trim_end_matches('0'))
}

/// A length of time, to three digits: `999 ms`, `1.25 s`, `24 h`.
pub(super) fn rough(ns: u64) -> String {
    let (unit, name) = match ns {
        HOUR_NS.. => (HOUR_NS, "h"),
        TWO_MINUTES_NS.. => (MINUTE_NS, "min"),
        _ => unit(ns),
    };
    let value = ns as f64 / unit as f64;
    let decimals = match value {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} {name}")
}

const MINUTE_NS: u64 = 60 * 1_000_000_000;
const TWO_MINUTES_NS: u64 = 2 * MINUTE_NS;
const HOUR_NS: u64 = 60 * MINUTE_NS;

fn unit(ns: u64) -> (u64, &'static str) {
    match ns {
        1_000_000_000.. => (1_000_000_000, "s"),
        1_000_000.. => (1_000_000, "ms"),
        1_000.. => (1_000, "us"),
        _ => (1, "ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_exact() {
        let cases = [
            (0, "0"),
            (7, "7 ns"),
            (1_000, "1 us"),
            (12_500, "12.5 us"),
            (1_000_050, "1.00005 ms"),
            (1_002_345_000, "1.002345 s"),
            (u64::MAX, "18446744073.709551615 s"),
        ];
        for (ns, text) in cases {
            assert_eq!(exact(ns), text);
        }
    }

    #[test]
    fn lengths_are_short() {
        let cases = [
            (0, "0 ns"),
            (999, "999 ns"),
            (22_500, "22.5 us"),
            (998_901_234, "999 ms"),
            (1_250_000_000, "1.25 s"),
            (90_000_000_000, "90 s"),
            (150_000_000_000, "2.5 min"),
            (86_400_000_000_000, "24 h"),
            (u64::MAX, "5124096 h"),
        ];
        for (ns, text) in cases {
            assert_eq!(rough(ns), text);
        }
    }
}
