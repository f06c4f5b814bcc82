//! Chips on a bus: model, address, label, and what the model lets a file say.

mod address;
mod contents;
mod described;
mod read;

use hw_chips::{ChipModel, I2cChip, MODELS, Parameter};

use crate::file::{Key, Kind, Shape};
use contents::{CONTENTS, Piece};
use described::Described;

pub(super) use read::read_all;

/// The key that says which chip it is.
pub(super) const MODEL: &str = "model";

const MODEL_KEY: Key = Key::required(MODEL, "what it is", Shape::Text);
const LABEL: Key = Key::optional(
    "label",
    "what people and scenario files call it; default there: the model, if it is the only one",
    Shape::Text,
);

/// A chip on an I2C bus.
#[derive(Debug, Clone)]
pub struct Chip {
    /// Its 7-bit address, unshifted; one that the model can have.
    pub address: u8,
    /// What people call it; may be empty.
    pub label: String,
    is: Is,
    /// What its memory holds from the start, beside what it holds as delivered.
    contents: Vec<Piece>,
    pub(super) line: u32,
}

/// What a chip is.
#[derive(Debug, Clone)]
enum Is {
    /// One of [`MODELS`], with the values of its parameters, in their order and within their ranges.
    Model(&'static ChipModel, Vec<f64>),
    /// Described in the file, register by register.
    Described(Described),
}

/// A number of a chip that may change while the device runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// What [`I2cChip::set`] calls it: a parameter of the model, or a register.
    pub name: String,
    /// What it is after power-on.
    pub value: f64,
    /// The lowest value.
    pub min: f64,
    /// The highest value.
    pub max: f64,
    /// Whether it has no fractions.
    pub is_whole: bool,
}

impl Chip {
    /// Its model, as board files call it.
    #[must_use]
    pub fn model(&self) -> &'static str {
        match &self.is {
            Is::Model(model, _) => model.name,
            Is::Described(_) => described::NAME,
        }
    }

    /// What may change while the device runs: the parameters of its model in their order, or its registers in the
    /// file's.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        match &self.is {
            Is::Model(model, values) => model.parameters.iter().zip(values).map(setting).collect(),
            Is::Described(described) => described.settings(),
        }
    }

    /// How many registers the file gives it; `None` for a model that needs none.
    #[must_use]
    pub fn registers(&self) -> Option<usize> {
        match &self.is {
            Is::Model(..) => None,
            Is::Described(described) => Some(described.len()),
        }
    }

    /// The chip as it powers up.
    #[must_use]
    pub fn build(&self) -> Box<dyn I2cChip> {
        let mut chip: Box<dyn I2cChip> = match &self.is {
            Is::Model(model, values) => (model.build)(values),
            Is::Described(described) => Box::new(described.build()),
        };
        for Piece { at, bytes } in &self.contents {
            chip.fill(*at, bytes);
        }
        chip
    }
}

fn setting((parameter, value): (&Parameter, &f64)) -> Setting {
    let Parameter { name, min, max, .. } = *parameter;
    Setting { name: name.to_owned(), value: *value, min, max, is_whole: false }
}

/// What may be said of each chip there is.
pub(super) fn kinds() -> Vec<Kind> {
    let kind = |model: &'static ChipModel| Kind {
        name: model.name,
        about: model.about,
        keys: common_keys(model.addresses)
            .chain(model.parameters.iter().map(parameter_key))
            .chain((model.memory_bytes > 0).then_some(CONTENTS))
            .collect(),
    };
    MODELS.iter().map(kind).chain([described::kind()]).collect()
}

/// The keys of every chip, the model not among them.
fn common_keys(addresses: &'static [u8]) -> impl Iterator<Item = Key> {
    let address = Key::required("address", "its 7-bit address, unshifted", Shape::IntegerAmong(addresses));
    [address, LABEL].into_iter()
}

fn parameter_key(parameter: &Parameter) -> Key {
    let Parameter { name, about, min, max, .. } = *parameter;
    Key::optional(name, about, Shape::Number { min, max })
}
