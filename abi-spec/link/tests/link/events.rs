//! Events: in order, each once, none lost but where it is counted; bounded memory.

use std::collections::VecDeque;

use arbitrary::Unstructured;
use device_link::*;
use proptest::{collection::vec, prelude::*};

use crate::{
    line::Line,
    support::{LIMIT, frame, payload},
};

fn trace(bytes: &[u8]) -> Event<'_> {
    Event::Trace(bytes)
}

/// The number of a frame and the bytes of its trace event.
fn read(frame: &[u8]) -> (u16, Vec<u8>) {
    match decode(&payload(frame)) {
        Ok(Message { number, body: ToHost::Event(Event::Trace(bytes)), .. }) => (number, bytes.to_vec()),
        other => panic!("{other:?}"),
    }
}

fn credit(window: u16) -> Credit {
    Credit { window, again: false }
}

#[test]
fn a_full_outbox_takes_nothing_until_there_is_credit() {
    let mut outbox = Outbox::new([0; 120], 10);
    let bytes = [7; 30];
    assert_eq!(outbox.push(0, trace(&bytes), LIMIT), Ok(()));
    assert_eq!(outbox.push(0, trace(&bytes), LIMIT), Ok(()));
    assert_eq!(outbox.push(0, trace(&bytes), LIMIT), Err(PushError::Full));
    assert_eq!(outbox.push(0, trace(&[1]), LIMIT), Ok(()), "a short one still fits");
    while outbox.next_frame().is_some() {}
    outbox.credit(1, credit(10));
    assert_eq!(outbox.push(0, trace(&bytes), LIMIT), Ok(()));
    assert_eq!(outbox.next_frame().map(read), Some((3, bytes.to_vec())));
}

#[test]
fn an_event_that_never_fits_is_told_from_one_that_must_wait() {
    let mut outbox = Outbox::new([0; 100], 10);
    assert_eq!(outbox.push(0, trace(&[7; 100]), LIMIT), Err(PushError::TooLong));
    assert_eq!(outbox.push(0, trace(&[7; 30]), 20), Err(PushError::TooLong));
    assert!(outbox.is_empty());
    let mut none = Outbox::new([0; 0], 10);
    assert_eq!(none.push(0, trace(&[]), LIMIT), Err(PushError::TooLong));
}

#[test]
fn an_event_that_there_is_room_for_is_taken() {
    let mut outbox = Outbox::new([0; 300], 10);
    assert_eq!(outbox.room(), 300);
    let (mut refused, mut taken) = (0, 0_u16);
    for len in (0..200).cycle().take(1000) {
        let bytes = vec![7; len];
        let before = outbox.room();
        let fits = before >= frame_bytes(Event::TRACE_OVERHEAD + len) + 4;
        match outbox.push(0, trace(&bytes), LIMIT) {
            Ok(()) => {
                taken += 1;
                assert!(outbox.room() < before);
            }
            Err(_) if !fits => refused += 1,
            Err(error) => panic!("{error:?}: {len} bytes, with room for {before}"),
        }
        if len % 3 == 0 {
            while outbox.next_frame().is_some() {}
            outbox.credit(taken, credit(10));
            assert_eq!(outbox.room(), 300);
        }
    }
    assert!(refused > 100 && taken > 500, "{refused} {taken}");
}

#[test]
fn nothing_is_sent_without_credit() {
    let mut outbox = Outbox::new([0; 200], 0);
    outbox.push(0, trace(&[1]), LIMIT).expect("there is room");
    outbox.push(0, trace(&[2]), LIMIT).expect("there is room");
    assert_eq!(outbox.next_frame(), None);
    outbox.credit(0, credit(1));
    assert_eq!(outbox.next_frame().map(read), Some((0, vec![1])));
    assert_eq!(outbox.next_frame(), None);
}

