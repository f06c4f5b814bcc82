//! How long transactions take at least.

use std::collections::HashMap;

use super::Timing;

const NS_PER_S: u128 = 1_000_000_000;

/// What is known of the buses that are open.
#[derive(Debug, Default)]
pub(super) struct Buses {
    /// Bus and asked-for frequency, by handle.
    open: HashMap<u32, (u32, u32)>,
    /// By bus, of those at the board's own frequency: bits, and the nanoseconds in which so many went at the fastest.
    fastest: HashMap<u32, (u64, u64)>,
}

/// How long a transaction takes at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Least {
    pub(super) ns: u64,
    /// At this frequency; `None`: at the board's own.
    pub(super) frequency_hz: Option<u32>,
}

impl Buses {
    /// Notes what is opened and closed.
    pub(super) fn take_in(&mut self, timing: Timing) {
        match timing {
            Timing::OpensBus { handle, bus, frequency_hz } => {
                self.open.insert(handle, (bus, frequency_hz));
            }
            Timing::Ends { handle } => _ = self.open.remove(&handle),
            _ => {}
        }
    }

    /// Notes that `bits` took `ns` and not more through this handle.
    pub(super) fn learn(&mut self, handle: u32, bits: u64, ns: u64) {
        let Some((bus, 0)) = self.open.get(&handle) else { return };
        let known = self.fastest.entry(*bus).or_insert((bits, ns));
        if u128::from(ns) * u128::from(known.0) < u128::from(known.1) * u128::from(bits) {
            *known = (bits, ns);
        }
    }

    /// How long `bits` take through this handle, if that is known.
    pub(super) fn least(&self, handle: u32, bits: u64) -> Option<Least> {
        let (bus, frequency_hz) = *self.open.get(&handle)?;
        let (ns, frequency_hz) = match frequency_hz {
            0 => {
                let (known_bits, known_ns) = *self.fastest.get(&bus)?;
                (u128::from(bits) * u128::from(known_ns) / u128::from(known_bits.max(1)), None)
            }
            hz => ((u128::from(bits) * NS_PER_S).div_ceil(hz.into()), Some(hz)),
        };
        Some(Least { ns: u64::try_from(ns).unwrap_or(u64::MAX), frequency_hz })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frequency_that_was_asked_for_is_known() {
        let mut buses = Buses::default();
        assert_eq!(buses.least(1, 27), None);
        buses.take_in(Timing::OpensBus { handle: 1, bus: 0, frequency_hz: 100_000 });
        assert_eq!(buses.least(1, 27), Some(Least { ns: 270_000, frequency_hz: Some(100_000) }));
        buses.learn(1, 27, 1);
        assert_eq!(buses.least(1, 27).unwrap().ns, 270_000);
        buses.take_in(Timing::Ends { handle: 1 });
        assert_eq!(buses.least(1, 27), None);
    }

    #[test]
    fn the_boards_own_frequency_is_the_highest_that_was_seen() {
        let mut buses = Buses::default();
        buses.take_in(Timing::OpensBus { handle: 1, bus: 7, frequency_hz: 0 });
        buses.take_in(Timing::OpensBus { handle: 2, bus: 7, frequency_hz: 0 });
        assert_eq!(buses.least(1, 27), None);
        // A device that stretches the clock, then one that does not.
        buses.learn(1, 20, 900_000);
        buses.learn(2, 40, 100_000);
        buses.learn(2, 40, 150_000);
        assert_eq!(buses.least(1, 20), Some(Least { ns: 50_000, frequency_hz: None }));
        assert_eq!(buses.least(1, u64::MAX).unwrap().ns, u64::MAX);
    }
}
