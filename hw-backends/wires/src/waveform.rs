//! From a transaction to the edges of clock and data.
//!
//! A clock cycle has four quarters. A bit: the clock falls at 0, data changes at 1, the clock rises at 2. A start:
//! data falls at 2, and again at 3 when it is repeated (with data let go at 1). A stop: data falls at 1, the clock
//! rises at 2, data at 3. So the low and the high period are half a cycle each, and edges of the two never coincide
//! up to 250 MHz, far above any I2C.

use crate::{Symbol, Transaction};

const NS_PER_S: u64 = 1_000_000_000;
const QUARTERS: u64 = 4;

/// One of the two wires of a bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BusLine {
    /// The clock.
    Scl,
    /// The data.
    Sda,
}

/// Calls `emit` for each edge of `transaction`, in order of time, with its time in nanoseconds and whether the line
/// rises. Both lines are high before and after.
pub(crate) fn edges(transaction: &Transaction, emit: impl FnMut(u64, BusLine, bool)) {
    let mut wave = Wave {
        at_ns: transaction.at_ns,
        quarters_per_s: u64::from(transaction.frequency_hz.max(1)) * QUARTERS,
        scl: true,
        sda: true,
        emit,
    };
    let mut cycle = 0;
    for (index, symbol) in transaction.symbols.iter().enumerate() {
        let quarter = cycle * QUARTERS;
        match *symbol {
            Symbol::Start if index == 0 => wave.set(quarter + 2, BusLine::Sda, false),
            Symbol::Start => {
                wave.set(quarter, BusLine::Scl, false);
                wave.set(quarter + 1, BusLine::Sda, true);
                wave.set(quarter + 2, BusLine::Scl, true);
                wave.set(quarter + 3, BusLine::Sda, false);
            }
            Symbol::Byte { value, acknowledged } => {
                // The acknowledge is a low ninth bit.
                let bits = u16::from(value) << 1 | u16::from(!acknowledged);
                for bit in 0..9 {
                    let quarter = quarter + bit * QUARTERS;
                    wave.set(quarter, BusLine::Scl, false);
                    wave.set(quarter + 1, BusLine::Sda, bits >> (8 - bit) & 1 == 1);
                    wave.set(quarter + 2, BusLine::Scl, true);
                }
            }
            Symbol::Stop => {
                wave.set(quarter, BusLine::Scl, false);
                wave.set(quarter + 1, BusLine::Sda, false);
                wave.at_ns = wave.at_ns.saturating_add(transaction.extra_ns);
                wave.set(quarter + 2, BusLine::Scl, true);
                wave.set(quarter + 3, BusLine::Sda, true);
            }
        }
        cycle += symbol.bits();
    }
}

struct Wave<F> {
    at_ns: u64,
    quarters_per_s: u64,
    scl: bool,
    sda: bool,
    emit: F,
}

impl<F: FnMut(u64, BusLine, bool)> Wave<F> {
    fn set(&mut self, quarter: u64, line: BusLine, high: bool) {
        let present = match line {
            BusLine::Scl => &mut self.scl,
            BusLine::Sda => &mut self.sda,
        };
        if *present != high {
            *present = high;
            let after_ns = quarter.saturating_mul(NS_PER_S) / self.quarters_per_s;
            (self.emit)(self.at_ns.saturating_add(after_ns), line, high);
        }
    }
}

#[cfg(test)]
mod tests {
    use BusLine::{Scl, Sda};

    use super::*;

    fn list(symbols: &[Symbol], frequency_hz: u32, extra_ns: u64) -> Vec<(u64, BusLine, bool)> {
        let symbols = symbols.to_vec();
        let mut list = Vec::new();
        let transaction = Transaction { bus: 0, at_ns: 1_000, frequency_hz, symbols, extra_ns, failed: None };
        edges(&transaction, |at_ns, line, high| list.push((at_ns, line, high)));
        list
    }

    #[test]
    fn nobody_at_address_0_edge_by_edge() {
        let byte = Symbol::Byte { value: 0, acknowledged: false };
        let found = list(&[Symbol::Start, byte, Symbol::Stop], 100_000, 500);
        // Start: data falls in the middle of the first 10 us.
        let mut expected = vec![(6_000, Sda, false)];
        for bit in 1..9 {
            let cell = 1_000 + bit * 10_000;
            expected.extend([(cell, Scl, false), (cell + 5_000, Scl, true)]);
        }
        // No acknowledge: data is high in the ninth.
        expected.extend([(91_000, Scl, false), (93_500, Sda, true), (96_000, Scl, true)]);
        // Stop, with the clock held 500 ns longer: all is over at 1 us + 11 bits + 500 ns.
        expected.extend([(101_000, Scl, false), (103_500, Sda, false)]);
        expected.extend([(106_500, Scl, true), (109_000, Sda, true)]);
        assert_eq!(found, expected);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let byte = Symbol::Byte { value: 0x55, acknowledged: true };
        for hz in [0, 1, u32::MAX] {
            let found = list(&[Symbol::Start, byte, Symbol::Stop], hz, u64::MAX);
            assert_eq!(found.last(), Some(&(u64::MAX, Sda, true)));
            assert!(found.is_sorted_by_key(|&(at_ns, ..)| at_ns));
        }
    }
}
