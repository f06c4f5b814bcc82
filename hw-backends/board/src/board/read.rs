//! From the tables of a board file to a board.

use std::collections::BTreeMap;

use device_abi::{Profile, gpio::Level, system::ResetReason};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Board, DEFAULT_I2C_HZ, I2c, MAX_DEVICE_ID_BYTES, Pin, chip, keys, names, part, pins};
use crate::file::{Problems, Section, number_key, quote};

/// Reads what can be read; the rest keeps its default and is in `problems`.
pub(super) fn board(root: &Spanned<DeTable<'_>>, problems: &mut Problems) -> Board {
    let mut board = Board::default();
    let root = Section::root(root, keys::ROOT, problems);
    if let Some(value) = root.value("board")
        && let Some(section) = Section::open("[board]", value, keys::BOARD, problems)
    {
        read_board(&mut board, section, problems);
    }
    if let Some(value) = root.value("gpio")
        && let Some(section) = Section::open("[gpio]", value, keys::GPIO, problems)
    {
        read_gpio(&mut board, section, problems);
    }
    if let Some(value) = root.value("i2c")
        && let Some(section) = Section::open_any("[i2c]", value, problems)
    {
        for (key, value) in section.entries(problems) {
            if let Some(number) = number_key(key, "i2c bus", problems)
                && let Some(bus) = read_i2c(number, key.line, value, problems)
            {
                board.i2c.insert(number, bus);
            }
        }
    }
    problems.extend(pins::check(&board));
    problems.extend(names::check(&board));
    board
}

fn read_board(board: &mut Board, section: Section<'_, '_>, problems: &mut Problems) {
    if let Some(name) = section.text(&keys::NAME, problems) {
        board.name = name.value.to_owned();
    }
    let profiles: Vec<_> = Profile::ALL.iter().map(|profile| (profile.name, profile)).collect();
    if let Some(profile) = section.one_of(&keys::PROFILE, &profiles, problems) {
        (board.profile, board.names_profile) = (profile.value, true);
    }
    if let Some(id) = section.text(&keys::DEVICE_ID, problems) {
        match device_id(id.value) {
            Ok(id) => board.device_id = id,
            Err(wrong) => {
                let shown = quote(id.value);
                problems.add(id.line, format!("\"device-id\" in [board] is {shown}, {wrong}"));
            }
        }
    }
    if let Some(reason) =
        section.one_of(&keys::RESET_REASON, &named(ResetReason::ALL, ResetReason::NAMES), problems)
    {
        board.reset_reason = reason.value;
    }
}

/// Text as it is, or the bytes that hexadecimal digits after `0x` stand for.
fn device_id(text: &str) -> Result<Vec<u8>, String> {
    let id = match text.strip_prefix("0x") {
        None => text.as_bytes().to_vec(),
        Some(digits) => {
            let pair = |pair: &[u8]| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8)
            };
            let bytes: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(pair).collect();
            bytes.ok_or("must be pairs of hexadecimal digits after 0x")?
        }
    };
    match id.len() {
        1..=MAX_DEVICE_ID_BYTES => Ok(id),
        len => Err(format!("{len} bytes, must be 1 to {MAX_DEVICE_ID_BYTES}")),
    }
}

fn read_gpio(board: &mut Board, section: Section<'_, '_>, problems: &mut Problems) {
    let mut pulled = Vec::new();
    if let Some(value) = section.value("pins")
        && let Some(section) = Section::open_any("[gpio.pins]", value, problems)
    {
        board.all_pins = false;
        board.pins = read_pins(section, &mut pulled, problems);
    }
    board.parts = part::read_all(section, problems);
    part::place(&mut board.parts, &mut board.pins, &pulled, problems);
}

/// Reads the listed pins; `pulled` becomes those of which the file says whether they have a resistor.
fn read_pins(section: Section<'_, '_>, pulled: &mut Vec<u32>, problems: &mut Problems) -> BTreeMap<u32, Pin> {
    let mut pins = BTreeMap::new();
    for (key, value) in section.entries(problems) {
        let Some(number) = number_key(key, "pin", problems) else { continue };
        let place = format!("[gpio.pins.{number}]");
        let Some(pin) = Section::open(&place, value, keys::PIN, problems) else { continue };
        let label = pin.text(&keys::LABEL, problems).map_or(String::new(), |label| label.value.to_owned());
        if pin.value(keys::PULL.name).is_some() {
            pulled.push(number);
        }
        let pull = pin.one_of(&keys::PULL, keys::PULLS, problems).and_then(|pull| pull.value);
        let level =
            pin.one_of(&keys::LEVEL, &named(Level::ALL, Level::NAMES), problems).map(|level| level.value);
        pins.insert(number, Pin { number, label, pull, level, listed: true, line: key.line });
    }
    pins
}

fn read_i2c(number: u32, line: u32, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<I2c> {
    let place = format!("[i2c.{number}]");
    let section = Section::open(&place, value, keys::I2C, problems)?;
    section.one_of(&keys::BACKEND, keys::BACKENDS, problems);
    let frequency_hz =
        section.integer(&keys::FREQUENCY_HZ, problems).map_or(DEFAULT_I2C_HZ, |frequency| frequency.value);
    let sda = section.integer(&keys::SDA, problems);
    let scl = section.integer(&keys::SCL, problems);
    for (key, other) in [("sda", "scl"), ("scl", "sda")] {
        if section.value(key).is_some() && section.value(other).is_none() {
            problems.add(section.line(), format!("{place} has {key:?} and no {other:?}"));
        }
    }
    let (pins, pin_lines) = match (sda, scl) {
        (Some(sda), Some(scl)) => (Some((sda.value, scl.value)), (sda.line, scl.line)),
        _ => (None, (line, line)),
    };
    let chips = chip::read_all(&place, section, problems);
    Some(I2c { number, frequency_hz, pins, chips, line, pin_lines })
}

/// The cases of an enum of the ABI under the names that they have in WIT.
pub(super) fn named<T: Copy>(cases: &[T], names: &[&'static str]) -> Vec<(&'static str, T)> {
    names.iter().copied().zip(cases.iter().copied()).collect()
}
