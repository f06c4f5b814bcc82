//! Frames that are whole but lie: about lengths, cases and numbers.

use device_abi::RefusalWord;
use device_link::{
    Answered, AppEntry, AppState, Counts, DecodeError, Dropped, EndOfRun, Items, LastEnd, List, LogLine,
    Message, Mode, Operation, PinUse, Pins, Reply, Request, RunStatus, ToDevice, ToHost, What, bench_payload,
    decode,
};

use crate::{
    samples,
    support::{frame, payload},
};

/// A request's payload with this body.
fn request(body: &[u8]) -> Vec<u8> {
    [&[2, 0, 1, 0][..], body].concat()
}

fn is_malformed(payload: &[u8]) -> bool {
    matches!(decode::<ToDevice<'_>>(payload), Err(DecodeError::Malformed(_)))
        || matches!(decode::<ToHost<'_>>(payload), Err(DecodeError::Malformed(_)))
}

#[test]
fn a_body_that_is_cut_or_goes_on_is_malformed() {
    for (name, frame) in samples::frames() {
        let whole = payload(frame);
        let first = if name.contains("hello") { 10 } else { 4 };
        for length in first..whole.len() {
            assert!(is_malformed(&whole[..length]), "{name}: {length} of {} bytes", whole.len());
        }
        assert!(is_malformed(&[&whole[..], &[0]].concat()), "{name}: one byte more");
    }
}

#[test]
fn a_length_beyond_the_frame_is_malformed() {
    for claim in [&[2u8][..], &[0xff, 0x7f], &[0xff, 0xff, 0xff, 0xff, 0x0f], &[0xff; 10], &[0xff; 20]] {
        // Data of that length, of which one byte is there.
        let data = [&[3, 0, 1, 0, 0][..], claim, &[7]].concat();
        assert!(is_malformed(&data), "{claim:02x?}");
        // An answer with data.
        assert!(is_malformed(&[&[4, 0, 1, 0, 2][..], claim, &[7]].concat()), "{claim:02x?}");
        // A start in bench mode with a profile's name of that length.
        assert!(is_malformed(&[&[2, 0, 1, 0, 4, 0][..], claim, b"e"].concat()), "{claim:02x?}");
        // A list of apps.
        assert!(is_malformed(&[&[0x82, 0, 1, 0, 4][..], claim, &[7]].concat()), "{claim:02x?}");
        // Operations.
        let call = [&[0x84, 0, 1, 0, 0, 4, 0, 0x76, 0][..], claim, &[0]].concat();
        assert!(is_malformed(&call), "{claim:02x?}");
    }
}

#[test]
fn a_length_inside_a_list_does_not_reach_beyond_the_list() {
    // One operation of 3 bytes: a write that claims 2 bytes, and then the one that would be the second.
    let call = |length, data: &[u8]| [&[0x84, 0, 1, 0, 0, 4, 0, 0x76, 0, length][..], data].concat();
    let good = call(3, &[1, 1, 9]);
    assert!(decode::<ToHost<'_>>(&good).is_ok());
    assert!(is_malformed(&call(3, &[1, 2, 9])));
    assert!(is_malformed(&call(2, &[1, 1, 9])));
    // A first one that is right does not make up for the second.
    assert!(decode::<ToHost<'_>>(&call(5, &[1, 1, 9, 0, 7])).is_ok());
    assert!(is_malformed(&call(5, &[1, 1, 9, 2, 7])));
    assert!(is_malformed(&call(5, &[1, 1, 9, 1, 7])));
}

#[test]
fn unknown_cases_are_malformed() {
    assert!(decode::<ToDevice<'_>>(&request(&[0])).is_ok());
    for case in 12..128u8 {
        assert!(is_malformed(&request(&[case])), "request {case}");
        assert!(is_malformed(&request(&[case, 0])), "request {case}");
    }
    // A level of 2, a mode of 5, an option that is neither 0 nor 1, a bool of 2.
    assert!(is_malformed(&[0x84, 0, 1, 0, 0, 2, 0, 2]));
    assert!(is_malformed(&[0x84, 0, 1, 0, 0, 0, 0, 5, 0]));
    assert!(is_malformed(&[4, 0, 1, 0, 0, 0, 2, 0, 0]));
    assert!(is_malformed(&[4, 0, 1, 0, 0, 0, 0, 2, 0]));
    // A function that does not exist.
    assert!(is_malformed(&[0x85, 0, 0, 0, 2, 0, 0xff, 0x7f, 0]));
    // Text that is not UTF-8.
    assert!(is_malformed(&[0x85, 0, 0, 0, 4, 1, 0xff]));
}

#[test]
fn an_error_code_of_a_later_version_is_other() {
    let payload = [4, 0, 1, 0, 3, 200, 0, 0, 0, 0, 0];
    let Ok(Message { body: ToDevice::Answer(answer), .. }) = decode(&payload) else {
        panic!("it is an answer");
    };
    assert_eq!(
        answer.result,
        Answered::Failed { code: device_abi::types::ErrorCode::Other, acknowledged: 0 }
    );
}

#[test]
fn unknown_kinds_are_foreign() {
    for kind in 0..=255u8 {
        let payload = [kind, 0, 1, 0, 0, 0, 0, 0];
        let known = device_link::Kind::ALL.iter().any(|known| *known as u8 == kind);
        let foreign = (decode::<ToDevice<'_>>(&payload), decode::<ToHost<'_>>(&payload));
        if !known {
            assert_eq!(foreign, (Err(DecodeError::Foreign), Err(DecodeError::Foreign)), "{kind}");
        }
    }
    for length in 0..4 {
        assert_eq!(decode::<ToDevice<'_>>(&[2, 0, 1, 0][..length]), Err(DecodeError::Foreign));
    }
}

#[test]
fn pins_beyond_the_list_are_absent() {
    let pins = Pins::new(&[1, 3]).expect("both are uses");
    assert_eq!(
        [0, 1, 2, u32::MAX].map(|pin| pins.of(pin)),
        [PinUse::Free, PinUse::Reserved, PinUse::Absent, PinUse::Absent]
    );
    assert_eq!(Pins::new(&[4]), None);
}

#[test]
fn an_empty_list_has_nothing() {
    let empty = List::<Operation<'_>>::default();
    assert_eq!(empty.iter().count(), 0);
    let mut items: Items<'_, Operation<'_>> = empty.into_iter();
    assert_eq!(items.next(), None);
}

/// The largest transactions, as call, answer and record, fit into what bench mode asks for.
#[test]
fn bench_mode_asks_for_enough() {
    for bytes in [1024u32, 65_536] {
        let limit = bench_payload(bytes);
        let operations = device_abi::Profile::MAX_OPERATIONS as usize;
        // As many operations as there may be, all but the last of a length that takes three bytes to write.
        let each = vec![7; bytes as usize / operations];
        let many = vec![Operation::Write(&each); operations];
        let call = |operations| What::I2cTransaction {
            bus: u32::MAX,
            address: 0x7f,
            frequency_hz: u32::MAX,
            operations,
        };
        let reads = vec![Operation::Read(u32::MAX); operations];
        let data = vec![7; bytes as usize];
        let one = [Operation::Write(&data)];
        // Record: header, handle, address, count, per operation case and length and (read) length, data, value.
        let record = vec![7; 16 + 4 + 2 + 4 + operations * 9 + bytes as usize + 8];
        let whats = [
            call(many[..].into()),
            call(reads[..].into()),
            call(one[..].into()),
            What::SeenCall { record: &record },
        ]
        .map(|what| device_link::Call { at_ns: u64::MAX, what });
        let mut out = vec![0; device_link::frame_bytes(limit)];
        for what in whats {
            let message = Message { app: u8::MAX, number: u16::MAX, body: ToHost::Call(what) };
            device_link::encode(&message, limit, &mut out).unwrap_or_else(|error| panic!("{error}"));
        }
        let answer = device_link::Answer {
            result: Answered::Data(&data),
            extra_ns: u64::MAX,
            outlook: device_link::Outlook { next_ns: Some(u64::MAX), listens: true, end: true },
        };
        let message = Message { app: u8::MAX, number: u16::MAX, body: ToDevice::Answer(answer) };
        device_link::encode(&message, limit, &mut out).expect("it fits");
    }
}

#[test]
fn what_is_not_bulk_fits_into_the_smallest_limit() {
    let text = "x".repeat(device_abi::trace::TEXT_BYTES);
    let line = LogLine {
        time_ns: u64::MAX,
        app: 1,
        level: device_abi::log::Level::Info,
        text: &text,
        cut: u32::MAX,
    };
    let mut out = vec![0; device_link::frame_bytes(device_link::SMALLEST_LIMIT)];
    let message = Message { app: 0, number: 0, body: ToHost::Event(device_link::Event::Log(line)) };
    device_link::encode(&message, device_link::SMALLEST_LIMIT, &mut out).expect("it fits");
    for (name, frame) in samples::frames() {
        assert!(payload(frame).len() <= device_link::SMALLEST_LIMIT, "{name}");
    }
    let full = device_link::Info {
        heap: device_link::Heap { total: u32::MAX, free: u32::MAX, least_free: u32::MAX },
        app: None,
        received: Counts { frames: u32::MAX, damaged: u32::MAX, too_long: u32::MAX },
        uptime_ms: u64::MAX,
        last_reset: device_abi::system::ResetReason::Other,
        line_rate: Some(device_link::LineRates { now: u32::MAX, highest: u32::MAX }),
        run: None,
        last_end: None,
    };
    let message = Message { app: 0, number: 0, body: ToHost::Reply(Reply::Info(full)) };
    assert!(frame(&message).len() < 96);
    let app = AppEntry {
        app: u8::MAX,
        length: u32::MAX,
        crc32: u32::MAX,
        profile: "a-name-as-long-as-a-profile-s-may-be",
        state: AppState::Damaged,
        autostart: true,
        failed_starts: u8::MAX,
    };
    let dropped = Dropped { log_lines: u32::MAX, trace_bytes: u64::MAX, errors: u32::MAX };
    let text = "x".repeat(200);
    let refused = EndOfRun::Refused { word: RefusalWord::Invalid, module: &text, name: &text, detail: &text };
    let full = device_link::Info {
        app: Some(app),
        run: Some(RunStatus { mode: Mode::Native, time_ns: u64::MAX, dropped }),
        last_end: Some(LastEnd { outcome: refused, time_ns: u64::MAX }),
        ..full
    };
    let message = Message { app: 0, number: 0, body: ToHost::Reply(Reply::Info(full)) };
    device_link::encode(&message, device_link::SMALLEST_LIMIT, &mut out).expect("it fits");
    assert!(Request::Info.only_asks() && !Request::InstallCommit.only_asks());
}
