//! The last log lines of native runs, for hosts that were not there.

use alloc::{collections::VecDeque, string::String, vec::Vec};

use device_abi::log::Level;
use device_link::{HEADER_BYTES, LogLine};

/// Bytes of text that are kept.
const TEXT_BYTES: usize = 3 * 1024;

/// Lines that are kept, at 24 bytes each beside their texts.
const LINES: usize = 48;

/// Bytes of a reply that are not lines: its header, its case, two numbers and the length of all lines, each as a varint.
const REPLY_BYTES: usize = HEADER_BYTES + 1 + 5 + 5 + 3;

/// Bytes of a line that are not its text: time, app, level, length, what was cut off.
const LINE_BYTES: usize = 10 + 1 + 1 + 2 + 5;

/// The last log lines of native runs, numbered from 0 since the device's start.
#[derive(Debug)]
pub(crate) struct Log {
    lines: VecDeque<Kept>,
    /// Their texts, one behind the other.
    text: String,
    /// The number of the oldest that is kept.
    first: u32,
}

#[derive(Debug)]
struct Kept {
    time_ns: u64,
    cut: u32,
    bytes: u16,
    app: u8,
    level: Level,
}

impl Log {
    /// Nothing was written yet. Takes all its memory at once.
    pub(crate) fn new() -> Self {
        Self { lines: VecDeque::with_capacity(LINES), text: String::with_capacity(TEXT_BYTES), first: 0 }
    }

    /// Keeps a line; the oldest make room for it.
    pub(crate) fn push(&mut self, line: &LogLine<'_>) {
        while self.lines.len() >= LINES || self.text.len() + line.text.len() > TEXT_BYTES {
            let Some(oldest) = self.lines.pop_front() else { return };
            self.text.drain(..usize::from(oldest.bytes));
            self.first = self.first.wrapping_add(1);
        }
        let &LogLine { time_ns, app, level, text, cut } = line;
        self.lines.push_back(Kept { time_ns, cut, bytes: text.len() as u16, app, level });
        self.text.push_str(text);
    }

    /// As many lines from number `wanted` on as a reply of `limit` bytes holds, with the number of the first.
    pub(crate) fn lines(&self, wanted: u32, limit: usize) -> (u32, Vec<LogLine<'_>>) {
        let count = self.lines.len() as u32;
        let skipped = wanted.saturating_sub(self.first).min(count);
        let mut lines = Vec::with_capacity(self.lines.len());
        let (mut at, mut room) = (0, limit.saturating_sub(REPLY_BYTES));
        for (index, kept) in self.lines.iter().enumerate() {
            let text = &self.text[at..at + usize::from(kept.bytes)];
            at += text.len();
            if index < skipped as usize {
                continue;
            }
            if text.len() + LINE_BYTES > room {
                break;
            }
            room -= text.len() + LINE_BYTES;
            let &Kept { time_ns, cut, app, level, .. } = kept;
            lines.push(LogLine { time_ns, app, level, text, cut });
        }
        (self.first.wrapping_add(skipped), lines)
    }

    /// The number that the next line will have.
    pub(crate) fn next(&self) -> u32 {
        self.first.wrapping_add(self.lines.len() as u32)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn push(log: &mut Log, number: u32, bytes: usize) {
        let text = format!("{number:0bytes$}");
        log.push(&LogLine { time_ns: number.into(), app: 0, level: Level::Info, text: &text, cut: 0 });
    }

    #[test]
    fn nothing_was_written_yet() {
        let log = Log::new();
        assert_eq!(
            (log.lines(0, 1024), log.lines(7, 1024), log.next()),
            ((0, Vec::new()), (0, Vec::new()), 0)
        );
    }

    #[test]
    fn the_oldest_make_room_and_the_numbers_go_on() {
        for bytes in [1, 10, 256] {
            let mut log = Log::new();
            let (text, lines) = (log.text.capacity(), log.lines.capacity());
            for number in 0..1000 {
                push(&mut log, number, bytes);
                assert_eq!(log.next(), number + 1);
                assert!(log.text.len() <= TEXT_BYTES && log.lines.len() <= LINES);
            }
            assert_eq!((log.text.capacity(), log.lines.capacity()), (text, lines), "more memory was taken");
            let (first, kept) = log.lines(0, usize::MAX);
            assert_eq!(first as usize + kept.len(), 1000);
            for (at, line) in kept.iter().enumerate() {
                let number = first as usize + at;
                assert_eq!((line.time_ns, line.text), (number as u64, &*format!("{number:0bytes$}")));
            }
            assert!(kept.len() >= (TEXT_BYTES / bytes.max(4)).min(LINES), "{}", kept.len());
        }
    }

    #[test]
    fn a_reply_holds_what_was_counted() {
        let mut log = Log::new();
        for number in 0..100 {
            push(&mut log, number, 1 + number as usize * 2);
        }
        let (mut at, mut replies) = (0, 0);
        while at < log.next() {
            let (first, lines) = log.lines(at, device_link::SMALLEST_LIMIT);
            assert!(!lines.is_empty());
            let reply = device_link::Reply::Logs { first, next: log.next(), lines: lines[..].into() };
            let message = device_link::Message { app: 0, number: 0, body: device_link::ToHost::Reply(reply) };
            let mut frame = [0; 2048];
            device_link::encode(&message, device_link::SMALLEST_LIMIT, &mut frame).expect("it fits");
            (at, replies) = (first + lines.len() as u32, replies + 1);
        }
        assert!(replies > 2, "{replies}");
    }
}
