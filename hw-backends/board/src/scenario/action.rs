//! What a step does, as the file says it, for a board that can do it.

use device_abi::{FUNCTIONS, log, trace::TEXT_BYTES};
use toml::{Spanned, de::DeValue};

use super::{
    awaited::{Awaited, Expected, Message},
    fault, keys, missing,
    step::Action,
    text::ns_of_ms,
};
use crate::{
    Board,
    board::{Chip, PartKind},
    file::{Key, Problems, Section, describe, hint, quote},
    wire,
};

/// Reads what the step `section` does, which is what its key `kind` says.
pub(super) fn read(
    step: &str,
    section: Section<'_, '_>,
    kind: &Key,
    board: &Board,
    problems: &mut Problems,
) -> Option<Action> {
    let value = section.value(kind.name)?;
    let within = format!("\"{}\" of {step}", kind.name);
    match kind.name {
        name if name == keys::PRESS.name => button(section, kind, true, board, problems),
        name if name == keys::RELEASE.name => button(section, kind, false, board, problems),
        name if name == keys::DRIVE.name => drive(&within, value, board, problems),
        name if name == keys::SET.name => set(&within, value, board, problems),
        name if name == keys::FAULT.name => fault::read(&within, value, board, problems).map(Action::Fault),
        name if name == keys::CLEAR_FAULTS.name => match value.get_ref() {
            DeValue::Table(_) => fault::read_clear(&within, value, board, problems),
            DeValue::Boolean(_) => {
                certain(section, kind, problems).then_some(Action::ClearFaults { bus: None, address: None })
            }
            other => {
                let found = describe(other);
                problems.add(
                    problems.line(value.span()),
                    format!("{within} must be true or a table, not {found}"),
                );
                None
            }
        },
        name if name == keys::EXPECT_LOG.name => expect_log(&within, value, problems),
        name if name == keys::EXPECT_NO_LOG.name => expect_no_log(&within, value, problems),
        name if name == keys::EXPECT_CALL.name => expect_call(&within, value, problems),
        _ => certain(section, kind, problems).then_some(Action::End),
    }
}

/// Whether `true` stands under a key that means nothing else.
fn certain(section: Section<'_, '_>, key: &Key, problems: &mut Problems) -> bool {
    match section.boolean(&Key { shape: crate::file::Shape::Boolean, ..*key }, problems) {
        Some(said) if said.value => true,
        Some(said) => {
            problems.add(said.line, format!("{:?} is false, must be true or left out", key.name));
            false
        }
        None => false,
    }
}

fn button(
    section: Section<'_, '_>,
    key: &Key,
    down: bool,
    board: &Board,
    problems: &mut Problems,
) -> Option<Action> {
    let name = section.text(key, problems)?;
    let Some(part) = board.part(name.value) else {
        problems.add(name.line, missing::part(name.value, board));
        return None;
    };
    let PartKind::Button(button) = part.kind else {
        let (model, shown) = (part.model(), quote(name.value));
        problems.add(name.line, format!("{shown} is of model {model:?}, and only a button can be pressed"));
        return None;
    };
    Some(Action::Button { label: name.value.to_owned(), pin: part.pin, button, down })
}

fn drive(
    within: &str,
    value: &Spanned<DeValue<'_>>,
    board: &Board,
    problems: &mut Problems,
) -> Option<Action> {
    let section = Section::open(within, value, keys::DRIVE_KEYS, problems)?;
    section.require(&keys::PIN, problems);
    section.require(&keys::LEVEL, problems);
    let pin = section.value(keys::PIN.name).and_then(|pin| wire::pin(pin, board, problems));
    let level = section.one_of(&keys::LEVEL, keys::LEVELS, problems);
    Some(Action::Drive { pin: pin?, level: level?.value })
}

fn set(within: &str, value: &Spanned<DeValue<'_>>, board: &Board, problems: &mut Problems) -> Option<Action> {
    let section = Section::open_any(within, value, problems)?;
    let name = section.required_text(&keys::CHIP, problems)?;
    let Some((bus, chip)) = board.chip(name.value) else {
        problems.add(name.line, missing::chip(name.value, board));
        return None;
    };
    let mut values = Vec::new();
    for (key, value) in section.entries(problems) {
        if key.value != keys::CHIP.name
            && let Some(number) = setting(chip, name.value, key.value, key.line, value, problems)
        {
            values.push((key.value.to_owned(), number));
        }
    }
    if section.entries(problems).len() == 1 {
        problems.add(
            section.line(),
            format!("{within} sets nothing: name what {} shall have", quote(name.value)),
        );
    }
    Some(Action::Set { chip: name.value.to_owned(), bus, address: chip.address, values })
}

