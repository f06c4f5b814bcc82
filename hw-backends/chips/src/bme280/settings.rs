//! What the fields of the control registers mean (Bosch BST-BME280-DS002, sections 3.3 to 3.5, 5.4).

use super::registers::MODE_BITS;

/// What the chip does by itself (table 25).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing.
    Sleep,
    /// One measurement, then sleep.
    Forced,
    /// Measurements with standby times between them.
    Normal,
}

impl Mode {
    /// The mode field of `ctrl_meas`.
    pub(super) fn of(ctrl_meas: u8) -> Self {
        match ctrl_meas & MODE_BITS {
            0b00 => Self::Sleep,
            0b11 => Self::Normal,
            _ => Self::Forced,
        }
    }
}

/// The settings that one measurement runs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Oversampling {
    /// Samples per temperature value, 1 to 16; `None` when it is skipped.
    pub(super) temperature: Option<u8>,
    /// Samples per pressure value, 1 to 16; `None` when it is skipped.
    pub(super) pressure: Option<u8>,
    /// Samples per humidity value, 1 to 16; `None` when it is skipped.
    pub(super) humidity: Option<u8>,
}

impl Oversampling {
    /// The oversampling fields of both control registers.
    pub(super) fn of(ctrl_meas: u8, ctrl_hum: u8) -> Self {
        Self {
            temperature: samples(ctrl_meas >> 5),
            pressure: samples(ctrl_meas >> 2),
            humidity: samples(ctrl_hum),
        }
    }

    /// The typical duration of a measurement, nanoseconds (section 9.1):
    /// 1 ms + 2 ms · T + (2 ms · P + 0.5 ms) + (2 ms · H + 0.5 ms), without what is skipped.
    pub(super) fn duration_ns(self) -> u64 {
        const WAKE_UP_NS: u64 = 1_000_000;
        const SAMPLE_NS: u64 = 2_000_000;
        const SETTLE_NS: u64 = 500_000;
        let channel = |samples: Option<u8>, settle| samples.map_or(0, |n| SAMPLE_NS * u64::from(n) + settle);
        WAKE_UP_NS
            + channel(self.temperature, 0)
            + channel(self.pressure, SETTLE_NS)
            + channel(self.humidity, SETTLE_NS)
    }
}

/// One oversampling field in the low three bits of `field` (tables 20, 23, 24).
fn samples(field: u8) -> Option<u8> {
    match field & 0b111 {
        0 => None,
        step @ 1..=4 => Some(1 << (step - 1)),
        _ => Some(16),
    }
}

/// The time between two measurements in normal mode, nanoseconds (table 27).
pub(super) fn standby_ns(config: u8) -> u64 {
    const TABLE_US: [u64; 8] = [500, 62_500, 125_000, 250_000, 500_000, 1_000_000, 10_000, 20_000];
    TABLE_US[usize::from(config >> 5)] * 1000
}

/// The filter coefficient, or `None` when the filter is off (table 28).
pub(super) fn filter_coefficient(config: u8) -> Option<u8> {
    match (config >> 2) & 0b111 {
        0 => None,
        step @ 1..=3 => Some(1 << step),
        _ => Some(16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_decode_as_the_tables_say() {
        let all = [None, Some(1), Some(2), Some(4), Some(8), Some(16), Some(16), Some(16)];
        for (field, expected) in (0u8..).zip(all) {
            assert_eq!(Oversampling::of(field << 5, 0).temperature, expected);
            assert_eq!(Oversampling::of(field << 2, 0).pressure, expected);
            assert_eq!(Oversampling::of(0, field).humidity, expected);
        }
        let filters = [None, Some(2), Some(4), Some(8), Some(16), Some(16), Some(16), Some(16)];
        for (field, expected) in (0u8..).zip(filters) {
            assert_eq!(filter_coefficient(field << 2), expected);
        }
        let modes = [Mode::Sleep, Mode::Forced, Mode::Forced, Mode::Normal];
        for (field, expected) in (0u8..).zip(modes) {
            assert_eq!(Mode::of(0b1111_1100 | field), expected);
        }
        assert_eq!(standby_ns(0b000_00000), 500_000);
        assert_eq!(standby_ns(0b101_11111), 1_000_000_000);
        assert_eq!(standby_ns(0b110_00000), 10_000_000);
        assert_eq!(standby_ns(0b111_00000), 20_000_000);
    }

    #[test]
    fn durations_follow_section_9_1() {
        let us = |temperature, pressure, humidity| {
            Oversampling { temperature, pressure, humidity }.duration_ns() / 1000
        };
        assert_eq!(us(Some(1), Some(1), Some(1)), 8_000);
        assert_eq!(us(Some(1), Some(4), None), 11_500, "the datasheet's own example");
        assert_eq!(us(Some(2), Some(16), Some(1)), 40_000);
        assert_eq!(us(Some(16), Some(16), Some(16)), 98_000);
        assert_eq!(us(None, None, None), 1_000);
    }
}
