//! Every message comes back as it went, whatever is in it.

use arbitrary::Unstructured;
use device_link::{
    EncodeError, Message, SMALLEST_LIMIT, Start, ToDevice, ToHost, decode, encode, frame_bytes,
};
use proptest::{collection::vec, prelude::*};

use crate::{
    draw,
    support::{LIMIT, frame, payload},
};

/// Enough for any message of `draw`.
fn seed() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..3000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn to_device(seed in seed()) {
        let message = draw::to_device(&mut Unstructured::new(&seed)).expect("ends with its bytes");
        let payload = payload(&frame(&message));
        prop_assert_eq!(decode::<ToDevice<'_>>(&payload), Ok(message));
        prop_assert!(decode::<ToHost<'_>>(&payload).is_err(), "an echo must not be taken for an answer");
    }

    #[test]
    fn to_host(seed in seed()) {
        let message = draw::to_host(&mut Unstructured::new(&seed)).expect("ends with its bytes");
        let payload = payload(&frame(&message));
        prop_assert_eq!(decode::<ToHost<'_>>(&payload), Ok(message));
        prop_assert!(decode::<ToDevice<'_>>(&payload).is_err(), "an echo must not be taken for a request");
    }

    /// A start that a device keeps is the one that came.
    #[test]
    fn kept_start(seed in seed()) {
        let start = draw::start(&mut Unstructured::new(&seed)).expect("ends with its bytes");
        let mut kept = vec![0xaa; 8192];
        let length = start.write_to(&mut kept).expect("it fits");
        prop_assert_eq!(Start::read(&kept[..length]), Some(start));
        prop_assert_eq!(Start::read(&kept[..length - 1]), None);
        prop_assert_eq!(Start::read(&kept[..=length]), None);
        prop_assert_eq!(start.write_to(&mut kept[..length - 1]), None);
    }

    /// What was decoded can be sent on: lists are then made of bytes instead of values.
    #[test]
    fn decoded_messages_encode_to_the_same_frame(seed in seed()) {
        let message = draw::to_host(&mut Unstructured::new(&seed)).expect("ends with its bytes");
        let first = frame(&message);
        let payload = payload(&first);
        let again: Message<ToHost<'_>> = decode(&payload).expect("it was just encoded");
        prop_assert_eq!(frame(&again), first);
    }

    #[test]
    fn outcomes_come_back_equal(seed in seed()) {
        let end = draw::end_of_run(&mut Unstructured::new(&seed)).expect("ends with its bytes");
        let outcome = end.to_outcome();
        prop_assert_eq!(device_link::EndOfRun::from(&outcome), end);
        prop_assert_eq!(end.to_outcome().to_string(), outcome.to_string());
    }

    /// A frame that does not fit is refused, at every length that is too small, and none is written beyond its end.
    #[test]
    fn short_buffers_and_limits_are_refused(seed in vec(any::<u8>(), 0..200)) {
        let message = draw::to_device(&mut Unstructured::new(&seed)).expect("ends with its bytes");
        let whole = frame(&message);
        let payload = payload(&whole).len();
        let mut out = vec![0; whole.len()];
        for room in 0..whole.len() {
            prop_assert_eq!(encode(&message, LIMIT, &mut out[..room]), Err(EncodeError::NoRoom));
        }
        for limit in 0..payload {
            prop_assert_eq!(encode(&message, limit, &mut out), Err(EncodeError::TooLong));
        }
        prop_assert_eq!(encode(&message, payload, &mut out), Ok(whole.len()));
        prop_assert!(whole.len() <= frame_bytes(payload));
    }
}

/// The bound on a frame's length is met by content without zeros, and only just.
#[test]
fn frames_are_as_long_as_said() {
    for length in (0..600).chain([SMALLEST_LIMIT]) {
        let bytes = vec![0x55; length];
        let message = Message {
            app: 1,
            number: 0x0101,
            body: ToDevice::Data(device_link::Data { offset: 0x55, bytes: &bytes }),
        };
        let whole = frame(&message);
        let payload = payload(&whole).len();
        assert!(frame_bytes(payload) - whole.len() <= 1, "{payload}: {}", whole.len());
    }
}