/// A value for what `key` names on a chip.
fn setting(
    chip: &Chip,
    called: &str,
    key: &str,
    line: u32,
    value: &Spanned<DeValue<'_>>,
    problems: &mut Problems,
) -> Option<f64> {
    let settings = chip.settings();
    let shown = quote(called);
    let Some(setting) = settings.iter().find(|setting| setting.name == key) else {
        let names = settings.iter().map(|setting| setting.name.as_str());
        let hint =
            if settings.is_empty() { " (nothing of it can be set)".to_owned() } else { hint(key, names) };
        problems.add(line, format!("{shown} has no {}{hint}", quote(key)));
        return None;
    };
    // The model itself says what may change while it runs.
    if !chip.build().set(0, key, setting.value) {
        problems.add(line, format!("{key:?} of {shown} cannot change while the device runs"));
        return None;
    }
    let (number, text) = match value.get_ref() {
        DeValue::Integer(integer) => {
            let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
            (number.map(|number| number as f64), integer.to_string())
        }
        DeValue::Float(float) => (float.as_str().parse().ok(), float.to_string()),
        other => {
            problems.add(line, format!("{key:?} of {shown} must be a number, not {}", describe(other)));
            return None;
        }
    };
    let (min, max) = (setting.min, setting.max);
    let number = number.filter(|number| (min..=max).contains(number));
    let fraction = setting.is_whole && number.is_some_and(|number| number.fract() != 0.0);
    if number.is_none() || fraction {
        let text: String = text.chars().take(40).collect();
        let whole = if fraction { " a whole number," } else { "" };
        problems.add(line, format!("{key:?} of {shown} is {text}, must be{whole} {min} to {max}"));
    }
    number
}

fn expect_log(within: &str, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Action> {
    let section = Section::open(within, value, keys::EXPECT_LOG_KEYS, problems)?;
    let message = message(within, section, problems);
    let within_ns = section.number(&keys::WITHIN_MS, problems).map(|within| ns_of_ms(within.value));
    Some(Action::Expect(Expected { what: Awaited::Log(message?), within_ns }))
}

fn expect_no_log(within: &str, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Action> {
    let section = Section::open(within, value, keys::EXPECT_NO_LOG_KEYS, problems)?;
    let message = message(within, section, problems);
    section.require(&keys::QUIET_FOR_MS, problems);
    let for_ms = section.number(&keys::QUIET_FOR_MS, problems)?;
    Some(Action::ExpectNo { message: message?, for_ns: ns_of_ms(for_ms.value) })
}

fn message(within: &str, section: Section<'_, '_>, problems: &mut Problems) -> Option<Message> {
    let contains = section.required_text(&keys::CONTAINS, problems);
    let levels: Vec<_> = log::Level::NAMES.iter().copied().zip(log::Level::ALL.iter().copied()).collect();
    let level = section.one_of(&keys::LOG_LEVEL, &levels, problems).map(|level| level.value);
    let contains = contains?;
    if contains.value.len() > TEXT_BYTES {
        let len = contains.value.len();
        let message =
            format!("\"contains\" in {within} has {len} bytes, and a log keeps {TEXT_BYTES} of a message");
        problems.add(contains.line, message);
    }
    Some(Message { contains: contains.value.to_owned(), level })
}

fn expect_call(within: &str, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Action> {
    let section = Section::open(within, value, keys::EXPECT_CALL_KEYS, problems)?;
    section.require(&keys::FUNCTION, problems);
    let functions: Vec<_> = FUNCTIONS.iter().map(|function| (function.full_name, function)).collect();
    let function = section.one_of(&keys::FUNCTION, &functions, problems);
    let contains = section.text(&keys::CALL_CONTAINS, problems);
    let within_ns = section.number(&keys::WITHIN_MS, problems).map(|within| ns_of_ms(within.value));
    if let Some(contains) = contains
        && contains.value.chars().any(char::is_control)
    {
        let message =
            format!("\"contains\" in {within} has a control character, and a call is a line of text without");
        problems.add(contains.line, message);
    }
    let contains = contains.map_or(String::new(), |contains| contains.value.to_owned());
    let what = Awaited::Call { function: function?.value, contains };
    Some(Action::Expect(Expected { what, within_ns }))
}
