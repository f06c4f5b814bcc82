//! The last word of a firmware that fails.

use device_link::{EncodeError, Event, Message, SMALLEST_LIMIT, ToHost, encode};

/// Encodes the frame that reports a panic into `out`, and returns its length. For a board's panic handler: it needs
/// nothing of the agent, which may be what failed.
///
/// # Errors
/// `out` is too short for the text.
pub fn panic_frame(text: &str, out: &mut [u8]) -> Result<usize, EncodeError> {
    encode(&Message { app: 0, number: 0, body: ToHost::Event(Event::Panic { text }) }, SMALLEST_LIMIT, out)
}
