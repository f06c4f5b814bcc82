//! An expected call on a pin.

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use hw_mock::{Expectation, PinCall};
use toml::{Spanned, de::DeValue};

use super::keys;
use crate::{
    Board,
    file::{Problems, Section},
    wire::pin,
};

/// Reads the call that is expected at `place`.
pub(super) fn read(
    place: &str,
    value: &Spanned<DeValue<'_>>,
    board: &Board,
    problems: &mut Problems,
) -> Option<Expectation> {
    let section = Section::open(place, value, keys::PIN_KEYS, problems)?;
    let pin = section.value("pin").and_then(|value| pin(value, board, problems));
    let levels = named(Level::ALL, Level::NAMES);
    let mode = section.one_of(&keys::OPEN, &named(Mode::ALL, Mode::NAMES), problems).map(|mode| mode.value);
    let initial = section.one_of(&keys::INITIAL, &levels, problems);
    let found = section.one_of(&keys::READ_LEVEL, &levels, problems).map(|level| level.value);
    let driven = section.one_of(&keys::WRITE_LEVEL, &levels, problems).map(|level| level.value);
    let error = read_error(section, problems);

    let calls = ["open", "read", "write"].into_iter().filter(|key| section.value(key).is_some());
    if calls.count() != 1 {
        let what = "needs an \"open\", a \"read\" or a \"write\", one of them";
        problems.add(section.line(), format!("{place} {what}"));
        return None;
    }
    if let Some(initial) = initial
        && !matches!(mode, Some(Mode::Output | Mode::OutputOpenDrain))
    {
        problems.add(initial.line, format!("{place} has \"initial\", and only outputs have that"));
    }
    let pin = pin?;
    let call = match (mode, found, driven) {
        (Some(mode), None, None) => PinCall::open(pin, mode, initial.map_or(Level::Low, |level| level.value)),
        (None, Some(level), None) => PinCall::read(pin, level),
        (None, None, Some(level)) => PinCall::write(pin, level),
        _ => return None,
    };
    Some(error.map_or(call.clone(), |code| call.fails(code)).into())
}

/// Reads the error, which is one that the guest can get from this call.
fn read_error(section: Section<'_, '_>, problems: &mut Problems) -> Option<ErrorCode> {
    let (key, codes) = match section.value("open") {
        Some(_) => (keys::PIN_ERROR, keys::open_errors()),
        None => (keys::OPEN_PIN_ERROR, keys::open_pin_errors()),
    };
    let codes: Vec<_> = codes.into_iter().map(|code| (code.name(), code)).collect();
    section.one_of(&key, &codes, problems).map(|error| error.value)
}

/// The cases of an enum of the ABI under the names that they have in WIT.
fn named<T: Copy>(cases: &[T], names: &[&'static str]) -> Vec<(&'static str, T)> {
    names.iter().copied().zip(cases.iter().copied()).collect()
}
