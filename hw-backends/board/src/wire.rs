//! Buses and pins of a board, as expectations and scenarios name them.

use hw_core::backend::PinUse;
use toml::{Spanned, de::DeValue};

use crate::{
    Board,
    file::{Problems, describe, hint, quote},
};

/// The bus of this number, if the board has it.
pub(crate) fn bus(value: &Spanned<DeValue<'_>>, board: &Board, problems: &mut Problems) -> Option<u32> {
    let line = problems.line(value.span());
    let DeValue::Integer(_) = value.get_ref() else {
        let found = describe(value.get_ref());
        problems.add(line, format!("an i2c bus must be an integer, not {found}"));
        return None;
    };
    let number = unsigned(value);
    let bus = board.i2c().map(|bus| bus.number).find(|bus| Some(*bus) == number);
    if bus.is_none() {
        let known: Vec<String> = board.i2c().map(|bus| bus.number.to_string()).collect();
        let known =
            if known.is_empty() { "it has none".to_owned() } else { format!("known: {}", known.join(", ")) };
        problems.add(line, format!("the board has no i2c bus {} ({known})", shown(value)));
    }
    bus
}

/// The pin of this number or label, if guests may open it.
pub(crate) fn pin(value: &Spanned<DeValue<'_>>, board: &Board, problems: &mut Problems) -> Option<u32> {
    let line = problems.line(value.span());
    let number = match value.get_ref() {
        DeValue::Integer(_) => unsigned(value),
        DeValue::String(label) => {
            let labelled = || board.pins().filter(|pin| !pin.label.is_empty());
            let pin = labelled().find(|pin| pin.label == label.as_ref());
            if pin.is_none() {
                let hint = match labelled().count() {
                    0 => " (no pin has a label)".to_owned(),
                    _ => hint(label, labelled().map(|pin| pin.label.as_str())),
                };
                problems.add(line, format!("the board has no pin {}{hint}", quote(label)));
                return None;
            }
            pin.map(|pin| pin.number)
        }
        other => {
            let found = describe(other);
            problems.add(line, format!("a pin must be a number or a label, not {found}"));
            return None;
        }
    };
    let why = match number.and_then(|number| board.pin_use(number)) {
        Some(PinUse::Free) => return number,
        Some(PinUse::Bus) => "belongs to a bus",
        Some(PinUse::Reserved) => "serves the chip itself",
        None => {
            problems.add(line, format!("the board has no pin {}", shown(value)));
            return None;
        }
    };
    problems.add(line, format!("pin {} {why}, no guest can open it", shown(value)));
    None
}

fn unsigned(value: &Spanned<DeValue<'_>>) -> Option<u32> {
    let DeValue::Integer(integer) = value.get_ref() else { return None };
    u32::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A number or label as a message shows it.
fn shown(value: &Spanned<DeValue<'_>>) -> String {
    describe(value.get_ref()).trim_start_matches("the integer ").trim_start_matches("the string ").to_owned()
}

#[cfg(test)]
mod tests {
    use crate::{Board, Scenario};

    #[test]
    fn a_label_on_a_board_without_labels_gets_no_empty_list() {
        let step = "step = [ { drive = { pin = 'LED', level = 'low' } } ]";
        let error = Scenario::parse(step, "scenario.toml", &Board::default()).unwrap_err();
        assert_eq!(error.to_string(), "scenario.toml:1: the board has no pin \"LED\" (no pin has a label)");
    }
}