#[test]
fn a_credit_that_cannot_be_is_ignored() {
    let mut outbox = Outbox::new([0; 200], 1);
    outbox.push(0, trace(&[1]), LIMIT).expect("there is room");
    outbox.push(0, trace(&[2]), LIMIT).expect("there is room");
    assert!(outbox.next_frame().is_some());
    for number in [2, 3, 0x7fff, 0x8000, u16::MAX] {
        assert!(!outbox.credit(number, credit(10)), "{number}");
        assert_eq!(outbox.next_frame(), None, "{number}");
    }
    outbox.send_again();
    assert_eq!(outbox.next_frame().map(read), Some((0, vec![1])));
    // A window beyond half of all numbers is as good as that half.
    outbox.credit(1, credit(u16::MAX));
    assert_eq!(outbox.next_frame().map(read), Some((1, vec![2])));
    outbox.credit(2, credit(1));
    assert!(outbox.is_empty());
}

#[test]
fn what_is_kept_is_what_would_be_lost() {
    let mut outbox = Outbox::new([0; 1200], 10);
    let mut scratch = [0; receive_bytes(LIMIT)];
    let line = LogLine { time_ns: 1, app: 0, level: device_abi::log::Level::Info, text: "a", cut: 0 };
    let error = Event::Error {
        time_ns: 1,
        function: device_abi::Function::I2cWrite,
        code: device_abi::types::ErrorCode::Bus,
    };
    assert_eq!(outbox.kept(&mut scratch), Dropped::default());
    for event in [Event::Log(line), trace(&[0; 300]), error, trace(&[7; 300]), Event::Panic { text: "" }] {
        outbox.push(0, event, LIMIT).expect("there is room");
    }
    let all = Dropped { log_lines: 1, trace_bytes: 600, errors: 1 };
    assert_eq!(outbox.kept(&mut scratch), all);
    while outbox.next_frame().is_some() {}
    assert_eq!(outbox.kept(&mut scratch), all, "what was sent may not have come");
    assert!(outbox.credit(2, credit(10)));
    assert_eq!(outbox.kept(&mut scratch), Dropped { log_lines: 0, trace_bytes: 300, errors: 1 });
    assert!(!outbox.credit(1, credit(10)), "older than another");
    outbox.restart(10);
    assert_eq!(outbox.kept(&mut scratch), Dropped::default());
}

#[test]
fn a_window_beyond_half_of_all_numbers_is_that_half() {
    let mut outbox = Outbox::new([0; 64], u16::MAX);
    outbox.push(0, trace(&[1]), LIMIT).expect("there is room");
    assert!(outbox.next_frame().is_some());
}

#[test]
fn a_credit_for_what_is_about_to_be_sent_again_counts() {
    let mut outbox = Outbox::new([0; 200], 10);
    for byte in 0..4 {
        outbox.push(0, trace(&[byte]), LIMIT).expect("there is room");
    }
    for _ in 0..3 {
        assert!(outbox.next_frame().is_some());
    }
    outbox.send_again();
    outbox.credit(2, credit(10));
    assert_eq!(outbox.next_frame().map(read), Some((2, vec![2])));
    assert_eq!(outbox.next_frame().map(read), Some((3, vec![3])));
    assert_eq!(outbox.next_frame(), None);
}

#[test]
fn a_long_detail_is_cut_to_what_the_host_takes() {
    let detail = "é".repeat(900);
    let ended = Ended {
        outcome: EndOfRun::Refused {
            word: device_abi::RefusalWord::Invalid,
            module: "module",
            name: "name",
            detail: &detail,
        },
        time_ns: 0,
        counters: Counters::default(),
        dropped: Dropped::default(),
        heap: Heap::default(),
    };
    let whole = Message { app: 0, number: 0, body: ToHost::Event(Event::Ended(ended)) };
    let whole = payload(&frame(&whole)).len();
    for limit in SMALLEST_LIMIT..2000 {
        let message = Message { app: 0, number: 0, body: ToHost::Event(Event::Ended(ended.within(limit))) };
        let length = payload(&frame(&message)).len();
        assert!(length <= limit && length + 4 >= limit.min(whole), "{length} of {limit}");
    }
    assert_eq!(ended.within(2000), ended);
}

