//! What may stand in a file of expectations.

use device_abi::{
    Function, Profile,
    gpio::{Level, Mode},
    types::ErrorCode,
};
use hw_core::backend::HIGHEST_ADDRESS;

use crate::file::{Key, Kind, Shape};

pub(crate) const ROOT: &[Key] = &[ORDER, SILENT, EXPECT];
pub(super) const ORDER: Key = Key::optional(
    "order",
    "one order over all buses and pins, or one for each bus and pin; default: \"strict\"",
    Shape::OneOf(|| ORDERS.iter().map(|(name, _)| *name).collect()),
);
pub(super) const ORDERS: &[(&str, Order)] = &[("strict", Order::Strict), ("per-bus", Order::PerBus)];
pub(super) const SILENT: Key = Key::optional(
    "silent",
    "where nothing may happen beyond what is expected there",
    Shape::Table(SILENT_KEYS),
);
pub(super) const EXPECT: Key =
    Key::optional("expect", "a call that must come", Shape::Array(&Shape::Marked { kinds }));

pub(super) const SILENT_KEYS: &[Key] = &[SILENT_I2C, SILENT_PINS];
pub(super) const SILENT_I2C: Key =
    Key::optional("i2c", "the numbers of I2C buses", Shape::Array(&BUS_NUMBER));
pub(super) const SILENT_PINS: Key =
    Key::optional("pins", "pins, by number or by label", Shape::Array(&NUMBER_OR_LABEL));

/// The keys of transactions, whatever becomes of them.
pub(super) const I2C: &[Key] =
    &[BUS, ADDRESS, WRITE_BYTES, READ_BYTES, MESSAGES, I2C_ERROR, ACKNOWLEDGED, EXTRA_US];
pub(super) const BUS: Key = Key::required("i2c", "the number of the bus", BUS_NUMBER);
const BUS_NUMBER: Shape = Shape::Integer { min: 0, max: u32::MAX, why: "" };
pub(super) const ADDRESS: Key = Key::required(
    "address",
    "the 7-bit address, unshifted",
    Shape::Integer { min: 0, max: HIGHEST_ADDRESS as u32, why: " (7-bit and unshifted)" },
);
pub(super) const WRITE_BYTES: Key = Key::optional(
    "write",
    "the bytes that the guest writes, in hexadecimal; none: it probes the address",
    Shape::Bytes { min: 0 },
);
pub(super) const READ_BYTES: Key = Key::optional(
    "read",
    "the bytes that the guest reads, in hexadecimal, after what it writes",
    Shape::Bytes { min: 1 },
);
/// The same key where the call fails.
pub(super) const READ_LENGTH: Key = Key::optional(
    "read",
    "how many bytes the guest asks for, after what it writes",
    Shape::Integer { min: 1, max: Profile::DESKTOP.max_transfer_bytes, why: " (the most on any profile)" },
);
pub(super) const MESSAGES: Key = Key::optional("messages", MESSAGES_ABOUT, Shape::Array(&ANSWERED));
const FAILING_MESSAGES: Key = Key::optional("messages", MESSAGES_ABOUT, Shape::Array(&FAILING));
const MESSAGES_ABOUT: &str = "instead of write and read: several messages of one transaction, in order";
const ANSWERED: Shape = Shape::Marked { kinds: || message_kinds(READ_BYTES) };
const FAILING: Shape = Shape::Marked { kinds: || message_kinds(READ_LENGTH) };
pub(super) const MESSAGE: &[Key] = &[WRITE_BYTES, READ_BYTES];
pub(super) const I2C_ERROR: Key =
    Key::optional("error", "the error that the guest gets", Shape::OneOf(|| names(i2c_errors())));
pub(super) const ACKNOWLEDGED: Key = Key::optional(
    "acknowledged",
    "the bytes that were acknowledged before the error, address bytes included; \
     default: the fewest with which it can happen (1 with no-acknowledge-data after an address, else 0)",
    Shape::Integer { min: 0, max: u32::MAX, why: "" },
);
pub(super) const EXTRA_US: Key = Key::optional(
    "extra-us",
    "how long it takes beyond its bus time, microseconds; default: 0",
    Shape::Number { min: 0.0, max: MAX_EXTRA_US },
);
/// An hour: nothing stretches a clock for longer.
const MAX_EXTRA_US: f64 = 3.6e9;

/// The keys of calls on pins, whichever they are.
pub(super) const PIN_KEYS: &[Key] = &[PIN, OPEN, INITIAL, READ_LEVEL, WRITE_LEVEL, PIN_ERROR];
pub(super) const PIN: Key = Key::required("pin", "the pin, by number or by label", NUMBER_OR_LABEL);
const NUMBER_OR_LABEL: Shape =
    Shape::Either(&Shape::Integer { min: 0, max: u32::MAX, why: "" }, &Shape::Text);
