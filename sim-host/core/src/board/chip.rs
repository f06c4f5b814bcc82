//! Chips on a bus: model, address, parameters.

use std::collections::BTreeMap;

use hw_chips::{ChipModel, MODELS};
use toml::{Spanned, de::DeValue};

use super::{
    nearest::{hint, quote},
    section::{Located, Problems, Section, describe},
};

/// The highest address, as wide as what a board file may say.
const MAX_ADDRESS: u32 = hw_core::backend::HIGHEST_ADDRESS as u32;

/// A chip on an I2C bus.
#[derive(Debug, Clone)]
pub struct Chip {
    /// What it is.
    pub model: &'static ChipModel,
    /// Its 7-bit address, unshifted; one that the model can have.
    pub address: u8,
    /// The values of the model's parameters, in their order and within their ranges.
    pub values: Vec<f64>,
}

/// Reads the `chips` of a bus.
pub(super) fn read_all(bus: &str, section: Section<'_, '_>, problems: &mut Problems) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut taken: BTreeMap<u8, &str> = BTreeMap::new();
    for (index, value) in section.array("chips", problems).iter().enumerate() {
        let Some((chip, line)) = read(bus, index, value, problems) else { continue };
        if let Some(other) = taken.insert(chip.address, chip.model.name) {
            let (address, model) = (chip.address, chip.model.name);
            problems.add(
                line,
                format!("address {address:#04x} on {bus} is taken twice: by {other:?} and {model:?}"),
            );
        }
        chips.push(chip);
    }
    chips
}

/// Reads one chip, and the line of its address.
fn read(
    bus: &str,
    index: usize,
    value: &Spanned<DeValue<'_>>,
    problems: &mut Problems,
) -> Option<(Chip, u32)> {
    let place = format!("chip {index} on {bus}");
    let section = Section::open_any(&place, value, problems)?;
    let model = read_model(&place, section, problems);
    let address = read_address(&place, section, model, problems);
    let model = model?;
    let place = format!("{:?} on {bus}", model.name);
    let known: Vec<&str> = ["model", "address"]
        .into_iter()
        .chain(model.parameters.iter().map(|parameter| parameter.name))
        .collect();
    let section = Section::open(&place, value, &known, problems)?;
    let parameters = model.parameters.iter();
    let values = parameters
        .map(|parameter| {
            let value = section.number(parameter.name, parameter.min, parameter.max, problems);
            value.unwrap_or(parameter.default)
        })
        .collect();
    let address = address?;
    Some((Chip { model, address: address.value, values }, address.line))
}

fn read_model(place: &str, section: Section<'_, '_>, problems: &mut Problems) -> Option<&'static ChipModel> {
    if section.value("model").is_none() {
        problems.add(section.line(), format!("{place} needs a \"model\""));
    }
    let name = section.text("model", problems)?;
    let model = hw_chips::model(name.value);
    if model.is_none() {
        let hint = hint(name.value, MODELS.iter().map(|model| model.name));
        problems.add(name.line, format!("unknown chip model {}{hint}", quote(name.value)));
    }
    model
}

fn read_address(
    place: &str,
    section: Section<'_, '_>,
    model: Option<&'static ChipModel>,
    problems: &mut Problems,
) -> Option<Located<u8>> {
    let choices = model.map_or(String::new(), ChipModel::address_choices);
    let Some(value) = section.value("address") else {
        let choices = if choices.is_empty() { choices } else { format!(": {choices}") };
        problems.add(section.line(), format!("{place} needs an \"address\"{choices}"));
        return None;
    };
    let line = problems.line(value.span());
    let DeValue::Integer(integer) = value.get_ref() else {
        let found = describe(value.get_ref());
        problems.add(line, format!("\"address\" in {place} must be an integer, not {found}"));
        return None;
    };
    let number =
        i128::from_str_radix(integer.as_str(), integer.radix()).ok().and_then(|n| u32::try_from(n).ok());
    let fits =
        |address: u32| model.is_none_or(|model| model.addresses.iter().any(|own| u32::from(*own) == address));
    match number {
        Some(address) if address <= MAX_ADDRESS && fits(address) => {
            Some(Located { value: address as u8, line })
        }
        Some(address) if address <= MAX_ADDRESS => {
            let model = model.map_or("", |model| model.name);
            problems
                .add(line, format!("{model:?} cannot have address {address:#04x} (it can have {choices})"));
            None
        }
        // People copy the address byte, with its direction bit, from datasheets that print it so.
        Some(byte) if byte <= 0xff && fits(byte >> 1) => {
            let near = byte >> 1;
            let above = format!("address {byte:#04x} is above {MAX_ADDRESS:#04x}");
            let why = format!("addresses are 7-bit and unshifted (did you mean {near:#04x}?)");
            problems.add(line, format!("{above}: {why}"));
            None
        }
        _ => {
            let found = describe(value.get_ref());
            problems
                .add(line, format!("\"address\" in {place} is {found}, must be 0x00 to {MAX_ADDRESS:#04x}"));
            None
        }
    }
}
