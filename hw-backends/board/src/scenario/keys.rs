//! What may stand in a scenario file.

use device_abi::{FUNCTIONS, gpio, log};
use hw_core::backend::HIGHEST_ADDRESS;

use crate::file::{Key, Kind, Shape};

/// The longest time that a file may say: 31 years, far from the end of device time.
const MAX_MS: f64 = 1e12;
/// A nanosecond: in no time there is never a message.
const MIN_QUIET_MS: f64 = 1e-6;
/// An hour: nothing stretches a clock for longer.
const MAX_EXTRA_US: f64 = 3.6e9;
/// Wider than what any chip lets itself be set to; the chip's own range is checked, too.
const MAX_VALUE: f64 = 1e15;

const TIME: Shape = Shape::Number { min: 0.0, max: MAX_MS };
const COUNT: Shape = Shape::Integer { min: 0, max: u32::MAX, why: "" };
const TRUE: Shape = Shape::Boolean;

pub(crate) const ROOT: &[Key] = &[SEED, STEP];
pub(super) const SEED: Key =
    Key::optional("seed", "where faults with a rate come from; default: the run's seed", Shape::Unsigned);
pub(super) const STEP: Key =
    Key::required("step", "what happens, in this order", Shape::Array(&Shape::Marked { kinds }));

pub(super) const AT_MS: Key =
    Key::optional("at-ms", "when, milliseconds of device time, rounded to nanoseconds", TIME);
pub(super) const AFTER_MS: Key = Key::optional(
    "after-ms",
    "how long after the step before it, milliseconds; default: together with that one, the first at 0",
    TIME,
);

pub(super) const PRESS: Key = Key::required("press", "presses a button, by its label", Shape::Text);
pub(super) const RELEASE: Key = Key::required("release", "lets a button go, by its label", Shape::Text);
pub(super) const DRIVE: Key =
    Key::required("drive", "drives a pin from outside, or lets it go", Shape::Table(DRIVE_KEYS));
pub(super) const SET: Key =
    Key::required("set", "changes values of a chip", Shape::Open { known: &[CHIP], others: &VALUE });
pub(super) const FAULT: Key = Key::required(
    "fault",
    "lets transactions on a bus go wrong from now on",
    Shape::Tagged { tag: FAULT_KIND.name, kinds: fault_kinds },
);
pub(super) const CLEAR_FAULTS: Key = Key::required(
    "clear-faults",
    "ends faults of steps before it: all of them, or those of a bus and address",
    Shape::Either(&TRUE, &Shape::Table(CLEAR_KEYS)),
);
pub(super) const EXPECT_LOG: Key =
    Key::required("expect-log", "waits for a message of the guest", Shape::Table(EXPECT_LOG_KEYS));
pub(super) const EXPECT_NO_LOG: Key = Key::required(
    "expect-no-log",
    "waits while the guest must not write such a message",
    Shape::Table(EXPECT_NO_LOG_KEYS),
);
pub(super) const EXPECT_CALL: Key =
    Key::required("expect-call", "waits for a call of the guest to end", Shape::Table(EXPECT_CALL_KEYS));
pub(super) const END: Key = Key::required("end", "ends the run, as stopped", TRUE);

pub(super) const DRIVE_KEYS: &[Key] = &[PIN, LEVEL];
pub(super) const PIN: Key = Key::required(
    "pin",
    "the pin, by number or by label",
    Shape::Either(&Shape::Integer { min: 0, max: u32::MAX, why: "" }, &Shape::Text),
);
pub(super) const LEVEL: Key = Key::required(
    "level",
    "what something outside drives",
    Shape::OneOf(|| LEVELS.iter().map(|(name, _)| *name).collect()),
);
pub(super) const LEVELS: &[(&str, Option<gpio::Level>)] =
    &[("low", Some(gpio::Level::Low)), ("high", Some(gpio::Level::High)), ("released", None)];

pub(super) const CHIP: Key = Key::required("chip", "the chip, by its label", Shape::Text);
const VALUE: Shape = Shape::Number { min: -MAX_VALUE, max: MAX_VALUE };

pub(super) const FAULT_KIND: Key = Key::required("kind", "what goes wrong", Shape::Text);
pub(super) const BUS: Key =
    Key::required("i2c", "the number of the bus", Shape::Integer { min: 0, max: u32::MAX, why: "" });