#[test]
fn numbers_wrap_around() {
    let mut outbox = Outbox::new([0; 64], 4);
    let mut inbox = Inbox::new(4);
    for round in 0..70_000u32 {
        let bytes = round.to_le_bytes();
        outbox.push(0, trace(&bytes), LIMIT).expect("there is room");
        let (number, found) = outbox.next_frame().map(read).expect("there is credit");
        assert_eq!((number, &found[..]), (round as u16, &bytes[..]));
        let arrival = inbox.look(number);
        assert_eq!(arrival, Arrival::Next);
        if let Some((number, credit)) = inbox.credit(arrival) {
            outbox.credit(number, credit);
        }
    }
}

#[test]
fn credit_comes_when_half_of_the_window_is_used() {
    let mut inbox = Inbox::new(5);
    let credits: Vec<_> = (0..6)
        .map(|number| {
            let arrival = inbox.look(number);
            inbox.credit(arrival).map(|(next, _)| next)
        })
        .collect();
    assert_eq!(credits, [None, None, Some(3), None, None, Some(6)]);
    assert_eq!(inbox.look(8), Arrival::Gap);
    assert_eq!(inbox.credit(Arrival::Gap), Some((6, Credit { window: 5, again: true })));
    assert_eq!(inbox.look(9), Arrival::Gap);
    assert_eq!(inbox.credit(Arrival::Gap), None, "asked for once");
    assert_eq!(inbox.look(5), Arrival::Repeated);
    assert_eq!(inbox.credit(Arrival::Repeated), Some((6, credit(5))));
}

#[test]
fn a_new_session_begins_empty_and_at_zero() {
    let mut outbox = Outbox::new([0; 64], 4);
    outbox.push(0, trace(&[1]), LIMIT).expect("there is room");
    outbox.restart(2);
    assert!(outbox.is_empty());
    outbox.push(0, trace(&[2]), LIMIT).expect("there is room");
    assert_eq!(outbox.next_frame().map(read), Some((0, vec![2])));
}

proptest! {
    /// Over a bad line, the host gets all events in order, each once.
    #[test]
    fn events_get_over_a_bad_line(
        mut waiting in vec(vec(any::<u8>(), 0..60), 0..60).prop_map(VecDeque::from),
        fate in vec(any::<u8>(), 0..600),
        room in 80usize..600,
        window in 1u16..20,
    ) {
        let mut fate = Unstructured::new(&fate);
        let expected: Vec<_> = waiting.iter().cloned().collect();
        let (mut there, mut back) = (Line::new(), Line::new());
        let mut outbox = Outbox::new(vec![0; room], window);
        let mut inbox = Inbox::new(window);
        let mut found = Vec::new();
        let mut round = 0;
        while !(waiting.is_empty() && outbox.is_empty()) {
            round += 1;
            prop_assert!(round < 20_000, "no end");
            while let Some(event) = waiting.front() {
                match outbox.push(0, trace(event), LIMIT) {
                    Ok(()) => drop(waiting.pop_front()),
                    Err(error) => {
                        prop_assert_eq!(error, PushError::Full);
                        break;
                    }
                }
            }
            let mut silent = true;
            while let Some(frame) = outbox.next_frame() {
                there.send(frame, &mut fate);
                silent = false;
            }
            for payload in there.receive() {
                let Ok(Message { number, body: ToHost::Event(Event::Trace(bytes)), .. }) = decode(&payload) else {
                    continue;
                };
                let arrival = inbox.look(number);
                if arrival == Arrival::Next {
                    found.push(bytes.to_vec());
                }
                if let Some((number, credit)) = inbox.credit(arrival) {
                    back.send(&frame(&Message { app: 0, number, body: ToDevice::Credit(credit) }), &mut fate);
                }
            }
            for payload in back.receive() {
                let Ok(Message { number, body: ToDevice::Credit(credit), .. }) = decode(&payload) else { continue };
                outbox.credit(number, credit);
                silent = false;
            }
            if silent {
                outbox.send_again();
            }
        }
        prop_assert_eq!(found, expected);
    }
}
