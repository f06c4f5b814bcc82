//! An expected I2C transaction.

use core::ops::RangeInclusive;

use device_abi::types::ErrorCode;
use hw_mock::{Expectation, Transaction};
use toml::{Spanned, de::DeValue};

use super::keys;
use crate::{
    Board,
    file::{Located, Problems, Section, describe, from_hexadecimal},
    wire::bus,
};

const NS_PER_US: f64 = 1000.0;

/// One message of a transaction.
enum Message {
    Write(Vec<u8>),
    Read(Vec<u8>),
}

/// Reads the transaction that is expected at `place`.
pub(super) fn read(
    place: &str,
    value: &Spanned<DeValue<'_>>,
    board: &Board,
    problems: &mut Problems,
) -> Option<Expectation> {
    let section = Section::open(place, value, keys::I2C, problems)?;
    let bus = section.value("i2c").and_then(|value| bus(value, board, problems));
    let address = section.integer(&keys::ADDRESS, problems);
    section.require(&keys::ADDRESS, problems);
    let error = section.one_of(&keys::I2C_ERROR, &errors(), problems);
    let fails = section.value("error").is_some();
    let messages = read_messages(place, section, fails, problems);
    if let Some(messages) = &messages {
        check_size(place, section.line(), messages, board, problems);
    }
    let acknowledged = section.integer(&keys::ACKNOWLEDGED, problems);
    let extra_us = section.number(&keys::EXTRA_US, problems);
    if let Some(acknowledged) = acknowledged
        && messages.is_some()
        && !fails
    {
        problems.add(acknowledged.line, format!("{place} has \"acknowledged\" and no \"error\""));
    }

    // What is wrong with bus and address is said; the messages may have problems of their own.
    let start = Transaction::new(bus.unwrap_or_default(), address.map_or(0, |address| address.value as u8));
    let messages = messages?;
    let only_reads = messages.iter().all(|message| matches!(message, Message::Read(_)));
    let transaction = messages.into_iter().fold(start, |transaction, message| match message {
        Message::Write(bytes) => transaction.write(bytes),
        Message::Read(bytes) => transaction.read(bytes),
    });
    let failure = error.map(|error| failure(place, &transaction, only_reads, error, acknowledged, problems));
    let (_, _) = (bus?, address?);
    let extra_ns = extra_us.map_or(0.0, |us| us.value * NS_PER_US).round() as u64;
    let transaction = transaction.takes(extra_ns);
    Some(match failure {
        None => transaction.into(),
        Some(failure) => {
            let (code, acknowledged) = failure?;
            transaction.fails_with(code, acknowledged).into()
        }
    })
}

/// How a transaction fails: with which error, after how many bytes that were acknowledged.
fn failure(
    place: &str,
    transaction: &Transaction,
    only_reads: bool,
    error: Located<ErrorCode>,
    acknowledged: Option<Located<u32>>,
    problems: &mut Problems,
) -> Option<(ErrorCode, u32)> {
    let code = error.value;
    let bytes = transaction.can_fail_after(ErrorCode::Other).last().map_or(0, |range| *range.end());
    let mut possible = transaction.can_fail_after(code);
    if only_reads && possible.is_empty() {
        // No chip answers so, but a list may stand for a bus that errs: `i2c.read` makes `other` of it.
        possible.push(1..=bytes);
    }
    let Some(lowest) = possible.first().map(|range| *range.start()) else {
        let name = code.name();
        problems.add(error.line, format!("{place} fails with {name:?}, but no byte of it is written"));
        return None;
    };
    let Some(Located { value: count, line }) = acknowledged else { return Some((code, lowest)) };
    if possible.iter().any(|range| range.contains(&count)) {
        return Some((code, count));
    }
    let why = if count > bytes {
        format!("but the transaction has {bytes} bytes, address bytes included")
    } else {
        let range = |range: &RangeInclusive<u32>| match (range.start(), range.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first} to {last}"),
        };
        let possible: Vec<_> = possible.iter().map(range).collect();
        format!("must be {} with {:?}", possible.join(" or "), code.name())
    };
    problems.add(line, format!("\"acknowledged\" in {place} is {count}, {why}"));
    None
}

fn errors() -> Vec<(&'static str, ErrorCode)> {
    keys::i2c_errors().into_iter().map(|code| (code.name(), code)).collect()
}

