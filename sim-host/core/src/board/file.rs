//! From the text of a board file to a board.

use std::collections::BTreeMap;

use device_abi::{Profile, gpio::Level, system::ResetReason};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Board, BoardError, DEFAULT_I2C_HZ, I2c, MAX_DEVICE_ID_BYTES, MAX_FILE_BYTES, MAX_I2C_HZ, Pin, Problem,
    Pull, chip, nearest, pins,
    section::{Located, Problems, Section},
};

/// Where the calls of a bus may land. The name is all there is to say of the only one there is.
const BACKENDS: &[(&str, ())] = &[("sim", ())];

const PULLS: &[(&str, Option<Pull>)] = &[("none", None), ("up", Some(Pull::Up)), ("down", Some(Pull::Down))];

pub(super) fn parse_bytes(bytes: &[u8], file: &str) -> Result<Board, BoardError> {
    let whole = |line, message: String| BoardError::new(file, vec![Problem { line, message }]);
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(whole(None, format!("is larger than {MAX_FILE_BYTES} bytes")));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        whole(Some(line as u32), format!("byte {:#04x} is not UTF-8", bytes[at]))
    })?;
    parse(text, file)
}

pub(super) fn parse(text: &str, file: &str) -> Result<Board, BoardError> {
    let mut problems = Problems::of(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = problems.line(error.span().unwrap_or(0..0));
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        problems.add(line, message);
    }
    // What is left of a broken file would only give problems that are none.
    if !errors.is_empty() {
        return Err(BoardError::new(file, problems.into_found()));
    }
    let mut board = board(&root, &mut problems);
    board.file = file.to_owned();
    let mut found = problems.into_found();
    found.extend(pins::check(&board));
    if found.is_empty() { Ok(board) } else { Err(BoardError::new(file, found)) }
}

/// Reads what can be read; the rest keeps its default and is in `problems`.
fn board(root: &Spanned<DeTable<'_>>, problems: &mut Problems) -> Board {
    let mut board = Board::default();
    let root = Section::root(root, &["board", "gpio", "i2c"], problems);
    if let Some(value) = root.value("board") {
        let keys = ["name", "profile", "device-id", "reset-reason"];
        if let Some(section) = Section::open("[board]", value, &keys, problems) {
            read_board(&mut board, section, problems);
        }
    }
    if let Some(value) = root.value("gpio")
        && let Some(section) = Section::open("[gpio]", value, &["pins"], problems)
        && let Some(value) = section.value("pins")
        && let Some(section) = Section::open_any("[gpio.pins]", value, problems)
    {
        board.pins = Some(read_pins(section, problems));
    }
    if let Some(value) = root.value("i2c")
        && let Some(section) = Section::open_any("[i2c]", value, problems)
    {
        for (key, value) in section.entries(problems) {
            if let Some(number) = number(key, "i2c bus", problems)
                && let Some(bus) = read_i2c(number, key.line, value, problems)
            {
                board.i2c.insert(number, bus);
            }
        }
    }
    board
}

fn read_board(board: &mut Board, section: Section<'_, '_>, problems: &mut Problems) {
    if let Some(name) = section.text("name", problems) {
        board.name = name.value.to_owned();
    }
    let profiles: Vec<_> = Profile::ALL.iter().map(|profile| (profile.name, profile)).collect();
    if let Some(profile) = section.one_of("profile", &profiles, problems) {
        board.profile = profile.value;
    }
    if let Some(id) = section.text("device-id", problems) {
        match device_id(id.value) {
            Ok(id) => board.device_id = id,
            Err(wrong) => {
                let shown = nearest::quote(id.value);
                problems.add(id.line, format!("\"device-id\" in [board] is {shown}, {wrong}"));
            }
        }
    }
    if let Some(reason) =
        section.one_of("reset-reason", &named(ResetReason::ALL, ResetReason::NAMES), problems)
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

fn read_pins(section: Section<'_, '_>, problems: &mut Problems) -> BTreeMap<u32, Pin> {
    let mut pins = BTreeMap::new();
    for (key, value) in section.entries(problems) {
        let Some(number) = number(key, "pin", problems) else { continue };
        let place = format!("[gpio.pins.{number}]");
        let Some(pin) = Section::open(&place, value, &["label", "pull", "level"], problems) else { continue };
        let label = pin.text("label", problems).map_or(String::new(), |label| label.value.to_owned());
        let pull = pin.one_of("pull", PULLS, problems).and_then(|pull| pull.value);
        let level = pin.one_of("level", &named(Level::ALL, Level::NAMES), problems).map(|level| level.value);
        pins.insert(number, Pin { number, label, pull, level, line: key.line });
    }
    pins
}

/// The number that a key is, in decimal digits; `what` it is the number of.
fn number(key: Located<&str>, what: &str, problems: &mut Problems) -> Option<u32> {
    let number = key.value.parse::<u32>().ok().filter(|number| number.to_string() == key.value);
    if number.is_none() {
        let digits: String = key.value.chars().filter(char::is_ascii_digit).take(10).collect();
        let hint = match digits.parse::<u32>() {
            Ok(number) => format!(" (did you mean {number}?)"),
            Err(_) => String::new(),
        };
        let shown = nearest::quote(key.value);
        problems.add(key.line, format!("{what} {shown} must be a number{hint}"));
    }
    number
}

fn read_i2c(number: u32, line: u32, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<I2c> {
    let place = format!("[i2c.{number}]");
    let keys = ["backend", "frequency-hz", "sda", "scl", "chips"];
    let section = Section::open(&place, value, &keys, problems)?;
    section.one_of("backend", BACKENDS, problems);
    let frequency_hz = section
        .integer("frequency-hz", 1..=MAX_I2C_HZ, " (fast-mode plus)", problems)
        .map_or(DEFAULT_I2C_HZ, |frequency| frequency.value);
    let sda = section.integer("sda", 0..=u32::MAX, "", problems);
    let scl = section.integer("scl", 0..=u32::MAX, "", problems);
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
fn named<T: Copy>(cases: &[T], names: &[&'static str]) -> Vec<(&'static str, T)> {
    names.iter().copied().zip(cases.iter().copied()).collect()
}
