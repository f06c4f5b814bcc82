//! What is said of a part or chip that a board does not have: the nearest name, or why what is there has none.

use crate::{
    Board,
    board::{Chip, Part, PartKind},
    file::{hint, quote},
};

/// Says that no part is called `name`, where a button is meant.
pub(super) fn part(name: &str, board: &Board) -> String {
    let is_button = |part: &Part| matches!(part.kind, PartKind::Button(_));
    let mut known = board.part_names();
    known.retain(|name| board.part(name).is_some_and(is_button));
    let buttons: Vec<&Part> = board.parts().filter(|part| is_button(part)).collect();
    let unnamed = buttons.len() - known.len();
    let is_model = buttons.first().is_some_and(|button| button.model() == name);
    let why = match (unnamed, known.is_empty()) {
        (0, true) => " (it has no button)".to_owned(),
        (1.., empty) if empty || is_model => unlabelled(unnamed, "button"),
        _ => hint(name, known),
    };
    format!("the board has no part {}{why}", quote(name))
}

/// Says that no chip is called `name`.
pub(super) fn chip(name: &str, board: &Board) -> String {
    let known = board.chip_names();
    let all: Vec<_> = board.i2c().flat_map(|bus| &bus.chips).map(Chip::model).collect();
    let named = known.iter().filter_map(|name| board.chip(name)).map(|(_, chip)| chip.model());
    let unnamed = all.len() - known.len();
    let alike =
        all.iter().filter(|model| **model == name).count() - named.filter(|model| *model == name).count();
    let why = match (alike, unnamed, known.is_empty()) {
        (1.., ..) => unlabelled(alike, &format!("{name} chip")),
        (0, 1.., true) => unlabelled(unnamed, "chip"),
        (0, 0, true) => " (it has none)".to_owned(),
        (0, _, false) => hint(name, known),
    };
    format!("the board has no chip {}{why}", quote(name))
}

/// Why `count` things have no name. One alone goes by its model, unless that is also said of others.
fn unlabelled(count: usize, what: &str) -> String {
    match count {
        1 => format!(" (1 {what} has no label: give it one)"),
        _ => format!(" ({count} {what}s have no label: give them one)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(parts: &str, chips: &str) -> Board {
        let text = format!("[gpio]\nparts = [ {parts} ]\n[i2c.0]\nchips = [ {chips} ]");
        Board::parse(&text, "board.toml").unwrap_or_else(|error| panic!("{error}"))
    }

    const ONE: &str = "{ model = 'button', pin = 1 },";
    const TWO: &str = "{ model = 'button', pin = 2 },";
    const LABELLED: &str = "{ model = 'button', pin = 3, label = 'UP' },";
    const LED: &str = "{ model = 'led', pin = 4, label = 'LED' },";

    #[test]
    fn buttons_without_a_name_are_told_of() {
        for (parts, name, why) in [
            (LED.to_owned(), "button", "it has no button"),
            (format!("{ONE}{TWO}"), "button", "2 buttons have no label: give them one"),
            (format!("{ONE}{TWO}"), "BOOT", "2 buttons have no label: give them one"),
            (format!("{ONE}{LABELLED}"), "button", "1 button has no label: give it one"),
            (format!("{ONE}{LABELLED}"), "UPP", "did you mean \"UP\"?"),
            (format!("{ONE}{LED}"), "BOOT", "known: \"button\""),
        ] {
            let said = part(name, &board(&parts, ""));
            assert_eq!(said, format!("the board has no part {name:?} ({why})"), "{parts}");
        }
    }

    #[test]
    fn chips_without_a_name_are_told_of() {
        let eeproms = "{ model = 'at24c256', address = 0x50 }, { model = 'at24c256', address = 0x51 },";
        let labelled = "{ model = 'at24c256', address = 0x52, label = 'log' },";
        let sensor = "{ model = 'bme280', address = 0x76 },";
        for (chips, name, why) in [
            (String::new(), "at24c256", "it has none"),
            (eeproms.to_owned(), "at24c256", "2 at24c256 chips have no label: give them one"),
            (eeproms.to_owned(), "memory", "2 chips have no label: give them one"),
            (
                format!("{eeproms}{labelled}{sensor}"),
                "at24c256",
                "2 at24c256 chips have no label: give them one",
            ),
            (format!("{eeproms}{sensor}"), "bme28", "did you mean \"bme280\"?"),
            (format!("{eeproms}{sensor}"), "x", "known: \"bme280\""),
        ] {
            let said = chip(name, &board("", &chips));
            assert_eq!(said, format!("the board has no chip {name:?} ({why})"), "{chips}");
        }
    }
}
