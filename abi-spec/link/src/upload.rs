//! The host's side of an install: which piece to send next.

use crate::{Data, Progress};

/// A module on its way to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Upload<'a> {
    module: &'a [u8],
    piece_bytes: usize,
    /// Everything before has arrived.
    received: u32,
    /// The next offset to send.
    next: u32,
    /// The highest offset that was sent.
    sent: u32,
    /// The first offset that must not be sent yet.
    limit: u32,
    /// Where the last going back went to: the device asks for it once for every piece that was behind the gap.
    went_back: Option<u32>,
}

impl<'a> Upload<'a> {
    /// Begins after the device's `Begun { limit }`. `max_payload` is the longest payload that the device takes.
    #[must_use]
    pub fn new(module: &'a [u8], max_payload: usize, limit: u32) -> Self {
        let piece_bytes = max_payload.saturating_sub(Data::OVERHEAD).max(1);
        Self { module, piece_bytes, received: 0, next: 0, sent: 0, limit, went_back: None }
    }

    /// The next piece to send, if the device may get one now.
    pub fn next_piece(&mut self) -> Option<Data<'a>> {
        let limit = (self.limit as usize).min(self.module.len());
        let from = self.next as usize;
        let bytes = self.module.get(from..limit).filter(|rest| !rest.is_empty())?;
        let bytes = &bytes[..bytes.len().min(self.piece_bytes)];
        self.next += bytes.len() as u32;
        self.sent = self.sent.max(self.next);
        Some(Data { offset: from as u32, bytes })
    }

    /// Takes what the device tells. What it cannot know yet, or what is older than what it told before, is ignored.
    pub fn progress(&mut self, progress: Progress) {
        if progress.received > self.sent || progress.received < self.received {
            return;
        }
        self.received = progress.received;
        self.limit = self.limit.max(progress.limit);
        self.next = self.next.max(self.received);
        if progress.again && self.went_back != Some(self.received) {
            self.go_back();
        }
    }

    /// Goes on from what has arrived for sure. For when the device says nothing any more.
    pub fn go_back(&mut self) {
        self.next = self.received;
        self.went_back = Some(self.received);
    }

    /// Bytes that have arrived.
    #[must_use]
    pub fn received(&self) -> u32 {
        self.received
    }

    /// Whether all has arrived, so that the install can be committed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.received as usize >= self.module.len()
    }
}
