//! One measurement: from what is around the chip to what its data registers show.

use super::{Calibration, filter::Filter, settings::Oversampling};

/// What pressure and temperature show when they are skipped (Bosch BST-BME280-DS002, sections 5.4.7, 5.4.8).
pub(super) const SKIPPED_20_BIT: u32 = 0x8_0000;
/// What humidity shows when it is skipped (section 5.4.9).
pub(super) const SKIPPED_16_BIT: u32 = 0x8000;

/// What is around the chip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Environment {
    /// Air temperature in °C; the chip is specified for -40 to 85.
    pub temperature_c: f64,
    /// Relative humidity in percent, 0 to 100.
    pub humidity_percent: f64,
    /// Air pressure in pascals; the chip is specified for 30 000 to 110 000.
    pub pressure_pa: f64,
}

/// What the data registers show: converter values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Readout {
    /// 20 bits.
    pub(super) pressure: u32,
    /// 20 bits.
    pub(super) temperature: u32,
    /// 16 bits.
    pub(super) humidity: u32,
}

impl Readout {
    /// What the registers show after a reset.
    pub(super) const RESET: Self =
        Self { pressure: SKIPPED_20_BIT, temperature: SKIPPED_20_BIT, humidity: SKIPPED_16_BIT };

    /// Registers 0xf7 to 0xfe.
    pub(super) fn registers(self) -> [u8; 8] {
        let [_, p_msb, p_lsb, p_xlsb] = (self.pressure << 4).to_be_bytes();
        let [_, t_msb, t_lsb, t_xlsb] = (self.temperature << 4).to_be_bytes();
        let [_, _, h_msb, h_lsb] = self.humidity.to_be_bytes();
        [p_msb, p_lsb, p_xlsb, t_msb, t_lsb, t_xlsb, h_msb, h_lsb]
    }
}

/// What the converters make of `around`, before the filter.
///
/// Pressure and temperature have 16 bits at one sample, one more with every doubling, and all 20 with the filter
/// on (section 3.4); humidity always has 16. A measured value never takes the number that means "skipped": it
/// moves by one step. Pressure and humidity match the temperature that is shown with them, so that they come
/// out right in a driver also where the temperature is coarse. There is no noise.
pub(super) fn convert(
    around: &Environment,
    calibration: &Calibration,
    oversampling: Oversampling,
    filtered: bool,
) -> Readout {
    let step = |samples: u8| if filtered { 1 } else { 16 / u32::from(samples) };
    let temperature = oversampling.temperature.map(|samples| {
        let step = step(samples);
        beside(SKIPPED_20_BIT, step, calibration.temperature_adc(around.temperature_c, step))
    });
    let shown = temperature.unwrap_or_else(|| calibration.temperature_adc(around.temperature_c, 1));
    let fine = calibration.fine_temperature(shown);
    let pressure = oversampling.pressure.map(|samples| {
        let step = step(samples);
        beside(SKIPPED_20_BIT, step, calibration.pressure_adc(around.pressure_pa, fine, step))
    });
    let humidity = oversampling
        .humidity
        .map(|_| beside(SKIPPED_16_BIT, 1, calibration.humidity_adc(around.humidity_percent, fine)));
    Readout {
        pressure: pressure.unwrap_or(SKIPPED_20_BIT),
        temperature: temperature.unwrap_or(SKIPPED_20_BIT),
        humidity: humidity.unwrap_or(SKIPPED_16_BIT),
    }
}

/// The filters of both channels that have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Filters {
    pressure: Filter,
    temperature: Filter,
}

impl Filters {
    /// Lets a readout through. A skipped channel leaves its memory alone; humidity is not filtered.
    pub(super) fn pass(&mut self, readout: Readout, oversampling: Oversampling, coefficient: u8) -> Readout {
        let channel = |filter: &mut Filter, samples: Option<u8>, value| match samples {
            Some(_) => beside(SKIPPED_20_BIT, 1, filter.pass(value, coefficient)),
            None => value,
        };
        Readout {
            pressure: channel(&mut self.pressure, oversampling.pressure, readout.pressure),
            temperature: channel(&mut self.temperature, oversampling.temperature, readout.temperature),
            humidity: readout.humidity,
        }
    }
}

/// `value`, or one step less where it would mean "skipped".
fn beside(skipped: u32, step: u32, value: u32) -> u32 {
    if value == skipped { value - step } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYTHING_ONCE: Oversampling =
        Oversampling { temperature: Some(1), pressure: Some(1), humidity: Some(1) };

    fn around(temperature_c: f64) -> Environment {
        Environment { temperature_c, humidity_percent: 50.0, pressure_pa: 101_325.0 }
    }

    fn at(temperature_c: f64, oversampling: Oversampling, filtered: bool) -> Readout {
        convert(&around(temperature_c), &Calibration::EXAMPLE, oversampling, filtered)
    }

    #[test]
    fn skipped_channels_show_their_mark() {
        let nothing = Oversampling { temperature: None, pressure: None, humidity: None };
        assert_eq!(at(21.5, nothing, false), Readout::RESET);
        assert_eq!(Readout::RESET.registers(), [0x80, 0, 0, 0x80, 0, 0, 0x80, 0]);
    }

    #[test]
    fn a_measured_value_is_never_the_mark() {
        let celsius = Calibration::EXAMPLE.fine_temperature(SKIPPED_20_BIT) / 5120.0;
        assert_eq!(at(celsius, EVERYTHING_ONCE, false).temperature, SKIPPED_20_BIT - 16);
        assert_eq!(at(celsius, EVERYTHING_ONCE, true).temperature, SKIPPED_20_BIT - 1);
    }

    #[test]
    fn resolution_grows_with_samples_and_filter() {
        for (samples, step) in [(1, 16), (2, 8), (4, 4), (8, 2), (16, 1)] {
            let oversampling = Oversampling { temperature: Some(samples), ..EVERYTHING_ONCE };
            let seen = (0..200).map(|i| at(f64::from(i) * 0.1, oversampling, false).temperature);
            let odd = seen.clone().filter(|adc| adc % (2 * step) != 0).count();
            assert!(seen.clone().all(|adc| adc % step == 0), "{samples} samples");
            assert!(
                (60..140).contains(&odd),
                "{samples} samples: no more bits than that, but no fewer either"
            );
        }
        assert!((0..50).any(|i| at(f64::from(i) * 0.1, EVERYTHING_ONCE, true).temperature % 2 == 1));
    }

    #[test]
    fn a_skipped_channel_keeps_its_filter_memory() {
        let mut filters = Filters::default();
        let readout = Readout { pressure: 1000, temperature: 2000, humidity: 3000 };
        filters.pass(readout, EVERYTHING_ONCE, 2);
        let without_pressure = Oversampling { pressure: None, ..EVERYTHING_ONCE };
        let skipped = Readout { pressure: SKIPPED_20_BIT, ..readout };
        assert_eq!(filters.pass(skipped, without_pressure, 2).pressure, SKIPPED_20_BIT);
        let doubled = Readout { pressure: 2000, temperature: 4000, humidity: 6000 };
        let expected = Readout { pressure: 1500, temperature: 3000, humidity: 6000 };
        assert_eq!(filters.pass(doubled, EVERYTHING_ONCE, 2), expected);
    }
}
