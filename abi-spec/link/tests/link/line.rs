//! A line between two ends that loses, bends and repeats frames, from a seed.

use arbitrary::Unstructured;
use device_link::Receiver;

use crate::support::{payloads, receiver};

/// One direction of a line.
pub(crate) struct Line {
    sent: Vec<u8>,
    receiver: Receiver<Vec<u8>>,
}

impl Line {
    pub(crate) fn new() -> Self {
        Self { sent: Vec::new(), receiver: receiver() }
    }

    /// Sends a frame. What happens to it is drawn from `fate`; when that is used up, the line is good.
    pub(crate) fn send(&mut self, frame: &[u8], fate: &mut Unstructured<'_>) {
        let mut frame = frame.to_vec();
        match fate.arbitrary::<u8>().unwrap_or(0) {
            1..40 => return,
            40..60 => {
                let bit = fate.choose_index(frame.len() * 8).unwrap_or(9);
                frame[bit / 8] ^= 1 << (bit % 8);
            }
            60..80 => frame.truncate(fate.choose_index(frame.len()).unwrap_or(1)),
            80..100 => self.sent.extend_from_slice(&frame),
            100..120 => self.sent.extend_from_slice(fate.bytes(3).unwrap_or(b"?")),
            _ => {}
        }
        self.sent.extend_from_slice(&frame);
    }

    /// The payloads that have come over.
    pub(crate) fn receive(&mut self) -> Vec<Vec<u8>> {
        payloads(&mut self.receiver, &std::mem::take(&mut self.sent))
    }
}
