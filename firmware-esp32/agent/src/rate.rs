//! The line's bit rate: agreed on with the host, and given up when nothing whole arrives at it.

use device_link::{FIRST_BAUD, LineRates, LinkError};

use crate::Board;

/// How long a whole frame is waited for after a change, milliseconds.
const NEW_MS: u64 = 1_000;

/// How long a whole frame is waited for later on, milliseconds.
const LATER_MS: u64 = 3_000;

/// How long a rate other than the first is good for.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    /// When it is given up, milliseconds; `None` at the first rate.
    until_ms: Option<u64>,
}

impl Rate {
    /// Whether the line can go at `baud`.
    pub(crate) fn check(board: &dyn Board, baud: u32) -> Result<(), LinkError> {
        let LineRates { highest, .. } = board.line_rates().ok_or(LinkError::NotSupported)?;
        if board.has_line_rate(baud) { Ok(()) } else { Err(LinkError::LineRate { highest }) }
    }

    /// The line goes at `baud` from now on.
    pub(crate) fn changed(&mut self, baud: u32, now_ms: u64) {
        self.until_ms = (baud != FIRST_BAUD).then_some(now_ms + NEW_MS);
    }

    /// A whole frame of the host has come.
    pub(crate) fn heard(&mut self, now_ms: u64) {
        if let Some(until_ms) = &mut self.until_ms {
            *until_ms = now_ms + LATER_MS;
        }
    }

    /// Whether to go back to the first rate now.
    pub(crate) fn is_lost(&mut self, now_ms: u64) -> bool {
        self.until_ms.take_if(|until_ms| now_ms >= *until_ms).is_some()
    }
}
