//! The host's side of the events: in order, none twice, none missing.

use crate::Credit;

/// Puts events in order, and gives the device credit for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inbox {
    expected: u16,
    window: u16,
    /// The number that the last credit named.
    credited: u16,
    /// Whether the device has been asked to send again from `expected` on.
    asked: bool,
}

/// What a number says of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It is the next one.
    Next,
    /// It has been taken before.
    Repeated,
    /// One before it is missing; this one will come again.
    Gap,
}

impl Inbox {
    /// At the start of a session, with the `window` of the hello.
    #[must_use]
    pub fn new(window: u16) -> Self {
        Self { expected: 0, window, credited: 0, asked: false }
    }

    /// Looks at the number of an event that came in. Only [`Arrival::Next`] is to be taken.
    pub fn look(&mut self, number: u16) -> Arrival {
        match number.wrapping_sub(self.expected) {
            0 => {
                self.expected = self.expected.wrapping_add(1);
                self.asked = false;
                Arrival::Next
            }
            0x8000.. => Arrival::Repeated,
            _ => Arrival::Gap,
        }
    }

    /// The credit to send after an event, with the number of its header; `None` while the device still has enough: the
    /// half of its window.
    pub fn credit(&mut self, arrival: Arrival) -> Option<(u16, Credit)> {
        let again = arrival == Arrival::Gap && !self.asked;
        let used = self.expected.wrapping_sub(self.credited);
        // A repeated event means that the credit for it was lost.
        if !again && arrival != Arrival::Repeated && used < self.window.div_ceil(2) {
            return None;
        }
        self.asked |= again;
        Some(self.now(again))
    }

    /// A credit for what has come so far, and whether to send `again` what has not. For when a run has ended, so that the
    /// device need not keep its last events.
    pub fn now(&mut self, again: bool) -> (u16, Credit) {
        self.credited = self.expected;
        (self.expected, Credit { window: self.window, again })
    }
}
