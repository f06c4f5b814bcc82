//! The low-pass filter of pressure and temperature (Bosch BST-BME280-DS002, section 3.4.4).

/// Fraction bits of the memory, so that the output does reach its input.
const FRACTION_BITS: u32 = 8;

/// The filter memory of one channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// What was let through last, in 1/256 of a converter step; `None` until a first value passed.
    memory: Option<i64>,
}

impl Filter {
    /// Lets a converter value through: (memory · (coefficient - 1) + value) / coefficient. The first value after a
    /// reset passes unchanged and becomes the memory.
    pub(super) fn pass(&mut self, value: u32, coefficient: u8) -> u32 {
        let input = i64::from(value) << FRACTION_BITS;
        let memory = match self.memory {
            None => input,
            Some(memory) => memory + (input - memory) / i64::from(coefficient),
        };
        self.memory = Some(memory);
        // Rounded; a mean of converter values is a converter value.
        ((memory + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_passes_unchanged() {
        assert_eq!(Filter::default().pass(519_888, 16), 519_888);
    }

    #[test]
    fn a_step_is_approached_by_one_part_in_the_coefficient() {
        let mut filter = Filter::default();
        filter.pass(1000, 4);
        let approach: [u32; 4] = core::array::from_fn(|_| filter.pass(2000, 4));
        // 1000 + 1000 · (1 - 0.75^n)
        assert_eq!(approach, [1250, 1438, 1578, 1684]);
    }

    #[test]
    fn a_step_is_reached_and_kept_from_both_sides() {
        for (from, to) in [(0, 0xf_ffff), (0xf_ffff, 0), (500_000, 500_001)] {
            let mut filter = Filter::default();
            filter.pass(from, 16);
            (0..600).for_each(|_| {
                filter.pass(to, 16);
            });
            let settled = filter;
            assert_eq!(filter.pass(to, 16), to, "from {from}");
            assert_eq!(filter, settled, "from {from}");
        }
    }
}
