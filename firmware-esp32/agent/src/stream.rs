//! The stream of events: kept until the host has them, sent as far as it gives credit, and again when it says nothing.

use alloc::{vec, vec::Vec};

use device_link::{Credit, Dropped, Event, Outbox, PushError, REPEAT_MS};

use crate::{events::TRACE_BYTES, line::Outgoing};

/// Bytes of events that are kept until the host has them: some of the largest, and many log lines.
const OUTBOX_BYTES: usize = 6 * 1024;

/// Bytes of an event that are not its text or trace, at most: frame, header, length, and the fields of a log line.
const EVENT_BYTES: usize = 48;

/// For each so many bytes, a frame has one more.
const STUFFED_BYTES: usize = 254;

/// The longest wait for credit before events are sent again, milliseconds. On a slow line what is on its way takes
/// seconds; sending it again every time would only make the line longer.
const LONGEST_REPEAT_MS: u64 = 8 * REPEAT_MS;

/// The stream of events.
#[derive(Debug)]
pub(crate) struct Stream {
    outbox: Outbox<Vec<u8>>,
    /// When events were last sent or acknowledged, milliseconds.
    last_ms: u64,
    /// Since when some have been waiting, milliseconds.
    since_ms: u64,
    /// How long credit is waited for, milliseconds.
    repeat_ms: u64,
}

impl Stream {
    pub(crate) fn new() -> Self {
        Self { outbox: Outbox::new(vec![0; OUTBOX_BYTES], 0), last_ms: 0, since_ms: 0, repeat_ms: REPEAT_MS }
    }

    /// Empties it for a new session, whose host takes `window` events before it acknowledges the first.
    pub(crate) fn restart(&mut self, window: u16) {
        self.outbox.restart(window);
        self.repeat_ms = REPEAT_MS;
    }

    /// Whether there is room for `bytes` of text or trace, in as many events as they need.
    pub(crate) fn has_room(&self, bytes: usize) -> bool {
        let events = bytes / TRACE_BYTES + 1;
        self.outbox.room() >= bytes + bytes / STUFFED_BYTES + events * EVENT_BYTES
    }

    /// Since when events have been waiting for credit, milliseconds; `None` when none do.
    pub(crate) fn waits_since_ms(&self) -> Option<u64> {
        (!self.outbox.is_empty()).then_some(self.since_ms)
    }

    /// Takes an event.
    ///
    /// # Errors
    /// Nothing was taken.
    pub(crate) fn push(&mut self, app: u8, event: Event<'_>, out: &Outgoing) -> Result<(), PushError> {
        if self.outbox.is_empty() {
            // Nobody has waited for credit until now.
            self.last_ms = out.now_ms();
            self.since_ms = self.last_ms;
        }
        self.outbox.push(app, event, out.limit)
    }

    /// What is kept. Uses what replies are encoded in, which is as long as the longest event.
    pub(crate) fn kept(&self, out: &mut Outgoing) -> Dropped {
        self.outbox.kept(&mut out.reply)
    }

    /// Takes the host's credit.
    pub(crate) fn credit(&mut self, number: u16, credit: Credit, out: &mut Outgoing) {
        if !self.outbox.credit(number, credit) {
            return;
        }
        // The line gets the benefit of the doubt, step by step.
        self.repeat_ms = (self.repeat_ms / 2).max(REPEAT_MS);
        self.last_ms = out.now_ms();
        self.send(out);
    }

    /// Sends what the host has given credit for, and again what it has not acknowledged for long.
    pub(crate) fn send(&mut self, out: &mut Outgoing) {
        if self.outbox.is_empty() {
            return;
        }
        if out.now_ms().saturating_sub(self.last_ms) >= self.repeat_ms {
            self.outbox.send_again();
            self.repeat_ms = (self.repeat_ms * 2).min(LONGEST_REPEAT_MS);
        }
        let mut sent = false;
        while let Some(frame) = self.outbox.next_frame() {
            out.board.write(frame);
            // All of them take seconds on the slowest lines.
            out.board.feed();
            sent = true;
        }
        if sent {
            // A slow line has taken its time.
            self.last_ms = out.now_ms();
        }
    }
}
