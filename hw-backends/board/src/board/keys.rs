//! What may stand in a board file.

use device_abi::{Profile, gpio::Level, system::ResetReason};

use super::{MAX_I2C_HZ, Pull, chip, part};
use crate::file::{Key, Shape};

/// The tables of a board file.
pub const ROOT: &[Key] = &[
    Key::optional("board", "the board as a whole", Shape::Table(BOARD)),
    Key::optional("gpio", "pins", Shape::Table(GPIO)),
    Key::optional("i2c", "I2C buses, by the number that guests open", Shape::Numbered(&Shape::Table(I2C))),
];

pub(super) const BOARD: &[Key] = &[NAME, PROFILE, DEVICE_ID, RESET_REASON];
pub(super) const NAME: Key = Key::optional("name", "what people call the board", Shape::Text);
pub(super) const PROFILE: Key =
    Key::optional("profile", "what the device can hold; default: \"desktop\"", Shape::OneOf(profiles));
pub(super) const DEVICE_ID: Key = Key::optional(
    "device-id",
    "1 to 16 bytes of text, or of hexadecimal digits after 0x; default: \"twinboard\"",
    // A character of text has a byte at least.
    Shape::Form(r"^(0x([0-9a-fA-F]{2}){1,16}|0([^x][\s\S]{0,14})?|[^0][\s\S]{0,15})$"),
);
pub(super) const RESET_REASON: Key = Key::optional(
    "reset-reason",
    "why the device last started; default: \"power-on\"",
    Shape::OneOf(|| ResetReason::NAMES.to_vec()),
);

pub(super) const GPIO: &[Key] = &[
    Key::optional(
        "pins",
        "the pins that guests may open, by the chip's own numbers, those of parts apart; default: all of the profile",
        Shape::Numbered(&Shape::Table(PIN)),
    ),
    PARTS,
];
pub(super) const PARTS: Key = Key::optional(
    "parts",
    "what is at the pins",
    Shape::Array(&Shape::Tagged { tag: part::MODEL, kinds: part::kinds }),
);

pub(super) const PIN: &[Key] = &[LABEL, PULL, LEVEL];
pub(super) const LABEL: Key = Key::optional("label", "what people call it", Shape::Text);
pub(super) const PULL: Key = Key::optional(
    "pull",
    "the resistor on the board; default: \"none\", or what a button at the pin comes with",
    Shape::OneOf(|| PULLS.iter().map(|(name, _)| *name).collect()),
);
pub(super) const LEVEL: Key = Key::optional(
    "level",
    "what something outside drives; at a button: its own level, so that it is pressed from the start; default: nothing",
    Shape::OneOf(|| Level::NAMES.to_vec()),
);
pub(super) const PULLS: &[(&str, Option<Pull>)] =
    &[("none", None), ("up", Some(Pull::Up)), ("down", Some(Pull::Down))];

pub(super) const I2C: &[Key] = &[BACKEND, FREQUENCY_HZ, SDA, SCL, CHIPS];
pub(super) const BACKEND: Key = Key::optional(
    "backend",
    "where the bus's transactions land; default: \"sim\"",
    Shape::OneOf(|| BACKENDS.iter().map(|(name, ())| *name).collect()),
);
/// Where the calls of a bus may land. The name is all there is to say of the only one there is.
pub(super) const BACKENDS: &[(&str, ())] = &[("sim", ())];
pub(super) const FREQUENCY_HZ: Key = Key::optional(
    "frequency-hz",
    "the highest speed, which is also the default one, hertz; default: 100 000",
    Shape::Integer { min: 1, max: MAX_I2C_HZ, why: " (fast-mode plus)" },
);
pub(super) const SDA: Key = Key::optional("sda", "the pin of the data line", PIN_NUMBER);
pub(super) const SCL: Key = Key::optional("scl", "the pin of the clock line", PIN_NUMBER);
pub(super) const PIN_NUMBER: Shape = Shape::Integer { min: 0, max: u32::MAX, why: "" };
pub(super) const CHIPS: Key = Key::optional(
    "chips",
    "what is on the bus",
    Shape::Array(&Shape::Tagged { tag: chip::MODEL, kinds: chip::kinds }),
);

fn profiles() -> Vec<&'static str> {
    Profile::ALL.iter().map(|profile| profile.name).collect()
}
