//! The device's side of the events: kept until the host has them.

use crate::{Credit, Dropped, EncodeError, Event, Message, Receiver, ToHost, encode};

/// Events that wait for the host: encoded, in a buffer of the caller's, until they are acknowledged.
///
/// When it is full, bench mode waits for credit, and native mode drops what comes, and counts it.
#[derive(Debug)]
pub struct Outbox<B> {
    buffer: B,
    /// Where the oldest kept event begins, where the next to send begins, and where the last ends.
    start: usize,
    unsent: usize,
    end: usize,
    /// The numbers of the oldest kept event, of the next to send, of the first that was never sent, and of the next to
    /// come.
    oldest: u16,
    next_sent: u16,
    never_sent: u16,
    next: u16,
    /// The first number that must not be sent yet.
    limit: u16,
}

/// Why an event was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushError {
    /// There is no room until the host has acknowledged more.
    Full,
    /// It is longer than the host takes, or than an empty outbox holds.
    TooLong,
}

/// Bytes of the length in front of each event.
const LENGTH_BYTES: usize = 4;

/// The most events that may be on their way: more could not be told from old ones by their numbers.
const HALF: u16 = 0x7fff;

impl<B: AsRef<[u8]> + AsMut<[u8]>> Outbox<B> {
    /// An empty outbox for a session whose hello gave this `window`.
    pub fn new(buffer: B, window: u16) -> Self {
        let mut outbox = Self {
            buffer,
            start: 0,
            unsent: 0,
            end: 0,
            oldest: 0,
            next_sent: 0,
            never_sent: 0,
            next: 0,
            limit: 0,
        };
        outbox.restart(window);
        outbox
    }

    /// Empties it for a new session.
    pub fn restart(&mut self, window: u16) {
        (self.start, self.unsent, self.end) = (0, 0, 0);
        (self.oldest, self.next_sent, self.never_sent, self.next) = (0, 0, 0, 0);
        self.limit = window.min(HALF);
    }

    /// Whether everything has been acknowledged.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Bytes that are free. An event takes those of its frame ([`frame_bytes`](crate::frame_bytes)), and 4.
    pub fn room(&self) -> usize {
        self.buffer.as_ref().len() - (self.end - self.start)
    }

    /// Takes an event of app `app`; `limit` is the longest payload that the host takes.
    ///
    /// # Errors
    /// Nothing was taken.
    pub fn push(&mut self, app: u8, event: Event<'_>, limit: usize) -> Result<(), PushError> {
        let message = Message { app, number: self.next, body: ToHost::Event(event) };
        if self.next.wrapping_sub(self.oldest) >= HALF {
            return Err(PushError::Full);
        }
        let mut encoded = self.append(&message, limit);
        if encoded == Err(EncodeError::NoRoom) && self.start > 0 {
            self.move_to_front();
            encoded = self.append(&message, limit);
        }
        match encoded {
            Ok(()) => Ok(()),
            Err(EncodeError::NoRoom) if !self.is_empty() => Err(PushError::Full),
            Err(_) => Err(PushError::TooLong),
        }
    }

    /// The next frame to send, if the host's credit allows one. It counts as sent.
    pub fn next_frame(&mut self) -> Option<&[u8]> {
        let allowed = self.limit.wrapping_sub(self.next_sent);
        if self.unsent == self.end || allowed == 0 || allowed > HALF {
            return None;
        }
        let (from, to) = self.frame_at(self.unsent)?;
        self.unsent = to;
        if self.next_sent == self.never_sent {
            self.never_sent = self.never_sent.wrapping_add(1);
        }
        self.next_sent = self.next_sent.wrapping_add(1);
        self.buffer.as_ref().get(from..to)
    }

    /// What is lost if it is emptied now: everything that was not acknowledged. `scratch` has room for the longest event
    /// ([`receive_bytes`](crate::receive_bytes)).
    pub fn kept(&self, scratch: &mut [u8]) -> Dropped {
        let mut receiver = Receiver::new(scratch);
        let mut kept = Dropped::default();
        let mut at = self.start;
        while let Some((from, to)) = self.frame_at(at) {
            at = to;
            let mut frame = self.buffer.as_ref().get(from..to).unwrap_or(&[]);
            let lost = receiver.next_payload(&mut frame).and_then(Event::loss_of);
            kept += lost.unwrap_or_default();
        }
        kept
    }

    /// Takes the host's credit, which came with `number` in its header. Returns whether it counts: one that acknowledges
    /// what was not sent, or less than another did before, is ignored.
    pub fn credit(&mut self, number: u16, credit: Credit) -> bool {
        if number.wrapping_sub(self.oldest) > self.never_sent.wrapping_sub(self.oldest) {
            return false;
        }
        while self.oldest != number {
            let Some((_, to)) = self.frame_at(self.start) else { return false };
            self.start = to;
            self.oldest = self.oldest.wrapping_add(1);
        }
        self.limit = number.wrapping_add(credit.window.min(HALF));
        let passed = self.unsent < self.start;
        if credit.again || passed {
            self.send_again();
        }
        true
    }

    /// Sends again what was not acknowledged. For when no credit comes any more.
    pub fn send_again(&mut self) {
        self.unsent = self.start;
        self.next_sent = self.oldest;
    }

    fn append(&mut self, message: &Message<ToHost<'_>>, limit: usize) -> Result<(), EncodeError> {
        let free = self.buffer.as_mut().get_mut(self.end..).ok_or(EncodeError::NoRoom)?;
        let (length, frame) = free.split_first_chunk_mut::<LENGTH_BYTES>().ok_or(EncodeError::NoRoom)?;
        let bytes = encode(message, limit, frame)?;
        *length = (bytes as u32).to_le_bytes();
        self.end += LENGTH_BYTES + bytes;
        self.next = self.next.wrapping_add(1);
        Ok(())
    }

    /// Start and end of the frame whose length stands at `at`.
    fn frame_at(&self, at: usize) -> Option<(usize, usize)> {
        let length = self.buffer.as_ref().get(at..self.end)?.first_chunk::<LENGTH_BYTES>()?;
        let from = at + LENGTH_BYTES;
        Some((from, from + u32::from_le_bytes(*length) as usize))
    }

    fn move_to_front(&mut self) {
        self.buffer.as_mut().copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.unsent -= self.start;
        self.start = 0;
    }
}
