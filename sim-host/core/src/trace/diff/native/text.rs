//! What a line of text says about time.

use device_abi::{FUNCTIONS, types::ErrorCode};

use super::timing::{Ended, Messages, Timing, timing};

/// What the call says, as the text form of the trace has it; `None` if that is nothing, or cannot be read.
pub(super) fn timing_of(full_name: &str, call: &str) -> Option<Timing> {
    // Only calls without text in their arguments say something, so that this is the arrow.
    let (asked, given) = match call.rsplit_once(" ->") {
        Some((asked, given)) => (asked, given.trim_start()),
        None => (call, ""),
    };
    let first = given.split(' ').next().unwrap_or_default();
    let ended = match first {
        "trap" => return None,
        "error" => {
            let name = given.split(' ').nth(1)?;
            Ended::Failed(*ErrorCode::ALL.iter().find(|code| code.name() == name)?)
        }
        value => value.parse().map_or(Ended::Well, Ended::With),
    };
    let function = FUNCTIONS.iter().find(|function| function.full_name == full_name)?;
    let number = |at: usize| argument(asked, function.params.get(at)?.name)?.parse().ok();
    let mut messages = Messages::default();
    let is_readable = operations(asked, &mut messages);
    timing(full_name, ended, number, || messages).filter(|found| {
        let is_whole = matches!(found, Timing::Transfer { whole: true, .. });
        is_readable || !is_whole
    })
}

/// The text of an argument, up to the next space.
fn argument<'c>(asked: &'c str, name: &str) -> Option<&'c str> {
    asked.split(' ').find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
}

/// Finds the operations of a transaction. Returns whether they could be read.
fn operations(asked: &str, messages: &mut Messages) -> bool {
    let found = match asked.split_once(" operations=[") {
        Some((_, list)) => list_of(list, messages),
        None => single(asked, messages),
    };
    found.is_some()
}

fn single(asked: &str, messages: &mut Messages) -> Option<()> {
    if let Some((_, data)) = asked.split_once(" data=[") {
        messages.operation(false, data_bytes(data.split_once(']')?.0)?);
    }
    if let Some(len) = argument(asked, "into") {
        messages.operation(true, len.parse().ok()?);
    }
    Some(())
}

/// `write [d0], read 1]`
fn list_of(mut list: &str, messages: &mut Messages) -> Option<()> {
    while list != "]" {
        list = if let Some(rest) = list.strip_prefix("write [") {
            let (data, rest) = rest.split_once(']')?;
            messages.operation(false, data_bytes(data)?);
            rest
        } else {
            let rest = list.strip_prefix("read ")?;
            let end = rest.find([',', ']'])?;
            messages.operation(true, rest[..end].parse().ok()?);
            &rest[end..]
        };
        list = list.strip_prefix(", ").unwrap_or(list);
    }
    Some(())
}

/// How many bytes data has of which the text is this: `d0d1`, or `d0d1.. 100 bytes crc32=…`.
fn data_bytes(data: &str) -> Option<u64> {
    match data.split_once(".. ") {
        Some((_, rest)) => rest.split_once(" bytes")?.0.parse().ok(),
        None => Some(data.len() as u64 / 2),
    }
}