pub(super) const ADDRESS: Key = Key::optional(
    "address",
    "only transactions to this 7-bit address, unshifted; default: all",
    Shape::Integer { min: 0, max: HIGHEST_ADDRESS as u32, why: " (7-bit and unshifted)" },
);
pub(super) const TIMES: Key = Key::optional(
    "times",
    "how many transactions it disturbs; default: all until clear-faults",
    Shape::Integer { min: 1, max: u32::MAX, why: "" },
);
/// The same key where one transaction is meant unless more are said.
const STUCK_TIMES: Key = Key {
    about: "how many transactions begin such a time; default: with an address or a rate 1, else none does: it begins \
            with the step",
    ..TIMES
};
pub(super) const RATE: Key = Key::optional(
    "rate",
    "which part of them, by chance from the seed, rounded to millionths; default: 1",
    Shape::Number { min: 0.0, max: 1.0 },
);
pub(super) const BYTE: Key = Key::optional(
    "byte",
    "which byte is not acknowledged, address bytes included, from 0; default: 0, the address",
    COUNT,
);
pub(super) const BYTES: Key =
    Key::required("bytes", "how many bytes the chip delivers; the rest reads as 0xff", COUNT);
pub(super) const FOR_MS: Key = Key::required(
    "for-ms",
    "how long the bus is held, milliseconds: from the step on, or with an address, times or a rate from the \
     transaction on that those are about",
    TIME,
);
pub(super) const EXTRA_US: Key = Key::required(
    "extra-us",
    "how long the clock is stretched, microseconds",
    Shape::Number { min: 0.0, max: MAX_EXTRA_US },
);

pub(super) const CLEAR_KEYS: &[Key] = &[Key { required: false, ..BUS }, ADDRESS];

pub(super) const EXPECT_LOG_KEYS: &[Key] = &[CONTAINS, LOG_LEVEL, WITHIN_MS];
pub(super) const CONTAINS: Key = Key::required("contains", "a part of its text", Shape::Text);
pub(super) const LOG_LEVEL: Key =
    Key::optional("level", "its level; default: any", Shape::OneOf(|| log::Level::NAMES.to_vec()));
pub(super) const WITHIN_MS: Key = Key::optional(
    "within-ms",
    "how long it may take from when the step begins, milliseconds; default: to the end of the run",
    TIME,
);

pub(super) const EXPECT_NO_LOG_KEYS: &[Key] = &[CONTAINS, LOG_LEVEL, QUIET_FOR_MS];
pub(super) const QUIET_FOR_MS: Key = Key::required(
    "for-ms",
    "how long there must be none from when the step begins, milliseconds",
    Shape::Number { min: MIN_QUIET_MS, max: MAX_MS },
);

pub(super) const EXPECT_CALL_KEYS: &[Key] = &[FUNCTION, CALL_CONTAINS, WITHIN_MS];
pub(super) const FUNCTION: Key = Key::required(
    "function",
    "the function, as in \"i2c.write\"",
    Shape::OneOf(|| FUNCTIONS.iter().map(|function| function.full_name).collect()),
);
pub(super) const CALL_CONTAINS: Key = Key::optional(
    "contains",
    "a part of its line in the trace, with one space behind the function, as in \"i2c.write i2c=1 address=0x76\" or \
     \"-> error\"; default: any",
    Shape::Text,
);

/// Every kind of step there is: the key that makes it one, and with which others.
pub(super) fn kinds() -> Vec<Kind> {
    [PRESS, RELEASE, DRIVE, SET, FAULT, CLEAR_FAULTS, EXPECT_LOG, EXPECT_NO_LOG, EXPECT_CALL, END]
        .map(|key| Kind { name: key.name, about: key.about, keys: vec![key, AT_MS, AFTER_MS] })
        .to_vec()
}

/// Every kind of fault there is.
pub(super) fn fault_kinds() -> Vec<Kind> {
    let kind = |name, about, own: Option<Key>| {
        let times = if own.is_some_and(|own| own.name == FOR_MS.name) { STUCK_TIMES } else { TIMES };
        let keys = [BUS, ADDRESS].into_iter().chain(own).chain([times, RATE]);
        Kind { name, about, keys: keys.collect() }
    };
    vec![
        kind("nack", "a byte is not acknowledged", Some(BYTE)),
        kind("arbitration-lost", "another controller wins the bus", None),
        kind("short-read", "the chip stops delivering", Some(BYTES)),
        kind("stuck", "something holds the bus", Some(FOR_MS)),
        kind("slow", "the chip stretches the clock", Some(EXTRA_US)),
    ]
}
