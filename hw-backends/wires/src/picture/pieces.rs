//! A transaction cut into the pieces that are drawn, each with its time.

use crate::{Symbol, Transaction};

/// Data bytes of a message that are drawn one by one; of more, only the first and the last ones are.
const MOST_BYTES: usize = 20;
const FIRST_BYTES: usize = 12;
const LAST_BYTES: usize = 2;

/// The width of a byte, pixels.
const BYTE_PX: f64 = 30.0;

/// Something that is drawn as one piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) from_ns: u64,
    pub(super) to_ns: u64,
    pub(super) kind: PieceKind,
}

/// What a piece of a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    Start {
        again: bool,
    },
    Address {
        address: u8,
        reads: bool,
        acknowledged: bool,
    },
    Byte {
        value: u8,
        reads: bool,
        acknowledged: bool,
    },
    /// So many bytes that are not drawn.
    Elided {
        bytes: usize,
        reads: bool,
    },
    /// A byte of which nobody knows anything.
    Unknown,
    /// Data is held low, so that nothing begins.
    Stuck,
    /// The clock is held low.
    Held,
    Stop {
        /// Whether an error ended the transaction that is no missing acknowledge.
        failed: bool,
    },
}

impl Piece {
    /// How much room it needs, pixels; `None`: it is like time in which nothing happens.
    pub(super) fn needs_px(&self) -> Option<f64> {
        match self.kind {
            PieceKind::Start { .. } => Some(14.0),
            PieceKind::Address { .. } => Some(66.0),
            PieceKind::Byte { .. } | PieceKind::Unknown => Some(BYTE_PX),
            PieceKind::Stuck => Some(66.0),
            PieceKind::Elided { .. } => Some(96.0),
            PieceKind::Held => None,
            PieceKind::Stop { .. } => Some(12.0),
        }
    }

    /// Whether it shows an error that is no missing acknowledge.
    pub(super) fn is_failure(&self) -> bool {
        matches!(self.kind, PieceKind::Stop { failed: true })
    }

    /// How wide a nanosecond of a byte is.
    pub(super) fn bit_px_per_ns(&self) -> Option<f64> {
        let is_byte = matches!(self.kind, PieceKind::Address { .. } | PieceKind::Byte { .. });
        (is_byte && self.from_ns < self.to_ns).then(|| BYTE_PX / (self.to_ns - self.from_ns) as f64)
    }
}

/// The pieces of a transaction, in order.
pub(super) fn pieces(transaction: &Transaction) -> Vec<Piece> {
    let mut cut = Cut { transaction, cycles: 0, pieces: Vec::new() };
    let mut symbols = transaction.symbols.as_slice();
    let mut reads = false;
    while let Some((&symbol, rest)) = symbols.split_first() {
        symbols = rest;
        match symbol {
            Symbol::Start => {
                cut.piece(1, PieceKind::Start { again: !cut.pieces.is_empty() });
                if let Some((&Symbol::Byte { value, acknowledged }, rest)) = symbols.split_first() {
                    symbols = rest;
                    reads = value & 1 == 1;
                    cut.piece(9, PieceKind::Address { address: value >> 1, reads, acknowledged });
                }
            }
            Symbol::Byte { .. } => {
                let is_byte = |symbol: &&Symbol| matches!(symbol, Symbol::Byte { .. });
                let more = rest.iter().take_while(is_byte).count();
                cut.data(symbol, &rest[..more], reads);
                symbols = &rest[more..];
            }
            Symbol::Unknown => cut.piece(9, PieceKind::Unknown),
            Symbol::Stop => cut.stop(),
            Symbol::Stuck => {
                cut.piece(symbol.bits() - 1, PieceKind::Stuck);
                cut.stop();
            }
        }
    }
    cut.pieces
}

struct Cut<'t> {
    transaction: &'t Transaction,
    cycles: u64,
    pieces: Vec<Piece>,
}

