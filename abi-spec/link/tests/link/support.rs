//! Short ways of encoding and receiving.

use device_link::{Body, Message, Receiver, encode, frame_bytes};

/// The longest payload in these tests, bytes.
pub(crate) const LIMIT: usize = 2800;

/// The frame of a message.
pub(crate) fn frame<'a, B: Body<'a>>(message: &Message<B>) -> Vec<u8> {
    let mut out = vec![0; frame_bytes(LIMIT)];
    let length = encode(message, LIMIT, &mut out).expect("the message fits");
    out.truncate(length);
    out
}

/// All payloads in a stream of bytes.
pub(crate) fn payloads(receiver: &mut Receiver<Vec<u8>>, mut stream: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    while let Some(payload) = receiver.next_payload(&mut stream) {
        found.push(payload.to_vec());
    }
    found
}

/// A receiver with room for [`LIMIT`].
pub(crate) fn receiver() -> Receiver<Vec<u8>> {
    Receiver::new(vec![0; device_link::receive_bytes(LIMIT)])
}

/// The one payload of a frame.
pub(crate) fn payload(frame: &[u8]) -> Vec<u8> {
    let mut found = payloads(&mut receiver(), frame);
    assert_eq!(found.len(), 1);
    found.remove(0)
}
