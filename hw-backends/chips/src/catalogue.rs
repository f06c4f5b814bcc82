//! The chips that board files can name.

use alloc::{boxed::Box, vec::Vec};

use crate::{I2cChip, bme280};

/// Every chip model, by name ascending.
pub const MODELS: &[ChipModel] = &[bme280::MODEL];

/// The model called `name`.
#[must_use]
pub fn model(name: &str) -> Option<&'static ChipModel> {
    MODELS.iter().find(|model| model.name == name)
}

/// A kind of chip: what a board file may say about it, and how to make one.
#[derive(Debug, Clone, Copy)]
pub struct ChipModel {
    /// The name in board files.
    pub name: &'static str,
    /// What it is, one line.
    pub about: &'static str,
    /// The 7-bit addresses that the chip can be wired to; the first is the usual one.
    pub addresses: &'static [u8],
    /// What a board file may set.
    pub parameters: &'static [Parameter],
    /// Makes a chip from one value per parameter, in their order; what is missing takes its default. Values are not
    /// checked: see [`Parameter::allows`].
    pub build: fn(values: &[f64]) -> Box<dyn I2cChip>,
}

/// A number that a board file may set, named with its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// The key in board files.
    pub name: &'static str,
    /// What it is, with its unit, one line.
    pub about: &'static str,
    /// The value when the board file says nothing.
    pub default: f64,
    /// The lowest value.
    pub min: f64,
    /// The highest value.
    pub max: f64,
}

impl ChipModel {
    /// The values to [`build`](Self::build) with when the board file says nothing.
    #[must_use]
    pub fn defaults(&self) -> Vec<f64> {
        self.parameters.iter().map(|parameter| parameter.default).collect()
    }

    /// The place of the parameter called `name`, in [`parameters`](Self::parameters) and among the values.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.name == name)
    }
}

impl Parameter {
    /// Whether `value` is in the range. Not-a-number is not.
    #[must_use]
    pub fn allows(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_no_model() {
        assert!(model("bme208").is_none());
        assert!(model("").is_none());
        assert_eq!(model("bme280").unwrap().name, "bme280");
        assert_eq!(model("bme280").unwrap().parameter("pressure"), None);
    }

    #[test]
    fn the_catalogue_is_sorted_and_sound() {
        assert!(MODELS.is_sorted_by(|a, b| a.name < b.name));
        for model in MODELS {
            assert!(!model.addresses.is_empty() && model.addresses.iter().all(|address| *address <= 0x7f));
            for (index, parameter) in model.parameters.iter().enumerate() {
                assert!(parameter.allows(parameter.default), "{} {}", model.name, parameter.name);
                assert!(!parameter.allows(f64::NAN) && !parameter.allows(parameter.max + 1.0));
                assert_eq!(model.parameter(parameter.name), Some(index), "names are unique");
            }
            (model.build)(&[]);
            (model.build)(&model.defaults());
        }
    }
}
