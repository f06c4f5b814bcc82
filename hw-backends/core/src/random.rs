//! The bytes of `system.random`.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Bytes of one block of the cipher.
const BLOCK_BYTES: usize = 64;

/// The key stream of ChaCha8, byte by byte: the same on every target, however it is cut into calls.
///
/// The key is the seed as 8 bytes, lowest first, and 24 zeros; nonce and first block counter are 0.
#[derive(Debug)]
pub(crate) struct Random {
    stream: ChaCha8Rng,
    block: [u8; BLOCK_BYTES],
    /// How many bytes of `block` were given out.
    used: usize,
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Self { stream: ChaCha8Rng::from_seed(key), block: [0; BLOCK_BYTES], used: BLOCK_BYTES }
    }

    /// Gives out the next bytes.
    pub(crate) fn fill(&mut self, into: &mut [u8]) {
        let mut left = into;
        while !left.is_empty() {
            if self.used == BLOCK_BYTES {
                self.stream.fill_bytes(&mut self.block);
                self.used = 0;
            }
            let count = left.len().min(BLOCK_BYTES - self.used);
            let (now, later) = left.split_at_mut(count);
            now.copy_from_slice(&self.block[self.used..self.used + count]);
            self.used += count;
            left = later;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn the_stream_does_not_depend_on_how_it_is_cut() {
        let mut whole = vec![0; 1000];
        Random::new(7).fill(&mut whole);
        let mut pieces = vec![0; 1000];
        let mut random = Random::new(7);
        let mut left = &mut pieces[..];
        for size in (0..40).cycle() {
            let (now, later) = left.split_at_mut(usize::min(size, left.len()));
            random.fill(now);
            left = later;
            if left.is_empty() {
                break;
            }
        }
        assert_eq!(pieces, whole);
    }
}