/// Reads `messages`, or the one or two that `write` and `read` are.
fn read_messages(
    place: &str,
    section: Section<'_, '_>,
    fails: bool,
    problems: &mut Problems,
) -> Option<Vec<Message>> {
    let Some(value) = section.value("messages") else {
        let write = section.value("write").map(|_| write(section, problems));
        let read = section.value("read").map(|_| read_answer(place, section, fails, problems));
        if write.is_none() && read.is_none() {
            let what =
                "needs a \"write\", a \"read\" or \"messages\" (a probe of the address is write = \"\")";
            problems.add(section.line(), format!("{place} {what}"));
            return None;
        }
        return [write, read].into_iter().flatten().collect();
    };
    if section.value("write").is_some() || section.value("read").is_some() {
        let line = problems.line(value.span());
        problems.add(line, format!("{place} has \"messages\", and \"write\" or \"read\" beside it"));
    }
    let array = section.array(&keys::MESSAGES, problems);
    if let (DeValue::Array(_), []) = (value.get_ref(), array) {
        // The device does not ask a bus about nothing.
        let line = problems.line(value.span());
        problems.add(line, format!("\"messages\" in {place} is empty, and that is no transaction"));
    }
    let message = |(index, value): (usize, &Spanned<DeValue<'_>>)| {
        let place = format!("message {} of {place}", index + 1);
        let section = Section::open(&place, value, keys::MESSAGE, problems)?;
        match (section.value("write"), section.value("read")) {
            (Some(_), None) => write(section, problems),
            (None, Some(_)) => read_answer(&place, section, fails, problems),
            _ => {
                problems.add(section.line(), format!("{place} needs a \"write\" or a \"read\", one of them"));
                None
            }
        }
    };
    let messages: Vec<Option<Message>> = array.iter().enumerate().map(message).collect();
    if messages.is_empty() { None } else { messages.into_iter().collect() }
}

fn write(section: Section<'_, '_>, problems: &mut Problems) -> Option<Message> {
    section.bytes(&keys::WRITE_BYTES, problems).map(|bytes| Message::Write(bytes.value))
}

/// Reads what the guest gets, or how much it asks for where the call fails.
fn read_answer(
    place: &str,
    section: Section<'_, '_>,
    fails: bool,
    problems: &mut Problems,
) -> Option<Message> {
    let value = section.value("read")?;
    let line = problems.line(value.span());
    match (value.get_ref(), fails) {
        (DeValue::String(text), false) => match from_hexadecimal(text) {
            Ok(bytes) if bytes.is_empty() => {
                problems
                    .add(line, format!("\"read\" in {place} is empty, and the ABI has no read of 0 bytes"));
                None
            }
            Ok(bytes) => Some(Message::Read(bytes)),
            Err(wrong) => {
                problems.add(line, format!("\"read\" in {place}: {wrong}"));
                None
            }
        },
        (DeValue::Integer(_), true) => {
            let count = section.integer(&keys::READ_LENGTH, problems)?.value;
            Some(Message::Read(vec![0; count as usize]))
        }
        (DeValue::String(text), true) => {
            let count = from_hexadecimal(text).map_or(1, |bytes| bytes.len().max(1));
            let hint = format!("say how many it asks for (did you mean {count}?)");
            problems.add(line, format!("\"read\" in {place}: a call that fails gives no bytes, {hint}"));
            None
        }
        (DeValue::Integer(_), false) => {
            problems
                .add(line, format!("\"read\" in {place} must be the bytes that the guest gets, as a string"));
            None
        }
        (other, _) => {
            let found = describe(other);
            problems.add(line, format!("\"read\" in {place} must be a string, not {found}"));
            None
        }
    }
}

/// A transaction that the device refuses itself never reaches a bus.
fn check_size(place: &str, line: u32, messages: &[Message], board: &Board, problems: &mut Problems) {
    let profile = board.profile();
    let bytes = messages.iter().map(Message::len).sum::<usize>();
    let operations = messages.len();
    for (count, limit, what) in
        [(bytes, profile.max_transfer_bytes, "bytes"), (operations, profile.max_operations, "operations")]
    {
        if count > limit as usize {
            let name = profile.name;
            let message =
                format!("{place} has {count} {what}, profile {name:?} allows {limit} per transaction");
            problems.add(line, message);
        }
    }
}

impl Message {
    fn len(&self) -> usize {
        let (Self::Write(bytes) | Self::Read(bytes)) = self;
        bytes.len()
    }
}
