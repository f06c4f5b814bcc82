//! Parts on pins: buttons, LEDs.

use std::collections::BTreeMap;

use device_abi::gpio::Level;
use hw_chips::{Button, Pull};
use toml::{Spanned, de::DeValue};

use super::{Pin, keys, read::named};
use crate::file::{Key, Kind, Problems, Section, Shape, hint, quote};

/// The key that says which part it is.
pub(super) const MODEL: &str = "model";

const BUTTON: &str = "button";
const LED: &str = "led";
const NS_PER_US: f64 = 1e3;
/// Contacts settle within a few milliseconds, bad ones within some hundreds; a second is certainly a mistake.
const LONGEST_BOUNCE_US: f64 = 1e6;

/// A part at a pin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The pin, by the chip's own number. No two parts share one.
    pub pin: u32,
    /// What people call the part, and its pin; may be empty.
    pub label: String,
    /// What it is.
    pub kind: PartKind,
    pub(super) line: u32,
}

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartKind {
    /// A push button: acts on the line.
    Button(Button),
    /// An LED: shows the line's level, and does not act on it.
    Led {
        /// The level at which it is lit.
        active: Level,
    },
}

const MODEL_KEY: Key = Key::required(MODEL, "what it is", Shape::Text);
const PIN: Key = Key::required("pin", "the pin that it is at, by the chip's own number", keys::PIN_NUMBER);
const LABEL: Key = Key::optional(
    "label",
    "what people call it and its pin, and what scenario files call it; default there: the model, if it is the only one",
    Shape::Text,
);
const BUTTON_ACTIVE: Key = Key::optional(
    "active",
    "the level of the line while it is pressed; a resistor on the board pulls to the other one unless the pin has a \
     \"pull\" of its own; default: \"low\"",
    Shape::OneOf(|| Level::NAMES.to_vec()),
);
const BOUNCE_US: Key = Key::optional(
    "bounce-us",
    "how long the contact bounces after it is pressed or released, µs; default: 0",
    Shape::Number { min: 0.0, max: LONGEST_BOUNCE_US },
);
const LED_ACTIVE: Key = Key::optional(
    "active",
    "the level of the line at which it is lit; default: \"high\"",
    Shape::OneOf(|| Level::NAMES.to_vec()),
);

/// What may be said of each part there is.
pub(super) fn kinds() -> Vec<Kind> {
    vec![
        Kind {
            name: BUTTON,
            about: "push button between the pin and a supply rail",
            keys: vec![PIN, LABEL, BUTTON_ACTIVE, BOUNCE_US],
        },
        Kind {
            name: LED,
            about: "LED between the pin and a supply rail: it only shows",
            keys: vec![PIN, LABEL, LED_ACTIVE],
        },
    ]
}

impl Part {
    /// Its model, as board files call it.
    #[must_use]
    pub fn model(&self) -> &'static str {
        match self.kind {
            PartKind::Button(_) => BUTTON,
            PartKind::Led { .. } => LED,
        }
    }

    /// The level of the line at which the part is active: pressed, lit.
    #[must_use]
    pub fn active(&self) -> Level {
        match self.kind {
            PartKind::Button(Button { active, .. }) | PartKind::Led { active } => active,
        }
    }

    /// The part in messages: `button "BOOT"`.
    pub(super) fn shown(&self) -> String {
        match self.label.as_str() {
            "" => format!("the {}", self.model()),
            label => format!("{} {}", self.model(), quote(label)),
        }
    }

    /// The resistor that comes with it.
    fn pull(&self) -> Option<Pull> {
        match self.kind {
            PartKind::Button(Button { active: Level::Low, .. }) => Some(Pull::Up),
            PartKind::Button(Button { active: Level::High, .. }) => Some(Pull::Down),
            PartKind::Led { .. } => None,
        }
    }
}

/// Reads the `parts` of a board.
pub(super) fn read_all(section: Section<'_, '_>, problems: &mut Problems) -> Vec<Part> {
    let array = section.array(&keys::PARTS, problems);
    array.iter().enumerate().filter_map(|(index, value)| read(index + 1, value, problems)).collect()
}

fn read(number: usize, value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Part> {
    let place = format!("part {number} in [gpio]");
    let section = Section::open_any(&place, value, problems)?;
    let kinds = kinds();
    let model = section.required_text(&MODEL_KEY, problems)?;
    let Some(kind) = kinds.iter().find(|kind| kind.name == model.value) else {
        let hint = hint(model.value, kinds.iter().map(|kind| kind.name));
        problems.add(model.line, format!("unknown part model {}{hint}", quote(model.value)));
        return None;
    };
    let place = format!("{:?} in [gpio]", kind.name);
    let known: Vec<Key> = [MODEL_KEY].into_iter().chain(kind.keys.iter().copied()).collect();
    let section = Section::open(&place, value, &known, problems)?;
    section.require(&PIN, problems);
    let pin = section.integer(&PIN, problems);
    let label = section.text(&LABEL, problems).map_or(String::new(), |label| label.value.to_owned());
    let mut active = |key: &Key, default| {
        let levels = named(Level::ALL, Level::NAMES);
        section.one_of(key, &levels, problems).map_or(default, |level| level.value)
    };
    let kind = match kind.name {
        BUTTON => {
            let active = active(&BUTTON_ACTIVE, Level::Low);
            let bounce_us = section.number(&BOUNCE_US, problems).map_or(0.0, |bounce| bounce.value);
            PartKind::Button(Button { active, bounce_ns: (bounce_us * NS_PER_US).round() as u64 })
        }
        _ => PartKind::Led { active: active(&LED_ACTIVE, Level::High) },
    };
    let pin = pin?;
    Some(Part { pin: pin.value, label, kind, line: pin.line })
}

/// Brings the parts and what is said of their pins together. `pulled` are the pins of which the file says whether they
/// have a resistor.
pub(super) fn place(
    parts: &mut [Part],
    pins: &mut BTreeMap<u32, Pin>,
    pulled: &[u32],
    problems: &mut Problems,
) {
    let mut taken: BTreeMap<u32, String> = BTreeMap::new();
    for part in parts {
        let number = part.pin;
        if let Some(other) = taken.insert(number, part.shown()) {
            problems.add(part.line, format!("pin {number} has two parts: {other} and {}", part.shown()));
            continue;
        }
        let unsaid =
            Pin { number, label: String::new(), pull: None, level: None, listed: false, line: part.line };
        let pin = pins.entry(number).or_insert(unsaid);
        match (pin.label.is_empty(), part.label.is_empty()) {
            (true, _) => pin.label.clone_from(&part.label),
            (false, true) => part.label.clone_from(&pin.label),
            (false, false) if pin.label != part.label => {
                let (one, other) = (quote(&pin.label), quote(&part.label));
                let why = format!("is labelled {one} in [gpio.pins] and {other} as a {}", part.model());
                problems.add(part.line, format!("pin {number} {why}"));
            }
            (false, false) => {}
        }
        // Its own level means that it is pressed from the start.
        if let (Some(level), PartKind::Button(button)) = (pin.level, part.kind)
            && level != button.active
        {
            let (shown, level, active) = (part.shown(), level.name(), button.active.name());
            let why = format!("{shown} is a short circuit to {active} when it is pressed");
            problems.add(part.line, format!("pin {number} is driven {level} from outside, and {why}"));
        }
        if !pulled.contains(&number) {
            pin.pull = part.pull();
        }
    }
}