impl Cut<'_> {
    fn data(&mut self, first: Symbol, more: &[Symbol], reads: bool) {
        let count = 1 + more.len();
        let is_drawn = |index| count <= MOST_BYTES || index < FIRST_BYTES || index >= count - LAST_BYTES;
        for (index, &symbol) in std::iter::once(&first).chain(more).enumerate() {
            if let Symbol::Byte { value, acknowledged } = symbol
                && is_drawn(index)
            {
                self.piece(9, PieceKind::Byte { value, reads, acknowledged });
            } else if index == FIRST_BYTES {
                let bytes = count - FIRST_BYTES - LAST_BYTES;
                self.piece(9 * bytes as u64, PieceKind::Elided { bytes, reads });
            }
        }
    }

    fn stop(&mut self) {
        let from_ns = self.now_ns();
        let extra_ns = self.transaction.extra_ns;
        if extra_ns > 0 {
            let to_ns = from_ns.saturating_add(extra_ns);
            self.pieces.push(Piece { from_ns, to_ns, kind: PieceKind::Held });
        }
        self.piece(1, PieceKind::Stop { failed: self.transaction.failed.is_some() });
        if let Some(stop) = self.pieces.last_mut() {
            stop.from_ns = stop.from_ns.saturating_add(extra_ns);
            stop.to_ns = stop.to_ns.saturating_add(extra_ns);
        }
    }

    fn piece(&mut self, cycles: u64, kind: PieceKind) {
        let from_ns = self.now_ns();
        self.cycles += cycles;
        self.pieces.push(Piece { from_ns, to_ns: self.now_ns(), kind });
    }

    fn now_ns(&self) -> u64 {
        self.transaction.after_ns(self.cycles)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(symbols: Vec<Symbol>, extra_ns: u64) -> Vec<(u64, u64, PieceKind)> {
        let (at_ns, frequency_hz) = (1_000, 1_000_000);
        let transaction = Transaction { bus: 0, at_ns, frequency_hz, symbols, extra_ns, failed: None };
        pieces(&transaction).iter().map(|piece| (piece.from_ns, piece.to_ns, piece.kind)).collect()
    }

    fn byte(value: u8) -> Symbol {
        Symbol::Byte { value, acknowledged: true }
    }

    #[test]
    fn a_register_read_with_a_held_clock() {
        let last = Symbol::Byte { value: 0x60, acknowledged: false };
        let symbols =
            vec![Symbol::Start, byte(0xec), byte(0xd0), Symbol::Start, byte(0xed), last, Symbol::Stop];
        let expected = [
            (1_000, 2_000, PieceKind::Start { again: false }),
            (2_000, 11_000, PieceKind::Address { address: 0x76, reads: false, acknowledged: true }),
            (11_000, 20_000, PieceKind::Byte { value: 0xd0, reads: false, acknowledged: true }),
            (20_000, 21_000, PieceKind::Start { again: true }),
            (21_000, 30_000, PieceKind::Address { address: 0x76, reads: true, acknowledged: true }),
            (30_000, 39_000, PieceKind::Byte { value: 0x60, reads: true, acknowledged: false }),
            (39_000, 39_500, PieceKind::Held),
            (39_500, 40_500, PieceKind::Stop { failed: false }),
        ];
        assert_eq!(kinds(symbols, 500), expected);
    }

    #[test]
    fn many_bytes_are_elided_and_keep_their_time() {
        for (bytes, drawn, elided) in [(20, 20, None), (21, 14, Some(7)), (4096, 14, Some(4082))] {
            let data = (0..bytes).map(|_| byte(0));
            let symbols: Vec<_> = [Symbol::Start, byte(0xa0)].into_iter().chain(data).collect();
            let found = kinds(symbols, 0);
            let plain = |(.., kind): &&(u64, u64, PieceKind)| matches!(kind, PieceKind::Byte { .. });
            assert_eq!(found.iter().filter(plain).count(), drawn);
            let left_out = found.iter().find_map(|&(.., kind)| match kind {
                PieceKind::Elided { bytes, .. } => Some(bytes),
                _ => None,
            });
            assert_eq!(left_out, elided);
            // 1 + 9 * (1 + bytes) cycles of 1 us.
            assert_eq!(found.last().unwrap().1, 1_000 + (10 + 9 * bytes) * 1_000);
            assert!(found.windows(2).all(|pair| pair[0].1 == pair[1].0));
        }
    }

    #[test]
    fn absurd_transactions_do_not_panic() {
        for frequency_hz in [0, u32::MAX] {
            let symbols = vec![Symbol::Stop, byte(1), Symbol::Start, Symbol::Start, byte(2)];
            let (at_ns, extra_ns) = (u64::MAX - 5, u64::MAX);
            let transaction = Transaction { bus: 0, at_ns, frequency_hz, symbols, extra_ns, failed: None };
            assert!(pieces(&transaction).iter().all(|piece| piece.from_ns <= piece.to_ns));
        }
    }
}
