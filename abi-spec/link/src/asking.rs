//! Waiting for a reply: when to ask again, and when to give up.

/// A question is repeated when this long no reply has come, milliseconds: several times what the longest payload of
/// [`SMALLEST_LIMIT`](crate::SMALLEST_LIMIT) takes there and back at 115,200 baud (90 ms each).
pub const REPEAT_MS: u64 = 500;

/// Whoever does not reply for this long is gone, milliseconds.
pub const GIVE_UP_MS: u64 = 5_000;

/// A question that waits for its reply. Time comes in, in milliseconds of any clock that only goes forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asking {
    number: u16,
    since_ms: u64,
    repeat_ms: u64,
}

/// What to do while no reply has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Wait, at most until this time, milliseconds.
    WaitUntil(u64),
    /// Send the question again, with its number.
    Repeat,
    /// The other side is gone.
    GiveUp,
}

impl Asking {
    /// Question `number` was sent at `now_ms`.
    #[must_use]
    pub fn new(number: u16, now_ms: u64) -> Self {
        Self { number, since_ms: now_ms, repeat_ms: now_ms.saturating_add(REPEAT_MS) }
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> u16 {
        self.number
    }

    /// What to do at `now_ms`.
    pub fn next(&mut self, now_ms: u64) -> Next {
        if now_ms.saturating_sub(self.since_ms) >= GIVE_UP_MS {
            return Next::GiveUp;
        }
        if now_ms < self.repeat_ms {
            return Next::WaitUntil(self.repeat_ms);
        }
        self.repeat_ms = now_ms.saturating_add(REPEAT_MS);
        Next::Repeat
    }
}
