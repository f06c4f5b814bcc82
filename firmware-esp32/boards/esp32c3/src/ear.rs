//! Listens on a line that no host is known at, for a host's hello.

use device_link::{DecodeError, Message, Receiver, ToDevice, decode, receive_bytes};
use heapless::Vec;

/// The longest frame that can be a hello, bytes: 4 of header, 6 of magic and version, three numbers of at most 5, the
/// checksum, COBS's own byte; and room for a later version's numbers.
const FRAME_BYTES: usize = 64;

/// A frame with its borders.
pub(crate) type Frame = Vec<u8, { FRAME_BYTES + 2 }>;

/// Listens for a hello.
#[derive(Debug, Default)]
pub(crate) struct Ear {
    /// What came since the last border, without borders.
    heard: Vec<u8, FRAME_BYTES>,
    /// More came than fits.
    too_long: bool,
}

impl Ear {
    pub(crate) const fn new() -> Self {
        Self { heard: Vec::new(), too_long: false }
    }

    /// Takes a byte. Returns the frame that it ended, if that was a hello: of any version, because also a host of
    /// another one has to be told which this is.
    pub(crate) fn take(&mut self, byte: u8) -> Option<Frame> {
        if byte != 0 {
            self.too_long |= self.heard.push(byte).is_err();
            return None;
        }
        let is_hello = !core::mem::take(&mut self.too_long) && is_hello(&self.heard);
        let frame = is_hello.then(|| [0].iter().chain(&self.heard).chain(&[0]).copied().collect());
        self.heard.clear();
        frame
    }
}

/// Whether this is what lies between the borders of a hello.
fn is_hello(inside: &[u8]) -> bool {
    let mut receiver = Receiver::new([0; receive_bytes(FRAME_BYTES)]);
    for byte in inside {
        receiver.push(*byte);
    }
    receiver.push(0).is_some_and(|payload| {
        matches!(
            decode::<ToDevice<'_>>(payload),
            Ok(Message { body: ToDevice::Hello(_), .. }) | Err(DecodeError::Version { .. })
        )
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use device_link::{HostHello, Request, SMALLEST_LIMIT, encode, frame_bytes};

    use super::*;

    /// A frame as a host sends it.
    pub(crate) fn frame(number: u16, body: ToDevice<'_>) -> std::vec::Vec<u8> {
        let mut frame = vec![0; frame_bytes(SMALLEST_LIMIT)];
        let len = encode(&Message { app: 0, number, body }, SMALLEST_LIMIT, &mut frame).unwrap();
        frame.truncate(len);
        frame
    }

    /// The longest hello of this version.
    pub(crate) fn hello(number: u16) -> std::vec::Vec<u8> {
        let hello = HostHello { abi_version: u32::MAX, max_payload: u32::MAX, window: u16::MAX };
        frame(number, ToDevice::Hello(hello))
    }

    fn heard(bytes: &[u8]) -> Option<Frame> {
        let mut ear = Ear::new();
        bytes.iter().find_map(|byte| ear.take(*byte))
    }

    #[test]
    fn what_is_no_hello_is_passed_over() {
        assert_eq!(heard(&[0; 10]), None);
        assert_eq!(heard(b"\0ESP-ROM:esp32c3-api1-20210207\r\n\0"), None);
        assert_eq!(heard(&frame(1, ToDevice::Request(Request::Info))), None);
        assert_eq!(heard(&[[1; 5000].as_slice(), &[0]].concat()), None);
    }

    #[test]
    fn a_damaged_hello_is_none() {
        let hello = hello(1);
        for place in 0..hello.len() {
            for bit in 0..8 {
                let mut damaged = hello.clone();
                damaged[place] ^= 1 << bit;
                let is_border = place == 0 || place == hello.len() - 1;
                assert!(is_border || heard(&damaged).is_none(), "bit {bit} of byte {place}");
            }
        }
    }

    #[test]
    fn a_hello_is_heard_whatever_came_before() {
        let expected = hello(9);
        for before in [&[][..], b"noise", &[0, 0], &[7; 3000], &frame(1, ToDevice::Request(Request::Info))] {
            let frame = heard(&[before, &expected].concat()).expect("a hello");
            assert_eq!(frame.as_slice(), expected);
        }
    }

    #[test]
    fn a_hello_of_another_version_is_heard() {
        let hello = hello(1);
        let mut receiver = Receiver::new([0; FRAME_BYTES]);
        let mut payload = hello.iter().find_map(|byte| receiver.push(*byte).map(<[u8]>::to_vec)).unwrap();
        // Header and magic come before the version (LINK.md).
        payload[8] = 0x7f;
        payload.extend(device_link::crc32(&payload).to_le_bytes());
        let mut inside = cobs(&payload);
        inside.push(0);
        assert!(heard(&inside).is_some());
    }

    /// Consistent overhead byte stuffing, for less than 254 bytes.
    fn cobs(content: &[u8]) -> std::vec::Vec<u8> {
        let blocks = content.split(|byte| *byte == 0);
        blocks.flat_map(|block| std::iter::once(block.len() as u8 + 1).chain(block.iter().copied())).collect()
    }
}
