//! `clock`: device time.
//!
//! A wait that the end of the run cuts short returns early; the end of the call then ends the run.

use device_abi::clock::Clock;

use crate::View;

impl Clock for View<'_> {
    fn now(&mut self) -> u64 {
        micros(self.device.clock.now_ns())
    }

    fn sleep(&mut self, duration_us: u64) {
        self.wait(duration_us.saturating_mul(1000));
    }

    fn delay_ns(&mut self, duration_ns: u32) {
        self.wait(duration_ns.into());
    }
}

/// `ns / 1000`, by hand: on a 32-bit chip a division of 64 bits is a loop, and every guest asks for the time.
fn micros(ns: u64) -> u64 {
    let (high, low) = ((ns >> 32) as u32, ns as u32);
    // As on paper, with a digit of 32 and two of 16 bits: each remainder is below 1000, so that all fits in 32 bits.
    let middle = ((high % 1000) << 16) | (low >> 16);
    let last = ((middle % 1000) << 16) | (low & 0xffff);
    (u64::from(high / 1000) << 32) | u64::from(((middle / 1000) << 16) | (last / 1000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::micros;

    #[test]
    fn microseconds_are_nanoseconds_divided() {
        for bits in 0..64 {
            for ns in
                [1 << bits, (1 << bits) - 1, 999 << bits, 1000 << bits, u64::MAX >> bits, u64::MAX << bits]
            {
                assert_eq!(micros(ns), ns / 1000, "{ns}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_number_of_nanoseconds_is_divided(ns: u64, shift in 0_u32..64) {
            prop_assert_eq!(micros(ns >> shift), (ns >> shift) / 1000);
        }
    }
}
