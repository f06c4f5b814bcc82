//! The chip model `registers`: described in the board file alone.

use std::collections::BTreeMap;

use hw_chips::{
    ANY_ADDRESS,
    registers::{Increment, Register, RegisterMap, Registers, Timed, Unknown},
};
use toml::{Spanned, de::DeValue};

use super::{Setting, common_keys};
use crate::file::{Key, Kind, Located, Problems, Section, Shape, describe, quote};

/// The model as board files call it.
pub(super) const NAME: &str = "registers";

const NS_PER_US: f64 = 1e3;
const BYTE: Shape = Shape::Integer { min: 0, max: 0xff, why: "" };

const INCREMENT: Key = Key::optional(
    "increment",
    "what a byte more in the same message goes to: the next register, the same, or the next one if the register \
     address was sent with bit 7 set; default: \"always\"",
    Shape::OneOf(|| INCREMENTS.iter().map(|(name, _)| *name).collect()),
);
const INCREMENTS: &[(&str, Increment)] =
    &[("always", Increment::Always), ("never", Increment::Never), ("with-bit-7", Increment::WithBit7)];
const OTHERS: Key = Key::optional(
    "others",
    "what other registers read as while writes to them are forgotten, or \"refused\": no acknowledge; default: 0x00",
    Shape::Either(&BYTE, &REFUSED),
);
const REFUSED: Shape = Shape::OneOf(|| OTHERS_NAMED.iter().map(|(name, _)| *name).collect());
const OTHERS_NAMED: &[(&str, Unknown)] = &[("refused", Unknown::Refused)];
const REGISTERS: Key =
    Key::required("registers", "its registers, one byte each", Shape::Array(&Shape::Table(REGISTER)));

const REGISTER: &[Key] = &[ADDRESS, REGISTER_NAME, RESET, READ_ONLY, COUNT, STEP, TIMED];
const ADDRESS: Key = Key::required("address", "where it is: the first byte of a write", BYTE);
const REGISTER_NAME: Key = Key::optional(
    "name",
    "what scenario files call it: a letter, then letters, digits, - and _; with count: NAME-0, NAME-1, and so on; \
     default: its address, as in 0x0f",
    Shape::Form("^[A-Za-z][A-Za-z0-9_-]*$"),
);
const RESET: Key = Key::optional("reset", "what it holds after power-on; default: 0x00", BYTE);
const READ_ONLY: Key = Key::optional("read-only", "the bits that a write leaves alone; default: 0x00", BYTE);
const COUNT: Key = Key::optional(
    "count",
    "how many registers alike there are from here on; default: 1",
    Shape::Integer { min: 1, max: 256, why: "" },
);
const STEP: Key = Key::optional(
    "step",
    "how far their addresses lie apart; default: 1",
    Shape::Integer { min: 1, max: 0xff, why: "" },
);
const TIMED: Key =
    Key::optional("timed", "bits that show a count of periods of the device time", Shape::Table(TIMED_KEYS));

const TIMED_KEYS: &[Key] = &[PERIOD_US, SHIFT, MASK];
const PERIOD_US: Key = Key::required(
    "period-us",
    "how long one count lasts, µs, rounded to nanoseconds",
    Shape::Number { min: 0.001, max: 1e12 },
);
const SHIFT: Key = Key::optional(
    "shift",
    "how far the count is shifted right, 8 for the second byte of a counter; default: 0",
    Shape::Integer { min: 0, max: 63, why: "" },
);
const MASK: Key = Key::optional("mask", "the bits that show the count; default: 0xff", BYTE);

/// What may be said of the model.
pub(super) fn kind() -> Kind {
    Kind {
        name: NAME,
        about: "chip described here alone, register by register",
        keys: common_keys(ANY_ADDRESS).chain([INCREMENT, OTHERS, REGISTERS]).collect(),
    }
}

/// A chip's registers, known to describe one.
#[derive(Debug, Clone)]
pub(super) struct Described {
    map: RegisterMap,
    /// The names that registers have, and their addresses.
    names: BTreeMap<String, u8>,
}

impl Described {
    pub(super) fn build(&self) -> Registers {
        let registers = Registers::new(self.map.clone()).expect("the reader has checked the registers");
        registers.with_names(self.names.clone())
    }

    /// How many registers it has.
    pub(super) fn len(&self) -> usize {
        self.map.registers.len()
    }

    pub(super) fn settings(&self) -> Vec<Setting> {
        let by_address: BTreeMap<u8, &String> = self.names.iter().map(|(name, at)| (*at, name)).collect();
        let setting = |register: &Register| {
            let name = by_address.get(&register.address);
            let name = name.map_or_else(|| format!("{:#04x}", register.address), |name| (*name).clone());
            Setting { name, value: f64::from(register.reset), min: 0.0, max: 255.0, is_whole: true }
        };
        self.map.registers.iter().map(setting).collect()
    }
}

