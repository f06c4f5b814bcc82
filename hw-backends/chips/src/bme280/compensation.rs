//! From converter values to measured values (Bosch BST-BME280-DS002, section 8.1), and back.
//!
//! A driver computes forward. The model needs the way back: which converter value makes a driver show 21.5 °C? The
//! formulas are monotonic in the converter value over the whole range, so the answer is found by bisection and is
//! right whatever the calibration is.

use super::Calibration;

/// The highest value of the 20-bit pressure and temperature converter.
const HIGHEST_20_BIT: u32 = 0xf_ffff;
/// The highest value of the 16-bit humidity converter.
const HIGHEST_16_BIT: u32 = 0xffff;

impl Calibration {
    /// Fine temperature, 1/5120 °C: what the other two formulas are corrected with.
    pub(super) fn fine_temperature(&self, adc: u32) -> f64 {
        let offset = f64::from(adc) / 16384.0 - f64::from(self.dig_t1) / 1024.0;
        let square = (offset / 8.0) * (offset / 8.0);
        offset * f64::from(self.dig_t2) + square * f64::from(self.dig_t3)
    }

    /// Pressure in pascals.
    pub(super) fn pressure_pa(&self, adc: u32, fine: f64) -> f64 {
        let t = fine / 2.0 - 64000.0;
        let offset = t * t * f64::from(self.dig_p6) / 32768.0 + t * f64::from(self.dig_p5) * 2.0;
        let offset = offset / 4.0 + f64::from(self.dig_p4) * 65536.0;
        let slope = (f64::from(self.dig_p3) * t * t / 524288.0 + f64::from(self.dig_p2) * t) / 524288.0;
        let slope = (1.0 + slope / 32768.0) * f64::from(self.dig_p1);
        let p = (1048576.0 - f64::from(adc) - offset / 4096.0) * 6250.0 / slope;
        let square = f64::from(self.dig_p9) * p * p / 2147483648.0;
        let linear = p * f64::from(self.dig_p8) / 32768.0;
        p + (square + linear + f64::from(self.dig_p7)) / 16.0
    }

    /// Relative humidity in percent, not yet cut to 0 to 100.
    pub(super) fn humidity_percent(&self, adc: u32, fine: f64) -> f64 {
        let t = fine - 76800.0;
        let offset = f64::from(self.dig_h4) * 64.0 + f64::from(self.dig_h5) / 16384.0 * t;
        let bend = 1.0 + f64::from(self.dig_h3) / 67108864.0 * t;
        let slope = f64::from(self.dig_h2) / 65536.0 * (1.0 + f64::from(self.dig_h6) / 67108864.0 * t * bend);
        let h = (f64::from(adc) - offset) * slope;
        h * (1.0 - f64::from(self.dig_h1) * h / 524288.0)
    }

    /// The converter value that comes nearest to `celsius`, a multiple of `step`.
    pub(super) fn temperature_adc(&self, celsius: f64, step: u32) -> u32 {
        nearest(celsius * 5120.0, HIGHEST_20_BIT, step, |adc| self.fine_temperature(adc))
    }

    /// The converter value that comes nearest to `pascals` at this fine temperature, a multiple of `step`.
    pub(super) fn pressure_adc(&self, pascals: f64, fine: f64, step: u32) -> u32 {
        // Pressure falls while the converter value rises.
        nearest(-pascals, HIGHEST_20_BIT, step, |adc| -self.pressure_pa(adc, fine))
    }

    /// The converter value that comes nearest to `percent` at this fine temperature.
    pub(super) fn humidity_adc(&self, percent: f64, fine: f64) -> u32 {
        nearest(percent, HIGHEST_16_BIT, 1, |adc| self.humidity_percent(adc, fine))
    }
}

/// The multiple of `step` up to `highest` for which the rising `value` comes nearest to `target`.
fn nearest(target: f64, highest: u32, step: u32, value: impl Fn(u32) -> f64) -> u32 {
    // The first multiple that reaches the target, or the last there is.
    let (mut low, mut high) = (0, highest / step);
    while low < high {
        let middle = (low + high) / 2;
        if value(middle * step) >= target {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let above = low * step;
    let below = low.saturating_sub(1) * step;
    if (value(above) - target).abs() <= (value(below) - target).abs() { above } else { below }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: Calibration = Calibration::EXAMPLE;

    #[test]
    fn the_worked_example_comes_out_as_bosch_printed_it() {
        let fine = EXAMPLE.fine_temperature(519_888);
        assert_eq!(fine as i32, 128_422);
        assert!((fine / 5120.0 - 25.08).abs() < 0.005);
        assert!((EXAMPLE.pressure_pa(415_148, fine) - 100_653.27).abs() < 0.05);
    }

    #[test]
    fn the_humidity_of_the_quoted_part_comes_out_as_its_driver_computes_it() {
        // 0x8399 in the integer formula's format of 1/1024 %.
        let percent = EXAMPLE.humidity_percent(0x5eb4, f64::from(0x2_2391));
        assert!((percent - f64::from(0x8399) / 1024.0).abs() < 0.01, "{percent}");
    }

    #[test]
    fn targets_out_of_reach_give_the_end_of_the_converter() {
        assert_eq!(EXAMPLE.temperature_adc(-1e9, 1), 0);
        assert_eq!(EXAMPLE.temperature_adc(1e9, 1), HIGHEST_20_BIT);
        assert_eq!(EXAMPLE.temperature_adc(1e9, 16), 0xf_fff0);
        assert_eq!(EXAMPLE.humidity_adc(1e9, 0.0), HIGHEST_16_BIT);
    }

    proptest! {
        #[test]
        fn forward_undoes_back(celsius in -40.0..85.0, percent in 0.0..100.0, pascals in 30_000.0..110_000.0) {
            let adc = EXAMPLE.temperature_adc(celsius, 1);
            let fine = EXAMPLE.fine_temperature(adc);
            // Half of one step: 0.0003 °C, 0.2 Pa, 0.008 % (section 1).
            prop_assert!((fine / 5120.0 - celsius).abs() < 0.0002);
            let adc = EXAMPLE.pressure_adc(pascals, fine, 1);
            prop_assert!((EXAMPLE.pressure_pa(adc, fine) - pascals).abs() < 0.1);
            let adc = EXAMPLE.humidity_adc(percent, fine);
            prop_assert!((EXAMPLE.humidity_percent(adc, fine) - percent).abs() < 0.004);
        }

        #[test]
        fn coarse_steps_stay_multiples_and_near(celsius in -40.0..85.0, bits in 0u32..5) {
            let step = 1 << bits;
            let adc = EXAMPLE.temperature_adc(celsius, step);
            prop_assert_eq!(adc % step, 0);
            let error = EXAMPLE.fine_temperature(adc) / 5120.0 - celsius;
            prop_assert!(error.abs() < 0.0002 * f64::from(step), "{} at step {}", error, step);
        }
    }
}
