//! The trace of a run as `expect.trace` has it: a line for each call, to the nanosecond, and a last one for the end.

use std::fmt::Write;

use crc::{CRC_32_ISO_HDLC, Crc};
use device_abi::trace::{Record, Records};

use crate::Seen;

/// Calls of which the text shows all; of more, it shows the first and last [`SHOWN`].
const MOST: usize = 400;
const SHOWN: usize = 20;

/// What ends the text.
const END: &str = "end";

/// The trace of a run as text.
///
/// # Errors
/// Says where bytes are no records.
pub(crate) fn text(seen: &Seen) -> Result<String, String> {
    let mut lines = Vec::new();
    for (bytes, number) in blocks(&seen.trace).zip(1..) {
        let record = bytes.and_then(|bytes| Records::new(bytes).next());
        let record = record.ok_or_else(|| format!("record {number} of the trace is broken"))?;
        lines.push(line(record.start_ns, &call(&record)));
    }
    let mut text = String::new();
    if lines.len() > MOST {
        let all = lines.concat();
        let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(all.as_bytes());
        let hidden = lines.len() - 2 * SHOWN;
        text.extend(lines[..SHOWN].iter().map(String::as_str));
        let _ = writeln!(text, "… {hidden} calls more, all {} have crc32={checksum:08x}", lines.len());
        text.extend(lines[lines.len() - SHOWN..].iter().map(String::as_str));
    } else {
        text = lines.concat();
    }
    Ok(text + &line(seen.device_time_ns, END))
}

/// The text of a guest that was refused.
pub(crate) fn nothing_ran() -> String {
    line(0, END)
}

/// The records, cut by their lengths; the last is `None` when it is not whole.
fn blocks(mut trace: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
    std::iter::from_fn(move || {
        let length = *trace.first_chunk::<4>().filter(|_| !trace.is_empty()).unwrap_or(&[0; 4]);
        if trace.is_empty() {
            return None;
        }
        let length = u32::from_le_bytes(length) as usize;
        match trace.split_at_checked(length.max(1)) {
            Some((record, rest)) => {
                trace = rest;
                Some(Some(record))
            }
            None => {
                trace = &[];
                Some(None)
            }
        }
    })
}

/// A call without its time. Version 1 of the ABI runs one app, number 0, and the text leaves it out.
fn call(record: &Record<'_>) -> String {
    match record.app {
        0 => record.untimed(),
        app => format!("{} (app {app})", record.untimed()),
    }
}

fn line(ns: u64, text: &str) -> String {
    let line = format!("{:>10}.{:03} us  {text}", ns / 1000, ns % 1000);
    // Calls without arguments end at their padded name.
    line.trim_end().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(trace: &[u8]) -> Seen {
        Seen { trace: trace.to_vec(), device_time_ns: 1_234_567, ..Seen::default() }
    }

    #[test]
    fn no_calls_give_the_end_alone() {
        assert_eq!(text(&seen(b"")).unwrap(), "      1234.567 us  end\n");
    }

    #[test]
    fn bytes_that_are_no_records_are_told() {
        for trace in [b"a".as_slice(), b"\0\0\0\0", b"\x04\0\0\0", b"\xff\xff\xff\xff", &[16; 40]] {
            assert_eq!(text(&seen(trace)).unwrap_err(), "record 1 of the trace is broken", "{trace:?}");
        }
    }
}
