//! Faults by chance, from a seed.

use core::fmt;

use embedded_hal::i2c::Operation;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::{
    Cause, Fault,
    plan::Chance,
    wire_bytes::{acknowledged_count, nth_acknowledged},
};

const MILLION: u64 = 1_000_000;
/// The longest time that chance holds a bus, or slows a chip down, nanoseconds.
const MOST_NS_BY_CHANCE: u64 = 1_000_000;

/// What chance draws from.
#[derive(Clone)]
pub(super) struct Dice {
    chance: Chance,
    random: ChaCha8Rng,
}

impl fmt::Debug for Dice {
    /// The seed, from which everything else follows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chance.fmt(f)
    }
}

impl Dice {
    /// Dice of the seed that `chance` has. Those of one seed for other buses, or with other `number`s on a bus, have
    /// nothing to do with them.
    pub(super) fn new(chance: Chance, bus: u32, number: u32) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(chance.seed);
        random.set_stream(u64::from(bus) << u32::BITS | u64::from(number));
        Self { chance, random }
    }

    /// Whether chance hits the next transaction.
    pub(super) fn hits(&mut self) -> bool {
        scaled(self.random.next_u32(), MILLION) < u64::from(self.chance.per_million)
    }

    /// The fault for the next transaction, if any: never a short read, which a seed did not mean from the start, and
    /// seeds mean the same for ever. Always draws as much, so that a fault depends on the seed, the
    /// transaction's number and its shape alone.
    pub(super) fn fault(&mut self, operations: &[Operation<'_>]) -> Option<(Fault, Cause)> {
        let hits = self.hits();
        let [kind, size] = [(); 2].map(|()| self.random.next_u32());
        if !hits {
            return None;
        }
        let ns = 1 + scaled(size, MOST_NS_BY_CHANCE);
        let fault = match scaled(kind, 4) {
            0 => {
                let nth = scaled(size, acknowledged_count(operations));
                Fault::Nack { byte: nth_acknowledged(operations, nth)? }
            }
            1 => Fault::ArbitrationLost,
            2 => Fault::StuckFor { ns },
            _ => Fault::Slow { extra_ns: ns },
        };
        Some((fault, Cause::Seed(self.chance.seed)))
    }
}

/// `word` as a number from 0 to below `end`, evenly.
fn scaled(word: u32, end: u64) -> u64 {
    ((u128::from(word) * u128::from(end)) >> u32::BITS) as u64
}
