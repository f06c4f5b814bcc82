//! What the parts and chips of a board are called: by label, or by model where that is clear.

use std::collections::{BTreeMap, BTreeSet};

use super::{Board, Chip, Part};
use crate::file::{Problem, quote};

/// The parts that have a name.
pub(super) fn of_parts(board: &Board) -> Vec<(&str, &Part)> {
    let names = Names::of(board);
    board.parts().filter_map(|part| Some((names.name(&part.label, part.model())?, part))).collect()
}

/// The chips that have a name, with the numbers of their buses.
pub(super) fn of_chips(board: &Board) -> Vec<(&str, u32, &Chip)> {
    let names = Names::of(board);
    let chips = board.i2c().flat_map(|bus| bus.chips.iter().map(|chip| (bus.number, chip)));
    chips.filter_map(|(bus, chip)| Some((names.name(&chip.label, chip.model())?, bus, chip))).collect()
}

/// Labels that two parts or chips have.
pub(super) fn check(board: &Board) -> Vec<Problem> {
    let parts = board.parts().map(|part| {
        let place = format!("the {} on pin {}", part.model(), part.pin);
        (part.label.as_str(), place, part.line)
    });
    let chips = board.i2c().flat_map(|bus| {
        bus.chips.iter().map(|chip| {
            let place = format!("{:?} at {:#04x} on [i2c.{}]", chip.model(), chip.address, bus.number);
            (chip.label.as_str(), place, chip.line)
        })
    });
    let mut labelled: Vec<_> = parts.chain(chips).filter(|(label, ..)| !label.is_empty()).collect();
    labelled.sort_by_key(|(_, _, line)| *line);
    let mut taken: BTreeMap<&str, String> = BTreeMap::new();
    let mut problems = Vec::new();
    for (label, place, line) in labelled {
        if let Some(other) = taken.get(label) {
            let message = format!("label {} is taken twice: by {other} and by {place}", quote(label));
            problems.push(Problem { line: Some(line), message });
        } else {
            taken.insert(label, place);
        }
    }
    problems
}

/// What tells whether a model is a name.
struct Names<'b> {
    labels: BTreeSet<&'b str>,
    /// How many parts and chips there are of a model.
    models: BTreeMap<&'b str, usize>,
}

impl<'b> Names<'b> {
    fn of(board: &'b Board) -> Self {
        let chips = board.i2c().flat_map(|bus| &bus.chips).map(|chip| (chip.label.as_str(), chip.model()));
        let parts = board.parts().map(|part| (part.label.as_str(), part.model()));
        let mut names = Self { labels: BTreeSet::new(), models: BTreeMap::new() };
        for (label, model) in parts.chain(chips) {
            names.labels.insert(label);
            *names.models.entry(model).or_default() += 1;
        }
        names
    }

    /// What something with this label, which may be empty, and model is called.
    fn name(&self, label: &'b str, model: &'b str) -> Option<&'b str> {
        if !label.is_empty() {
            return Some(label);
        }
        (self.models.get(model) == Some(&1) && !self.labels.contains(model)).then_some(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [gpio]
        parts = [ { model = "button", pin = 9 }, { model = "led", pin = 2, label = "LED" }, { model = "led", pin = 3 } ]
        [i2c.0]
        chips = [ { model = "bme280", address = 0x76 }, { model = "at24c256", address = 0x50, label = "dead" } ]
        [i2c.1]
        chips = [ { model = "dead", address = 0x50 }, { model = "bme280", address = 0x77, label = "outdoor" } ]
    "#;

    #[test]
    fn a_label_is_a_name_and_a_model_is_where_it_is_clear() {
        let board = Board::parse(TEXT, "board.toml").unwrap();
        assert_eq!(board.part_names(), ["button", "LED"], "one led of two has no name");
        assert_eq!(board.chip_names(), ["dead", "outdoor"], "the label counts, not the model");
        assert_eq!(board.part("button").unwrap().pin, 9);
        let (bus, chip) = board.chip("outdoor").unwrap();
        assert_eq!((bus, chip.address), (1, 0x77));
        let (bus, chip) = board.chip("dead").unwrap();
        assert_eq!((bus, chip.model()), (0, "at24c256"));
        assert!(board.chip("bme280").is_none() && board.part("led").is_none() && board.chip("").is_none());
    }
}
