//! Frames over a line: messages out, payloads in.

use std::time::{Duration, Instant};

use device_link::{Message, Receiver, ToDevice, encode, frame_bytes, receive_bytes};

use crate::{Line, LineError, line::Program};

/// Bytes that are read at a time.
const INPUT_BYTES: usize = 4096;

/// Frames over a line.
#[derive(Debug)]
pub(crate) struct Frames {
    line: Box<dyn Line>,
    receiver: Receiver<Vec<u8>>,
    /// What was read, and the part of it that was not yet looked at.
    input: Vec<u8>,
    from: usize,
    to: usize,
    output: Vec<u8>,
    start: Instant,
    bytes: u64,
    last_ms: u64,
    sent_ms: u64,
    longest_pause_ms: u64,
}

/// Why a message was not sent.
#[derive(Debug)]
pub(crate) enum SendError {
    /// It is longer than the device takes.
    TooLong,
    /// The line does not take it.
    Line(LineError),
}

impl Frames {
    /// Frames of payloads up to `max_payload` bytes.
    pub(crate) fn new(line: Box<dyn Line>, max_payload: usize) -> Self {
        Self {
            line,
            receiver: Receiver::new(vec![0; receive_bytes(max_payload)]),
            input: vec![0; INPUT_BYTES],
            from: 0,
            to: 0,
            output: vec![0; frame_bytes(max_payload)],
            start: now(),
            bytes: 0,
            last_ms: 0,
            sent_ms: 0,
            longest_pause_ms: 0,
        }
    }

    /// Sends a message to a device that takes payloads of `limit` bytes.
    pub(crate) fn send(&mut self, number: u16, body: ToDevice<'_>, limit: usize) -> Result<(), SendError> {
        let bytes = encode(&Message { app: 0, number, body }, limit, &mut self.output);
        let bytes = bytes.map_err(|_| SendError::TooLong)?;
        self.note_sent();
        self.line.write(&self.output[..bytes]).map_err(SendError::Line)
    }

    /// Sends a frame that is there already.
    pub(crate) fn send_frame(&mut self, frame: &[u8]) -> Result<(), LineError> {
        self.note_sent();
        self.line.write(frame)
    }

    fn note_sent(&mut self) {
        let now_ms = self.now_ms();
        self.longest_pause_ms = self.longest_pause_ms.max(now_ms - self.sent_ms);
        self.sent_ms = now_ms;
    }

    /// Waits for the next payload and gives it to `read`; `None` if none is whole before `timeout` is over.
    pub(crate) fn next<T>(
        &mut self,
        timeout: Duration,
        read: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, LineError> {
        let until = now() + timeout;
        let mut has_read = false;
        loop {
            let mut rest = &self.input[self.from..self.to];
            if let Some(payload) = self.receiver.next_payload(&mut rest) {
                self.from = self.to - rest.len();
                return Ok(Some(read(payload)));
            }
            self.from = self.to;
            let left = until.saturating_duration_since(now());
            // Also when bytes come without end, and no frame.
            if left.is_zero() && has_read {
                return Ok(None);
            }
            has_read = true;
            (self.from, self.to) = (0, self.line.read(&mut self.input, left)?);
            if self.to > 0 {
                self.bytes += self.to as u64;
                self.last_ms = self.now_ms();
            }
        }
    }

    /// Bytes that have come so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// When the last bytes came, milliseconds as in [`now_ms`](Self::now_ms).
    pub(crate) fn last_ms(&self) -> u64 {
        self.last_ms
    }

    /// When something was last sent, milliseconds as in [`now_ms`](Self::now_ms).
    pub(crate) fn sent_ms(&self) -> u64 {
        self.sent_ms
    }

    /// For how long at most nothing was sent, milliseconds, since it was last asked.
    pub(crate) fn take_longest_pause_ms(&mut self) -> u64 {
        std::mem::take(&mut self.longest_pause_ms)
    }

    /// The line's bit rate, where it has one.
    pub(crate) fn rate(&self) -> Option<u32> {
        self.line.rate()
    }

    /// The program at the line's other end, if it is one that was started for the purpose.
    pub(crate) fn program(&mut self) -> Option<Program> {
        self.line.program()
    }

    /// Changes the line's bit rate.
    pub(crate) fn set_rate(&mut self, baud: u32) -> Result<(), LineError> {
        self.line.set_rate(baud)
    }

    /// The time by the wall's clock.
    pub(crate) fn now(&self) -> Instant {
        now()
    }

    /// Milliseconds since the line was opened.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "somebody must know when a device has been silent for too long"
)]
fn now() -> Instant {
    Instant::now()
}
