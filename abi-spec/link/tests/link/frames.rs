//! A bad line: garbage, cuts, flipped bits, repeated frames.

use device_link::{DecodeError, Message, Receiver, ToDevice, ToHost, decode, receive_bytes};
use proptest::{collection::vec, prelude::*};

use crate::{
    samples,
    support::{frame, payload, payloads, receiver},
};

/// Whether a device or a host would act on it.
fn is_message(payload: &[u8]) -> bool {
    decode::<ToDevice<'_>>(payload).is_ok() || decode::<ToHost<'_>>(payload).is_ok()
}

#[test]
fn a_flipped_bit_is_never_taken_for_a_message() {
    for (name, frame) in samples::frames() {
        for bit in 0..frame.len() * 8 {
            let mut bent = frame.clone();
            bent[bit / 8] ^= 1 << (bit % 8);
            let mut receiver = receiver();
            let found = payloads(&mut receiver, &[&bent[..], &[0]].concat());
            // Of the borders, the frame itself may survive.
            let border = bit / 8 == 0 || bit / 8 == frame.len() - 1;
            let whole = payload(frame);
            assert!(found.is_empty() || (border && found == [whole]), "{name}: bit {bit}: {found:02x?}");
        }
    }
}

#[test]
fn two_flipped_bits_are_never_taken_for_a_message() {
    let [(name, frame), _] = samples::extremes();
    for first in 8..(frame.len() - 1) * 8 {
        for second in 8..first {
            let mut bent = frame.clone();
            bent[first / 8] ^= 1 << (first % 8);
            bent[second / 8] ^= 1 << (second % 8);
            let found = payloads(&mut receiver(), &bent);
            assert!(found.is_empty(), "{name}: bits {second} and {first}: {found:02x?}");
        }
    }
}

#[test]
fn a_cut_frame_is_dropped_and_the_next_one_found() {
    for (name, frame) in samples::frames() {
        let whole = payload(frame);
        for cut in 0..frame.len() {
            let mut receiver = receiver();
            let found = payloads(&mut receiver, &[&frame[..cut], &frame[..]].concat());
            // Without its closing border alone, the next frame's border closes it.
            let expected = if cut == frame.len() - 1 { 2 } else { 1 };
            assert_eq!(found, vec![whole.clone(); expected], "{name}: cut at {cut}");
            let damaged = u32::from((2..frame.len() - 1).contains(&cut));
            assert_eq!(receiver.counts().damaged, damaged, "{name}: cut at {cut}");
        }
    }
}

#[test]
fn a_frame_with_its_front_missing_is_dropped_and_the_next_one_found() {
    for (name, frame) in samples::frames() {
        let whole = payload(frame);
        for cut in 2..frame.len() {
            let found = payloads(&mut receiver(), &[&frame[cut..], &frame[..]].concat());
            assert_eq!(found, std::slice::from_ref(&whole), "{name}: from {cut}");
        }
    }
}

#[test]
fn a_repeated_frame_is_handed_out_twice_with_one_number() {
    for (_, frame) in samples::frames() {
        let found = payloads(&mut receiver(), &[&frame[..], &frame[..]].concat());
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], found[1]);
    }
}

#[test]
fn an_overlong_frame_is_dropped_and_counted_and_the_next_one_found() {
    for (name, frame) in samples::frames() {
        let whole = payload(frame);
        for room in 0..whole.len() {
            let mut receiver = Receiver::new(vec![0; receive_bytes(room)]);
            let short = [&[0, 2, 7, 0][..], frame, frame, frame].concat();
            assert!(payloads(&mut receiver, &short).is_empty(), "{name}: room for {room}");
            assert_eq!(receiver.counts().too_long, 3, "{name}: room for {room}");
            assert_eq!(receiver.counts().damaged, 1, "{name}: room for {room}");
        }
    }
    let [(_, small), (_, large)] = samples::extremes();
    let mut receiver = Receiver::new(vec![0; receive_bytes(payload(small).len())]);
    let found = payloads(&mut receiver, &[&large[..], small].concat());
    assert_eq!(found, [payload(small)]);
}

#[test]
fn a_receiver_without_room_takes_nothing() {
    for (_, frame) in samples::frames() {
        assert!(payloads(&mut Receiver::new(Vec::new()), frame).is_empty());
    }
}