/// Reads a chip's registers.
pub(super) fn read(place: &str, section: Section<'_, '_>, problems: &mut Problems) -> Option<Described> {
    let increment = section.one_of(&INCREMENT, INCREMENTS, problems);
    let others = read_others(place, section, problems);
    section.require(&REGISTERS, problems);
    let registers = section.array(&REGISTERS, problems);
    if registers.is_empty() && section.value(REGISTERS.name).is_some_and(|value| value.get_ref().is_array()) {
        problems.add(section.line(), format!("{place} has no register, must have at least one"));
    }
    let mut reader = Reader {
        chip: place,
        last: if matches!(increment, Some(Located { value: Increment::WithBit7, .. })) { 0x7f } else { 0xff },
        registers: BTreeMap::new(),
        names: BTreeMap::new(),
        order: Vec::new(),
    };
    for (index, value) in registers.iter().enumerate() {
        reader.read(index + 1, value, problems);
    }
    let Reader { registers, names, order, .. } = reader;
    if order.is_empty() {
        return None;
    }
    let map = RegisterMap {
        registers: order.into_iter().map(|address| registers[&address]).collect(),
        increment: increment.map_or(Increment::default(), |increment| increment.value),
        unknown: others.unwrap_or_default(),
    };
    Some(Described { map, names })
}

fn read_others(place: &str, section: Section<'_, '_>, problems: &mut Problems) -> Option<Unknown> {
    let value = section.value(OTHERS.name)?;
    match value.get_ref() {
        DeValue::String(_) => Some(section.one_of(&OTHERS, OTHERS_NAMED, problems)?.value),
        DeValue::Integer(_) => {
            let byte = section.integer(&Key { shape: BYTE, ..OTHERS }, problems)?;
            Some(Unknown::ReadsAs(byte.value as u8))
        }
        other => {
            let found = describe(other);
            let message = format!("\"others\" in {place} must be an integer or \"refused\", not {found}");
            problems.add(problems.line(value.span()), message);
            None
        }
    }
}

/// The registers read so far.
struct Reader<'c> {
    /// What the chip is called in messages.
    chip: &'c str,
    /// The highest address that can be reached.
    last: u32,
    registers: BTreeMap<u8, Register>,
    names: BTreeMap<String, u8>,
    /// The addresses in the order of the file.
    order: Vec<u8>,
}

impl Reader<'_> {
    fn read(&mut self, position: usize, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<()> {
        let place = format!("register {position} of {}", self.chip);
        let section = Section::open(&place, value, REGISTER, problems)?;
        section.require(&ADDRESS, problems);
        let address = section.integer(&ADDRESS, problems);
        let number = |key, default, problems: &mut Problems| {
            section.integer(key, problems).map_or(default, |number| number.value)
        };
        let reset = number(&RESET, 0, problems) as u8;
        let read_only = number(&READ_ONLY, 0, problems) as u8;
        let count = number(&COUNT, 1, problems);
        let step = number(&STEP, 1, problems);
        let timed = read_timed(&place, section, problems);
        let name = read_name(&place, section, problems);
        let Located { value: first, line } = address?;

        let end = first + (count - 1) * step;
        if end > self.last {
            let why = if self.last == 0x7f { ": bit 7 asks for increments" } else { "" };
            let (last, reached) = (self.last, if count > 1 { "reaches" } else { "is at" });
            problems.add(line, format!("{place} {reached} {end:#04x}, must be at most {last:#04x}{why}"));
            return None;
        }
        for nth in 0..count {
            let address = (first + nth * step) as u8;
            if self.registers.insert(address, Register { address, reset, read_only, timed }).is_some() {
                problems.add(line, format!("{} has register {address:#04x} twice", self.chip));
                return None;
            }
            self.order.push(address);
            let Some(name) = &name else { continue };
            let own = if count > 1 { format!("{}-{nth}", name.value) } else { name.value.clone() };
            if let Some(other) = self.names.get(&own) {
                let shown = quote(&own);
                let both = format!("{other:#04x} and {address:#04x}");
                problems.add(name.line, format!("{} has two registers {shown}, at {both}", self.chip));
                return None;
            }
            self.names.insert(own, address);
        }
        Some(())
    }
}

/// A name that a scenario file can use as a key, and that is no address.
fn read_name(place: &str, section: Section<'_, '_>, problems: &mut Problems) -> Option<Located<String>> {
    let Located { value: name, line } = section.text(&REGISTER_NAME, problems)?;
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(inside) {
        let rule = "must be a letter, then letters, digits, - and _";
        problems.add(line, format!("\"name\" in {place} is {}, {rule}", quote(name)));
        return None;
    }
    // `set` in a scenario file says which chip it is about under that key.
    if name == "chip" {
        problems.add(line, format!("\"name\" in {place} is \"chip\", which scenario files use themselves"));
        return None;
    }
    Some(Located { value: name.to_owned(), line })
}

fn read_timed(place: &str, section: Section<'_, '_>, problems: &mut Problems) -> Option<Timed> {
    let value = section.value(TIMED.name)?;
    let place = format!("\"timed\" in {place}");
    let section = Section::open(&place, value, TIMED_KEYS, problems)?;
    section.require(&PERIOD_US, problems);
    let period_us = section.number(&PERIOD_US, problems);
    let shift = section.integer(&SHIFT, problems).map_or(0, |shift| shift.value as u8);
    let mask = section.integer(&MASK, problems).map_or(0xff, |mask| mask.value as u8);
    Some(Timed { mask, period_ns: (period_us?.value * NS_PER_US).round() as u64, shift })
}
