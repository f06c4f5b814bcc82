//! From the tables of a file to a list of expectations.

use hw_mock::{Expectation, Expectations, Wire};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    keys::{self, Order},
    pin, transaction,
};
use crate::{
    Board,
    file::{Key, Problems, Section},
    wire::{bus, pin as open_pin},
};

/// Reads what can be read; the rest is in `problems`. `file` is what reports call it.
pub(super) fn expectations(
    root: &Spanned<DeTable<'_>>,
    file: &str,
    board: &Board,
    problems: &mut Problems,
) -> Expectations {
    let root = Section::root(root, keys::ROOT, problems);
    let mut list = match root.one_of(&keys::ORDER, keys::ORDERS, problems).map(|order| order.value) {
        Some(Order::PerBus) => Expectations::per_bus(),
        Some(Order::Strict) | None => Expectations::strict(),
    };
    for (index, value) in root.array(&keys::EXPECT, problems).iter().enumerate() {
        let line = problems.line(value.span());
        if let Some(expectation) = expectation(index + 1, value, board, problems) {
            list = list.then(expectation.written_in(format!("{file}:{line}")));
        }
    }
    if let Some(value) = root.value("silent")
        && let Some(section) = Section::open("[silent]", value, keys::SILENT_KEYS, problems)
    {
        for value in section.array(&keys::SILENT_I2C, problems) {
            if let Some(bus) = bus(value, board, problems) {
                list = list.silent(Wire::I2c(bus));
            }
        }
        for value in section.array(&keys::SILENT_PINS, problems) {
            if let Some(pin) = open_pin(value, board, problems) {
                list = list.silent(Wire::Pin(pin));
            }
        }
    }
    // A list about nothing would be met by every run.
    if problems.is_empty() && list.wires().is_empty() {
        let what = "nothing is expected: there is no [[expect]], and nothing in [silent]";
        problems.add(root.line(), what.to_owned());
    }
    list
}

/// Reads expectation `position`, counted from 1.
fn expectation(
    position: usize,
    value: &Spanned<DeValue<'_>>,
    board: &Board,
    problems: &mut Problems,
) -> Option<Expectation> {
    let place = format!("expectation {position}");
    let section = Section::open_any(&place, value, problems)?;
    match (section.value("i2c"), section.value("pin")) {
        (Some(_), None) => transaction::read(&place, value, board, problems),
        (None, Some(_)) => pin::read(&place, value, board, problems),
        (Some(_), Some(_)) => {
            problems.add(
                section.line(),
                format!("{place} has \"i2c\" and \"pin\", and a call is on one of them"),
            );
            None
        }
        (None, None) => {
            let of_pins =
                keys::PIN_KEYS.iter().filter(|pin| keys::I2C.iter().all(|key| key.name != pin.name));
            let known: Vec<Key> = keys::I2C.iter().chain(of_pins).copied().collect();
            Section::open(&place, value, &known, problems);
            problems.add(section.line(), format!("{place} needs an \"i2c\" or a \"pin\""));
            None
        }
    }
}
