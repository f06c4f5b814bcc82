//! From bytes to payloads.

use serde::{Deserialize, Serialize};

use crate::frame::{CRC_BYTES, CRC32};

/// Finds the frames in a stream of bytes, in a buffer of the caller's.
///
/// The buffer bounds both memory and the longest payload ([`receive_bytes`](crate::receive_bytes)). After garbage, a
/// cut or an overlong frame, the next frame is found again at its first byte. A payload is handed out only if its
/// checksum is right.
#[derive(Debug)]
pub struct Receiver<B> {
    buffer: B,
    /// Bytes of content in the buffer.
    len: usize,
    /// Bytes of the current COBS block that are still to come; 0 when the next byte is a block's length.
    block_left: u8,
    /// Whether a zero is to be put before the next block.
    zero_before: bool,
    state: State,
    counts: Counts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At a border, or nothing but borders since.
    Between,
    /// Inside a frame.
    Inside,
    /// Inside a frame that does not fit; waiting for its end.
    Skipping,
}

/// What a receiver has found since it was made. The numbers stay at their highest value rather than begin anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Payloads that were handed out.
    pub frames: u32,
    /// Frames that were dropped because they were damaged: garbage between two borders counts as one.
    pub damaged: u32,
    /// Frames that were dropped because they were longer than the buffer.
    pub too_long: u32,
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Receiver<B> {
    /// Receives into `buffer`.
    pub fn new(buffer: B) -> Self {
        Self {
            buffer,
            len: 0,
            block_left: 0,
            zero_before: false,
            state: State::Between,
            counts: Counts::default(),
        }
    }

    /// What has been found so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Takes bytes from the front of `input` until a payload is whole, and returns that; `None` when `input` is used
    /// up. The rest of `input` is for the next call:
    ///
    /// ```
    /// # let mut receiver = device_link::Receiver::new([0; 64]);
    /// # let received = [0, 1, 0];
    /// let mut input = &received[..];
    /// while let Some(payload) = receiver.next_payload(&mut input) {
    ///     // device_link::decode(payload)
    /// }
    /// ```
    pub fn next_payload(&mut self, input: &mut &[u8]) -> Option<&[u8]> {
        while let Some((byte, rest)) = input.split_first() {
            *input = rest;
            if let Some(len) = self.take(*byte) {
                return self.buffer.as_ref().get(..len);
            }
        }
        None
    }

    /// Takes one byte, and returns the payload that it ended, if it did.
    pub fn push(&mut self, byte: u8) -> Option<&[u8]> {
        let len = self.take(byte)?;
        self.buffer.as_ref().get(..len)
    }

    /// Takes one byte; the length of the payload that it ended.
    fn take(&mut self, byte: u8) -> Option<usize> {
        if byte == 0 {
            return self.end();
        }
        match self.state {
            State::Skipping => {}
            State::Inside if self.block_left > 0 => {
                self.block_left -= 1;
                self.keep(byte);
            }
            State::Between | State::Inside => {
                if self.zero_before {
                    self.keep(0);
                }
                if self.state != State::Skipping {
                    self.state = State::Inside;
                }
                self.block_left = byte - 1;
                // The longest block stands for its bytes alone.
                self.zero_before = byte != u8::MAX;
            }
        }
        None
    }

    fn keep(&mut self, byte: u8) {
        match self.buffer.as_mut().get_mut(self.len) {
            Some(place) => {
                *place = byte;
                self.len += 1;
            }
            None => {
                self.counts.too_long = self.counts.too_long.saturating_add(1);
                self.state = State::Skipping;
            }
        }
    }

    /// A border: the end of a frame, if one was begun, and the start of the next.
    fn end(&mut self) -> Option<usize> {
        let state = core::mem::replace(&mut self.state, State::Between);
        let block_left = core::mem::take(&mut self.block_left);
        let len = core::mem::take(&mut self.len);
        self.zero_before = false;
        if state != State::Inside {
            return None;
        }
        let content = self.buffer.as_ref().get(..len)?;
        let payload = content
            .split_last_chunk::<CRC_BYTES>()
            .filter(|(payload, crc)| block_left == 0 && CRC32.checksum(payload) == u32::from_le_bytes(**crc));
        let Some((payload, _)) = payload else {
            self.counts.damaged = self.counts.damaged.saturating_add(1);
            return None;
        };
        self.counts.frames = self.counts.frames.saturating_add(1);
        Some(payload.len())
    }
}
