//! The address of a chip.

use hw_chips::address_choices;
use toml::de::DeValue;

use crate::file::{Located, Problems, Section, describe};

/// The highest address, as wide as what a board file may say.
const MAX_ADDRESS: u32 = hw_core::backend::HIGHEST_ADDRESS as u32;

/// Reads the address of a chip of this model, if that is known, which can have these addresses.
pub(super) fn read(
    place: &str,
    section: Section<'_, '_>,
    model: Option<(&str, &[u8])>,
    problems: &mut Problems,
) -> Option<Located<u8>> {
    let choices = model.map_or(String::new(), |(_, addresses)| address_choices(addresses));
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
    let fits = |address: u32| {
        model.is_none_or(|(_, addresses)| addresses.iter().any(|own| u32::from(*own) == address))
    };
    let message = match number {
        Some(address) if address <= MAX_ADDRESS && fits(address) => {
            return Some(Located { value: address as u8, line });
        }
        Some(address) if address <= MAX_ADDRESS => {
            let model = model.map_or("", |(name, _)| name);
            format!("{model:?} cannot have address {address:#04x} (it can have {choices})")
        }
        // People copy the address byte, with its direction bit, from datasheets that print it so.
        Some(byte) if byte <= 0xff && fits(byte >> 1) => {
            let near = byte >> 1;
            let above = format!("address {byte:#04x} is above {MAX_ADDRESS:#04x}");
            format!("{above}: addresses are 7-bit and unshifted (did you mean {near:#04x}?)")
        }
        _ => {
            let found = describe(value.get_ref());
            format!("\"address\" in {place} is {found}, must be 0x00 to {MAX_ADDRESS:#04x}")
        }
    };
    problems.add(line, message);
    None
}
