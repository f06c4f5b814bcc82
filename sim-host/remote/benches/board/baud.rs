//! A line with the speed of a serial port.

use std::{
    thread,
    time::{Duration, Instant},
};

use remote_board::{Line, LineError};

/// Bits on the line for each byte: start, eight of data, stop.
const BITS_PER_BYTE: u64 = 10;

/// A line on which each byte takes its time, in both directions independently. Writing waits until the last byte is
/// out, as without a buffer.
#[derive(Debug)]
pub(crate) struct Baud {
    line: Box<dyn Line>,
    byte: Duration,
    /// When the line is free again, outwards and inwards.
    out: Instant,
    back: Instant,
}

impl Baud {
    pub(crate) fn new(line: Box<dyn Line>, bits_per_second: u64) -> Self {
        let byte = Duration::from_nanos(BITS_PER_BYTE * 1_000_000_000 / bits_per_second);
        Self { line, byte, out: now(), back: now() }
    }
}

impl Line for Baud {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        let len = self.line.read(bytes, timeout)?;
        self.back = after(self.back, self.byte * len as u32);
        Ok(len)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        self.out = after(self.out, self.byte * bytes.len() as u32);
        self.line.write(bytes)
    }
}

/// Waits until `time` has passed on a line that was free at `free`.
#[expect(clippy::disallowed_methods, reason = "a slow line")]
fn after(free: Instant, time: Duration) -> Instant {
    let done = free.max(now()) + time;
    thread::sleep(done.saturating_duration_since(now()));
    done
}

#[expect(clippy::disallowed_methods, reason = "a line has a speed")]
fn now() -> Instant {
    Instant::now()
}
