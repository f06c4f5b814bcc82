//! The trimming values that a chip carries, and where they stand in its registers (Bosch BST-BME280-DS002, section
//! 4.2.2, table 16).

/// The trimming values of one chip, in the datasheet's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the datasheet names them and says no more about them")]
pub struct Calibration {
    pub dig_t1: u16,
    pub dig_t2: i16,
    pub dig_t3: i16,
    pub dig_p1: u16,
    pub dig_p2: i16,
    pub dig_p3: i16,
    pub dig_p4: i16,
    pub dig_p5: i16,
    pub dig_p6: i16,
    pub dig_p7: i16,
    pub dig_p8: i16,
    pub dig_p9: i16,
    pub dig_h1: u8,
    pub dig_h2: i16,
    pub dig_h3: u8,
    /// 12 bits, signed.
    pub dig_h4: i16,
    /// 12 bits, signed.
    pub dig_h5: i16,
    pub dig_h6: i8,
}

impl Calibration {
    /// The chip that the model is.
    ///
    /// Temperature and pressure: the worked example of Bosch BST-BMP280-DS001, section 3.12 (the BME280 has the
    /// same formulas). Humidity: a real part, as quoted in the tests of the driver crate `bme280-rs` 0.4.
    /// With them, -40 to 85 °C, 0 to 100 % and 300 to 1100 hPa fit the converters.
    pub const EXAMPLE: Self = Self {
        dig_t1: 27504,
        dig_t2: 26435,
        dig_t3: -1000,
        dig_p1: 36477,
        dig_p2: -10685,
        dig_p3: 3024,
        dig_p4: 2855,
        dig_p5: 140,
        dig_p6: -7,
        dig_p7: 15500,
        dig_p8: -14600,
        dig_p9: 6000,
        dig_h1: 75,
        dig_h2: 375,
        dig_h3: 0,
        dig_h4: 288,
        dig_h5: 50,
        dig_h6: 30,
    };

    /// Registers 0x88 to 0xa1; 0xa0 is unused.
    pub(super) fn first_block(&self) -> [u8; 26] {
        let mut block = [0; 26];
        let words = [
            self.dig_t1.to_le_bytes(),
            self.dig_t2.to_le_bytes(),
            self.dig_t3.to_le_bytes(),
            self.dig_p1.to_le_bytes(),
            self.dig_p2.to_le_bytes(),
            self.dig_p3.to_le_bytes(),
            self.dig_p4.to_le_bytes(),
            self.dig_p5.to_le_bytes(),
            self.dig_p6.to_le_bytes(),
            self.dig_p7.to_le_bytes(),
            self.dig_p8.to_le_bytes(),
            self.dig_p9.to_le_bytes(),
        ];
        for (place, word) in block.chunks_exact_mut(2).zip(words) {
            place.copy_from_slice(&word);
        }
        block[25] = self.dig_h1;
        block
    }

    /// Registers 0xe1 to 0xf0; those from 0xe8 on are unused. 0xe5 holds four bits each of `dig_h4` and `dig_h5`.
    pub(super) fn second_block(&self) -> [u8; 16] {
        let [h2_low, h2_high] = self.dig_h2.to_le_bytes();
        let [h4_high, h5_high] = [self.dig_h4 >> 4, self.dig_h5 >> 4].map(|bits| bits.to_le_bytes()[0]);
        let [h4_low, h5_low] = [self.dig_h4, self.dig_h5].map(|bits| bits.to_le_bytes()[0] & 0x0f);
        let [h6] = self.dig_h6.to_le_bytes();
        let mut block = [0; 16];
        block[..7].copy_from_slice(&[
            h2_low,
            h2_high,
            self.dig_h3,
            h4_high,
            h5_low << 4 | h4_low,
            h5_high,
            h6,
        ]);
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_the_values_where_table_16_puts_them() {
        let first = Calibration::EXAMPLE.first_block();
        assert_eq!(first[..6], [0x70, 0x6b, 0x43, 0x67, 0x18, 0xfc]);
        assert_eq!(first[22..], [0x70, 0x17, 0x00, 75]);
        let second =
            Calibration { dig_h4: 0x123, dig_h5: -2, dig_h6: -1, ..Calibration::EXAMPLE }.second_block();
        assert_eq!(second[..8], [0x77, 0x01, 0x00, 0x12, 0xe3, 0xff, 0xff, 0]);
        assert_eq!(second[8..], [0; 8]);
    }
}
