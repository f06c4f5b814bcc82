//! The chips that board files can name.

use alloc::{boxed::Box, format, string::String, vec::Vec};

use crate::{I2cChip, at24c256, bme280, dead, refusing, stuck};

/// Every chip model, by name ascending.
pub const MODELS: &[ChipModel] =
    &[at24c256::MODEL, bme280::MODEL, dead::MODEL, refusing::MODEL, stuck::MODEL];

/// The addresses of a model that stands for any chip: 0x08 to 0x77, without the reserved ones (NXP UM10204 rev. 7,
/// section 3.1.12).
pub const ANY_ADDRESS: &[u8] = &{
    let mut addresses = [0; 0x70];
    let mut index = 0;
    while index < addresses.len() {
        addresses[index] = 0x08 + index as u8;
        index += 1;
    }
    addresses
};

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
    /// The 7-bit addresses that the chip can be wired to, ascending; the first is the usual one.
    pub addresses: &'static [u8],
    /// What a board file may set.
    pub parameters: &'static [Parameter],
    /// Bytes of the memory that a board file may fill ([`I2cChip::fill`]); 0 for a chip that has none.
    pub memory_bytes: u32,
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
    /// [`addresses`](Self::addresses) as a message lists them: see [`address_choices`].
    #[must_use]
    pub fn address_choices(&self) -> String {
        address_choices(self.addresses)
    }

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

/// Ascending addresses as a message lists them: `0x76 or 0x77`, `0x50 to 0x57`.
#[must_use]
pub fn address_choices(addresses: &[u8]) -> String {
    match addresses {
        [first, .., last] if addresses.len() > 2 && usize::from(last - first) + 1 == addresses.len() => {
            format!("{first:#04x} to {last:#04x}")
        }
        addresses => {
            let all: Vec<String> = addresses.iter().map(|address| format!("{address:#04x}")).collect();
            all.join(" or ")
        }
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
    fn addresses_are_listed_in_few_words() {
        let choices = |name| model(name).unwrap().address_choices();
        assert_eq!(choices("bme280"), "0x76 or 0x77");
        assert_eq!(choices("at24c256"), "0x50 to 0x57");
        assert_eq!(choices("dead"), "0x08 to 0x77");
        let gap = ChipModel { addresses: &[0x10, 0x11, 0x13], ..*model("dead").unwrap() };
        assert_eq!(gap.address_choices(), "0x10 or 0x11 or 0x13");
    }

    #[test]
    fn the_catalogue_is_sorted_and_sound() {
        assert!(MODELS.is_sorted_by(|a, b| a.name < b.name));
        for model in MODELS {
            assert!(!model.addresses.is_empty() && model.addresses.iter().all(|address| *address <= 0x7f));
            assert!(model.addresses.is_sorted_by(|a, b| a < b), "{}", model.name);
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
