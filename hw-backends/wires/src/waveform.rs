//! From a transaction to the edges of clock and data.
//!
//! Times are hundredths of a clock cycle, from where the cycle before ends. They are chosen so that the least times of
//! standard mode, fast mode and fast-mode plus (NXP UM10204 rev. 7, table 10) are kept at 100 kHz, 400 kHz and 1 MHz, each
//! in one shape, as far as a start, a repeated start and a stop take one cycle each, as the core counts:
//!
//! - a bit: the clock falls at 0, data changes at 25, the clock rises at 56. That is low for 5.6 us, 1.4 us, 0.56 us
//!   (least: 4.7, 1.3, 0.5) and high for 4.4 us, 1.1 us, 0.44 us (least: 4.0, 0.6, 0.26).
//! - a start: data falls at 55, 4.5 us, 1.125 us, 0.45 us before the clock (least: 4.0, 0.6, 0.26).
//! - a stop: the clock falls at 0, data at 25, the clock rises at 55, data at 95: set up for 4.0 us, 1.0 us, 0.4 us (least:
//!   4.0, 0.6, 0.26). Until a start that follows at once, the bus is free for 6.0 us, 1.5 us, 0.6 us (least: 4.7, 1.3, 0.5).
//! - a repeated start: the clock falls at 0, data is let go at 25, the clock rises at 52, data falls at 78, and the clock
//!   only at 104, at the cost of the next bit, whose low period is 5.2 us, 1.3 us, 0.52 us. Set-up and hold time are
//!   0.65 us at 400 kHz and 0.26 us at 1 MHz (least: 0.6, 0.26). At 100 kHz both are 2.6 us, where the table asks for 4.7
//!   and 4.0: with the low period's 4.7, that is 13.4 us, which no cycle of 10 us has. They are kept up to 55 kHz.

use crate::{Symbol, Transaction};

const NS_PER_S: u64 = 1_000_000_000;

/// The parts that a clock cycle is cut into.
const PARTS: u64 = 100;

/// When data changes, once the clock is low.
const DATA: u64 = 25;

/// When the clock rises in a bit, a stop, and a repeated start.
const BIT_RISE: u64 = 56;
const STOP_RISE: u64 = 55;
const AGAIN_RISE: u64 = 52;

/// When data falls in a start and in a repeated start, and rises in a stop.
const START: u64 = 55;
const START_AGAIN: u64 = 78;
const STOP: u64 = 95;

/// When the clock falls in the bit behind a repeated start.
const LATE_FALL: u64 = 4;

/// One of the two wires of a bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BusLine {
    /// The clock.
    Scl,
    /// The data.
    Sda,
}

/// Whether a wire is high; `None` when nobody knows.
pub(crate) type BusLevel = Option<bool>;

const HIGH: BusLevel = Some(true);
const LOW: BusLevel = Some(false);

/// Calls `emit` for each edge of `transaction`, in order of time, with its time in nanoseconds and what the line is then.
/// Both lines are high before and after.
pub(crate) fn edges(transaction: &Transaction, emit: impl FnMut(u64, BusLine, BusLevel)) {
    let mut wave = Wave {
        at_ns: transaction.at_ns,
        parts_per_s: u64::from(transaction.frequency_hz.max(1)) * PARTS,
        scl: HIGH,
        sda: HIGH,
        emit,
    };
    let mut cycle = 0;
    let mut fall = 0;
    for (index, symbol) in transaction.symbols.iter().enumerate() {
        let part = cycle * PARTS;
        match *symbol {
            // A start with no byte behind it would leave decoders waiting for the address, into the next transaction.
            Symbol::Start if index == 0 && transaction.symbols.get(1) == Some(&Symbol::Unknown) => {
                wave.set(part + START, BusLine::Scl, None);
                wave.set(part + START, BusLine::Sda, None);
            }
            Symbol::Start if index == 0 => wave.set(part + START, BusLine::Sda, LOW),
            Symbol::Start => {
                wave.set(part, BusLine::Scl, LOW);
                wave.set(part + DATA, BusLine::Sda, HIGH);
                wave.set(part + AGAIN_RISE, BusLine::Scl, HIGH);
                wave.set(part + START_AGAIN, BusLine::Sda, LOW);
                fall = LATE_FALL;
            }
            Symbol::Byte { value, acknowledged } => {
                // The acknowledge is a low ninth bit.
                let bits = u16::from(value) << 1 | u16::from(!acknowledged);
                for bit in 0..9 {
                    let part = part + bit * PARTS;
                    wave.set(part + std::mem::take(&mut fall), BusLine::Scl, LOW);
                    wave.set(part + DATA, BusLine::Sda, Some(bits >> (8 - bit) & 1 == 1));
                    wave.set(part + BIT_RISE, BusLine::Scl, HIGH);
                }
            }
            Symbol::Unknown => {
                wave.set(part + std::mem::take(&mut fall), BusLine::Scl, None);
                wave.set(part + DATA, BusLine::Sda, None);
            }
            Symbol::Stop => {
                wave.set(part + std::mem::take(&mut fall), BusLine::Scl, LOW);
                wave.set(part + DATA, BusLine::Sda, LOW);
                wave.at_ns = wave.at_ns.saturating_add(transaction.extra_ns);
                wave.set(part + STOP_RISE, BusLine::Scl, HIGH);
                wave.set(part + STOP, BusLine::Sda, HIGH);
            }
            Symbol::Stuck => {
                wave.set(part, BusLine::Sda, LOW);
                wave.at_ns = wave.at_ns.saturating_add(transaction.extra_ns);
                wave.set(part + symbol.bits() * PARTS, BusLine::Sda, HIGH);
            }
        }
        cycle += symbol.bits();
    }
}

