//! Messages over a board's bytes: what comes in, and what goes out.

use alloc::{boxed::Box, vec, vec::Vec};

use device_link::{
    Asking, Counts, EncodeError, Message, Receiver, Reply, SMALLEST_LIMIT, ToHost, encode, frame_bytes,
    receive_bytes,
};

use crate::Board;

/// The longest payload that the agent takes and sends, bytes: what bench mode needs for the transfers of the largest
/// profile that is made for chips.
pub(crate) const MAX_PAYLOAD: usize = device_link::bench_payload(1024);

/// Bytes that are taken from the board at a time.
const INPUT_BYTES: usize = 256;

/// What comes in.
pub(crate) struct Incoming {
    receiver: Receiver<Vec<u8>>,
    input: [u8; INPUT_BYTES],
    from: usize,
    to: usize,
}

impl Incoming {
    pub(crate) fn new() -> Self {
        let receiver = Receiver::new(vec![0; receive_bytes(MAX_PAYLOAD)]);
        Self { receiver, input: [0; INPUT_BYTES], from: 0, to: 0 }
    }

    /// Takes from the board what has arrived, if everything before has been looked at, and of that at most the bytes that
    /// are `left`. Whether there is something to look at.
    pub(crate) fn fill(&mut self, board: &mut dyn Board, left: &mut usize) -> bool {
        if self.from == self.to && *left > 0 {
            let most = INPUT_BYTES.min(*left);
            (self.from, self.to) = (0, board.read(&mut self.input[..most]));
            *left -= self.to;
        }
        self.from < self.to
    }

    /// The next whole payload of what was taken.
    pub(crate) fn next_payload(&mut self) -> Option<&[u8]> {
        let mut input = &self.input[self.from..self.to];
        let payload = self.receiver.next_payload(&mut input);
        self.from = self.to - input.len();
        payload
    }

    pub(crate) fn counts(&self) -> Counts {
        self.receiver.counts()
    }
}

/// What goes out.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) board: Box<dyn Board>,
    /// The longest payload that the host takes.
    pub(crate) limit: usize,
    /// Replies are encoded here.
    pub(crate) reply: Vec<u8>,
    /// The last call stays here until it is answered.
    call: Vec<u8>,
    call_bytes: usize,
}

impl Outgoing {
    pub(crate) fn new(board: Box<dyn Board>) -> Self {
        let frame = || vec![0; frame_bytes(MAX_PAYLOAD)];
        Self { board, limit: SMALLEST_LIMIT, reply: frame(), call: frame(), call_bytes: 0 }
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.board.now_ns() / 1_000_000
    }

    /// Sends a message that needs no answer.
    pub(crate) fn send(&mut self, message: &Message<ToHost<'_>>) -> Result<(), EncodeError> {
        let bytes = encode(message, self.limit.min(MAX_PAYLOAD), &mut self.reply)?;
        self.board.write(&self.reply[..bytes]);
        Ok(())
    }

    /// Sends a reply. All that are sent fit into the smallest payload.
    pub(crate) fn reply(&mut self, app: u8, number: u16, reply: Reply<'_>) {
        let _ = self.send(&Message { app, number, body: ToHost::Reply(reply) });
    }

    /// Sends a call, and keeps it to be sent again.
    pub(crate) fn ask(&mut self, message: &Message<ToHost<'_>>) -> Result<Asking, EncodeError> {
        self.call_bytes = encode(message, self.limit.min(MAX_PAYLOAD), &mut self.call)?;
        self.ask_again();
        Ok(Asking::new(message.number, self.now_ms()))
    }

    pub(crate) fn ask_again(&mut self) {
        self.board.write(&self.call[..self.call_bytes]);
    }
}