pub(super) const OPEN: Key =
    Key::optional("open", "the guest opens the pin in this mode", Shape::OneOf(|| Mode::NAMES.to_vec()));
pub(super) const INITIAL: Key = Key::optional(
    "initial",
    "what an output drives from the first moment on; default: \"low\"",
    Shape::OneOf(|| Level::NAMES.to_vec()),
);
pub(super) const READ_LEVEL: Key = Key::optional(
    "read",
    "the guest reads the pin and finds this level",
    Shape::OneOf(|| Level::NAMES.to_vec()),
);
pub(super) const WRITE_LEVEL: Key =
    Key::optional("write", "the guest drives the pin to this level", Shape::OneOf(|| Level::NAMES.to_vec()));
pub(super) const PIN_ERROR: Key =
    Key::optional("error", "the error that the guest gets", Shape::OneOf(|| names(open_errors())));
/// The same key where the pin is open.
pub(super) const OPEN_PIN_ERROR: Key =
    Key::optional("error", "the error that the guest gets", Shape::OneOf(|| names(open_pin_errors())));

/// In which order expectations are met.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    Strict,
    PerBus,
}

fn kinds() -> Vec<Kind> {
    let answered = vec![BUS, ADDRESS, WRITE_BYTES, READ_BYTES, MESSAGES, EXTRA_US];
    let failing = vec![
        BUS,
        ADDRESS,
        WRITE_BYTES,
        READ_LENGTH,
        FAILING_MESSAGES,
        needed(I2C_ERROR),
        ACKNOWLEDGED,
        EXTRA_US,
    ];
    let kind = |name, about, keys| Kind { name, about, keys };
    vec![
        kind("transaction", "a transaction on an I2C bus, and what the guest gets", answered),
        kind("failing transaction", "a transaction on an I2C bus, and why it fails", failing),
        kind("open", "a pin is opened", vec![PIN, needed(OPEN), INITIAL, PIN_ERROR]),
        kind("read", "a pin is read", vec![PIN, needed(READ_LEVEL), OPEN_PIN_ERROR]),
        kind("write", "a pin is driven", vec![PIN, needed(WRITE_LEVEL), OPEN_PIN_ERROR]),
    ]
}

fn message_kinds(read: Key) -> Vec<Kind> {
    let kind = |key: Key, about| Kind { name: key.name, about, keys: vec![needed(key)] };
    vec![kind(WRITE_BYTES, "bytes to the chip"), kind(read, "bytes from the chip")]
}

const fn needed(key: Key) -> Key {
    Key { required: true, ..key }
}

/// What a bus can fail with: what the ABI says of transactions, without what is decided before a bus hears of them.
pub(super) fn i2c_errors() -> Vec<ErrorCode> {
    let decided = [ErrorCode::InvalidHandle, ErrorCode::InvalidArgument, ErrorCode::TooLarge];
    from_below(Function::I2cTransaction, &decided)
}

/// What a pin can fail to open with.
pub(super) fn open_errors() -> Vec<ErrorCode> {
    let decided = [ErrorCode::NotFound, ErrorCode::NotPermitted, ErrorCode::Busy, ErrorCode::LimitReached];
    from_below(Function::GpioOpen, &decided)
}

/// What reading and writing an open pin can fail with.
pub(super) fn open_pin_errors() -> Vec<ErrorCode> {
    from_below(Function::GpioRead, &[ErrorCode::InvalidHandle])
}

fn from_below(function: Function, decided_above: &[ErrorCode]) -> Vec<ErrorCode> {
    let listed = function.info().errors.iter().copied().filter(|code| !decided_above.contains(code));
    listed.chain([ErrorCode::Other]).collect()
}

pub(super) fn names(codes: Vec<ErrorCode>) -> Vec<&'static str> {
    codes.into_iter().map(ErrorCode::name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_profile_transfers_more_than_the_desktops() {
        let most = Profile::ALL.iter().map(|profile| profile.max_transfer_bytes).max();
        assert_eq!(most, Some(Profile::DESKTOP.max_transfer_bytes));
    }

    #[test]
    fn errors_are_those_that_a_guest_can_get_from_below() {
        assert_eq!(
            names(i2c_errors()),
            [
                "no-acknowledge-address",
                "no-acknowledge-data",
                "no-acknowledge-unknown",
                "arbitration-lost",
                "bus",
                "overrun",
                "timed-out",
                "disconnected",
                "other"
            ]
        );
        assert_eq!(names(open_errors()), ["not-supported", "disconnected", "other"]);
        assert_eq!(names(open_pin_errors()), ["disconnected", "other"]);
        let decided = [ErrorCode::InvalidHandle, ErrorCode::NotPermitted];
        assert_eq!(from_below(Function::GpioWrite, &decided), open_pin_errors());
    }
}