struct Wave<F> {
    at_ns: u64,
    parts_per_s: u64,
    scl: BusLevel,
    sda: BusLevel,
    emit: F,
}

impl<F: FnMut(u64, BusLine, BusLevel)> Wave<F> {
    fn set(&mut self, part: u64, line: BusLine, level: BusLevel) {
        let present = match line {
            BusLine::Scl => &mut self.scl,
            BusLine::Sda => &mut self.sda,
        };
        if *present != level {
            *present = level;
            let after_ns = u128::from(part) * u128::from(NS_PER_S) / u128::from(self.parts_per_s);
            let after_ns = u64::try_from(after_ns).unwrap_or(u64::MAX);
            (self.emit)(self.at_ns.saturating_add(after_ns), line, level);
        }
    }
}

#[cfg(test)]
mod tests {
    use BusLine::{Scl, Sda};

    use super::*;

    fn list(symbols: &[Symbol], frequency_hz: u32, extra_ns: u64) -> Vec<(u64, BusLine, BusLevel)> {
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
        // Start: data falls late in the first 10 us.
        let mut expected = vec![(6_500, Sda, LOW)];
        for bit in 1..9 {
            let cell = 1_000 + bit * 10_000;
            expected.extend([(cell, Scl, LOW), (cell + 5_600, Scl, HIGH)]);
        }
        // No acknowledge: data is high in the ninth.
        expected.extend([(91_000, Scl, LOW), (93_500, Sda, HIGH), (96_600, Scl, HIGH)]);
        // Stop, with the clock held 500 ns longer: all is over at 1 us + 11 bits + 500 ns.
        expected.extend([(101_000, Scl, LOW), (103_500, Sda, LOW)]);
        expected.extend([(107_000, Scl, HIGH), (111_000, Sda, HIGH)]);
        assert_eq!(found, expected);
    }

    #[test]
    fn what_nobody_knows_is_neither_high_nor_low() {
        let found = list(&[Symbol::Start, Symbol::Unknown, Symbol::Stop], 100_000, 0);
        let expected = [
            (6_500, Scl, None),
            (6_500, Sda, None),
            (101_000, Scl, LOW),
            (103_500, Sda, LOW),
            (106_500, Scl, HIGH),
            (110_500, Sda, HIGH),
        ];
        assert_eq!(found, expected);
        let byte = Symbol::Byte { value: 0, acknowledged: true };
        let found = list(&[Symbol::Start, byte, Symbol::Unknown, Symbol::Stop], 100_000, 0);
        assert_eq!(found[0], (6_500, Sda, LOW));
        let unknown: Vec<_> = found.iter().filter(|(.., level)| level.is_none()).collect();
        assert_eq!(unknown, [&(101_000, Scl, None), &(103_500, Sda, None)]);
    }

    #[test]
    fn stuck_data_is_low_for_all_the_time() {
        assert_eq!(list(&[Symbol::Stuck], 100_000, 700), [(1_000, Sda, LOW), (111_700, Sda, HIGH)]);
    }

    #[test]
    fn absurd_times_do_not_overflow() {
        let byte = Symbol::Byte { value: 0x55, acknowledged: true };
        let ends = [
            vec![Symbol::Start, byte, Symbol::Stop],
            vec![Symbol::Start, Symbol::Unknown, Symbol::Stop],
            vec![Symbol::Stuck],
        ];
        for (hz, symbols) in
            [0, 1, u32::MAX].into_iter().flat_map(|hz| ends.iter().map(move |symbols| (hz, symbols)))
        {
            let found = list(symbols, hz, u64::MAX);
            assert_eq!(found.last(), Some(&(u64::MAX, Sda, HIGH)));
            assert!(found.is_sorted_by_key(|&(at_ns, ..)| at_ns));
        }
    }
}