#[test]
fn a_frame_of_nothing_is_no_frame() {
    let mut receiver = receiver();
    assert!(payloads(&mut receiver, &[0; 100]).is_empty());
    assert_eq!(receiver.counts(), device_link::Counts::default());
    // The checksum of no bytes is right, and the payload empty.
    let empty = [0, 1, 1, 1, 1, 1, 0];
    assert_eq!(payloads(&mut receiver, &empty), [Vec::<u8>::new()]);
    assert_eq!(decode::<ToDevice<'_>>(&[]), Err(DecodeError::Foreign));
}

#[test]
fn another_version_is_recognised_whatever_follows() {
    for hello in samples::frames().iter().filter(|(name, _)| name.contains("hello")) {
        let mut payload = payload(&hello.1);
        payload[8..10].copy_from_slice(&7u16.to_le_bytes());
        for length in 10..payload.len() {
            let read = (decode::<ToDevice<'_>>(&payload[..length]), decode::<ToHost<'_>>(&payload[..length]));
            let version = DecodeError::Version { theirs: 7 };
            assert!(read.0 == Err(version) || read.1 == Err(version), "{}: {length}", hello.0);
        }
        payload[4] ^= 1;
        assert_eq!(decode::<ToDevice<'_>>(&payload), Err(DecodeError::Foreign));
        assert_eq!(decode::<ToHost<'_>>(&payload), Err(DecodeError::Foreign));
    }
}

/// Bytes that look like frames: many borders and small block lengths.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0u8), 1u8..8, any::<u8>()], 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn noise_is_never_a_message_and_never_costs_the_next_frame(noise in noise(), which in any::<prop::sample::Index>()) {
        let frames = samples::frames();
        let frame = &which.get(frames).1;
        let mut receiver = receiver();
        let found = payloads(&mut receiver, &[&noise[..], frame, frame].concat());
        prop_assert!(found.ends_with(&[payload(frame), payload(frame)]));
        for early in &found[..found.len() - 2] {
            prop_assert!(!is_message(early), "{early:02x?}");
        }
    }

    #[test]
    fn noise_inside_a_frame_costs_only_that_frame(
        noise in vec(any::<u8>(), 1..40),
        which in any::<prop::sample::Index>(),
        place in any::<prop::sample::Index>(),
    ) {
        let frames = samples::frames();
        let frame = &which.get(frames).1;
        let at = 1 + place.index(frame.len() - 2);
        let mut bent = frame.clone();
        bent.splice(at..at, noise);
        let whole = payload(frame);
        let found = payloads(&mut receiver(), &[&bent[..], frame].concat());
        prop_assert_eq!(found.last(), Some(&whole));
        for early in &found[..found.len() - 1] {
            // Noise at the very start that ends with a border, or at the very end that begins with one, leaves the frame whole.
            prop_assert!(*early == whole || !is_message(early), "{early:02x?}");
        }
    }

    /// Whatever the bytes are cut into, the same payloads come out.
    #[test]
    fn pieces_do_not_matter(noise in noise(), cuts in vec(0usize..40, 0..40)) {
        let frames = samples::frames();
        let stream = [&noise[..], &frames[0].1, &noise, &frames[1].1].concat();
        let at_once = payloads(&mut receiver(), &stream);
        let mut receiver = receiver();
        let mut found = Vec::new();
        let mut rest = &stream[..];
        for cut in cuts.into_iter().chain([usize::MAX]) {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            found.extend(payloads(&mut receiver, piece));
            rest = after;
        }
        prop_assert_eq!(&found, &at_once);
        let mut receiver = crate::support::receiver();
        let one_by_one: Vec<_> = stream.iter().filter_map(|byte| receiver.push(*byte).map(<[u8]>::to_vec)).collect();
        prop_assert_eq!(one_by_one, at_once);
    }

    /// Any payload, in a right frame: decoding ends, and what it gives encodes again.
    #[test]
    fn any_payload_can_be_looked_at(kind in 0u8..8, side in any::<bool>(), rest in vec(any::<u8>(), 0..300)) {
        let payload = [&[kind | u8::from(side) << 7, 0, 1, 0][..], &rest].concat();
        if let Ok(message) = decode::<ToDevice<'_>>(&payload) {
            let again = crate::support::payload(&frame(&message));
            prop_assert_eq!(decode(&again), Ok(message));
        }
        if let Ok(message) = decode::<ToHost<'_>>(&payload) {
            let text = format!("{message:?}");
            prop_assert!(!text.is_empty());
            let again = crate::support::payload(&frame(&message));
            prop_assert_eq!(decode(&again), Ok(message));
        }
    }

    /// An independent decoder reads our frames, and we read an independent encoder's.
    #[test]
    fn the_stuffing_is_that_of_everybody(content in vec(prop_oneof![Just(0u8), any::<u8>()], 0..1200)) {
        let crc = crc32_bit_by_bit(&content).to_le_bytes();
        let theirs = [&[0][..], &cobs::encode_vec(&[&content[..], &crc].concat()), &[0]].concat();
        prop_assert_eq!(payload(&theirs), content.clone());
        let message = Message { app: 0, number: 0, body: ToDevice::Data(device_link::Data { offset: 0, bytes: &content }) };
        let ours = frame(&message);
        let inside = cobs::decode_vec(&ours[1..ours.len() - 1]).expect("valid COBS");
        let (payload, crc) = inside.split_at(inside.len() - 4);
        prop_assert_eq!(crc32_bit_by_bit(payload).to_le_bytes(), crc);
        prop_assert!(payload.ends_with(&content));
    }
}

/// CRC-32/ISO-HDLC as its definition says it: reflected polynomial edb88320, all ones at first and inverted at last.
fn crc32_bit_by_bit(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}
