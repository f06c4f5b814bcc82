//! Reads the chips of a bus.

use std::collections::BTreeMap;

use hw_chips::{ANY_ADDRESS, ChipModel, Parameter};
use toml::{Spanned, de::DeValue};

use super::{Chip, Is, LABEL, MODEL_KEY, address, contents, described, kinds, parameter_key};
use crate::{
    board::keys,
    file::{Key, Kind, Located, Problems, Section, hint, quote},
};

/// Reads the `chips` of a bus.
pub(in crate::board) fn read_all(bus: &str, section: Section<'_, '_>, problems: &mut Problems) -> Vec<Chip> {
    let kinds = kinds();
    let mut chips = Vec::new();
    let mut taken: BTreeMap<u8, &str> = BTreeMap::new();
    for (index, value) in section.array(&keys::CHIPS, problems).iter().enumerate() {
        let Some(chip) = read(bus, index + 1, value, &kinds, problems) else { continue };
        if let Some(other) = taken.insert(chip.address, chip.model()) {
            let (address, model) = (chip.address, chip.model());
            problems.add(
                chip.line,
                format!("address {address:#04x} on {bus} is taken twice: by {other:?} and {model:?}"),
            );
        }
        chips.push(chip);
    }
    chips
}

fn read(
    bus: &str,
    number: usize,
    value: &Spanned<DeValue<'_>>,
    kinds: &[Kind],
    problems: &mut Problems,
) -> Option<Chip> {
    let place = format!("chip {number} on {bus}");
    let section = Section::open_any(&place, value, problems)?;
    let kind = read_kind(section, kinds, problems);
    let model = kind.and_then(|kind| hw_chips::model(kind.name));
    let addresses = kind.map(|kind| (kind.name, model.map_or(ANY_ADDRESS, |model| model.addresses)));
    let address = address::read(&place, section, addresses, problems);
    let kind = kind?;
    let place = format!("{:?} on {bus}", kind.name);
    let known: Vec<Key> = [MODEL_KEY].into_iter().chain(kind.keys.iter().copied()).collect();
    let section = Section::open(&place, value, &known, problems)?;
    let label = section.text(&LABEL, problems).map_or(String::new(), |label| label.value.to_owned());
    let is = match model {
        Some(model) => Is::Model(model, read_values(model, section, problems)),
        None => Is::Described(described::read(&place, section, problems)?),
    };
    let contents = match model {
        Some(model) if model.memory_bytes > 0 => contents::read(&place, model, section, problems),
        _ => Vec::new(),
    };
    let Located { value: address, line } = address?;
    Some(Chip { address, label, is, contents, line })
}

fn read_kind<'k>(section: Section<'_, '_>, kinds: &'k [Kind], problems: &mut Problems) -> Option<&'k Kind> {
    let name = section.required_text(&MODEL_KEY, problems)?;
    let kind = kinds.iter().find(|kind| kind.name == name.value);
    if kind.is_none() {
        let hint = hint(name.value, kinds.iter().map(|kind| kind.name));
        problems.add(name.line, format!("unknown chip model {}{hint}", quote(name.value)));
    }
    kind
}

fn read_values(model: &ChipModel, section: Section<'_, '_>, problems: &mut Problems) -> Vec<f64> {
    let value = |parameter: &Parameter| {
        let value = section.number(&parameter_key(parameter), problems);
        value.map_or(parameter.default, |value| value.value)
    };
    model.parameters.iter().map(value).collect()
}
