//! Questions: done once however often they arrive, repeated until answered, given up in the end.

use arbitrary::Unstructured;
use device_link::*;
use proptest::{collection::vec, prelude::*};

use crate::{line::Line, support::frame};

#[test]
fn a_repeated_question_gets_the_first_reply() {
    let mut repeats = Repeats::new();
    assert_eq!(repeats.look(5), Known::New);
    assert_eq!(repeats.look(5), Known::Old, "it is still being answered");
    repeats.answered("done");
    assert_eq!(repeats.look(5), Known::Answered(&"done"));
    assert_eq!(repeats.look(4), Known::Old);
    assert_eq!(repeats.look(5), Known::Answered(&"done"));
    assert_eq!(repeats.look(6), Known::New);
    assert_eq!(repeats.look(5), Known::Old);
    assert_eq!(repeats.look(6), Known::Old, "the reply to 5 is not one to 6");
}

#[test]
fn numbers_wrap_around() {
    let mut repeats = Repeats::<()>::new();
    for round in 0..200_000u32 {
        assert_eq!(repeats.look(round as u16), Known::New);
        assert_eq!(repeats.look((round as u16).wrapping_sub(0x7fff)), Known::Old);
    }
}

#[test]
fn any_number_may_be_the_first() {
    for number in [0, 1, 0x7fff, 0x8000, 0xffff] {
        assert_eq!(Repeats::<()>::new().look(number), Known::New);
    }
}

#[test]
fn a_question_is_repeated_at_its_times_and_given_up() {
    let mut asking = Asking::new(9, 1000);
    assert_eq!(asking.number(), 9);
    assert_eq!(asking.next(1000), Next::WaitUntil(1000 + REPEAT_MS));
    assert_eq!(asking.next(999), Next::WaitUntil(1000 + REPEAT_MS), "a clock that goes back does no harm");
    assert_eq!(asking.next(1000 + REPEAT_MS), Next::Repeat);
    assert_eq!(asking.next(1000 + REPEAT_MS), Next::WaitUntil(1000 + 2 * REPEAT_MS));
    assert_eq!(asking.next(1000 + GIVE_UP_MS - 1), Next::Repeat);
    assert_eq!(asking.next(1000 + GIVE_UP_MS), Next::GiveUp);
    assert_eq!(Asking::new(0, u64::MAX).next(u64::MAX), Next::Repeat, "no time is left to wait");
}

#[test]
fn the_times_fit_together() {
    let baud = 115_200;
    let longest_ms = device_link::frame_bytes(device_link::SMALLEST_LIMIT) as u64 * 10 * 1000 / baud;
    assert!(2 * longest_ms < REPEAT_MS && 5 * REPEAT_MS < GIVE_UP_MS);
}

proptest! {
    /// Over a bad line, what is asked for is done once and in order, and each question gets the reply to it. Time goes
    /// on by a quarter of the time to repeat with each look at the line.
    #[test]
    fn questions_get_over_a_bad_line(fate in vec(any::<u8>(), 0..300), first in any::<u16>()) {
        let mut fate = Unstructured::new(&fate);
        let (mut there, mut back) = (Line::new(), Line::new());
        let mut repeats = Repeats::new();
        let mut done = Vec::new();
        let mut now_ms = 0;
        for count in 0..20u16 {
            let number = first.wrapping_add(count);
            let begin = Request::InstallBegin { length: count.into(), crc32: 0, profile: "" };
            let question = frame(&Message { app: 0, number, body: ToDevice::Request(begin) });
            let mut asking = Asking::new(number, now_ms);
            there.send(&question, &mut fate);
            let reply = 'answered: loop {
                for payload in there.receive() {
                    let Ok(Message { number, body: ToDevice::Request(request), .. }) = decode(&payload) else { continue };
                    let reply = match (repeats.look(number), request) {
                        (Known::New, Request::InstallBegin { length, .. }) => {
                            done.push(length);
                            repeats.answered(Reply::Begun { limit: length });
                            Reply::Begun { limit: length }
                        }
                        (Known::Answered(reply), _) => *reply,
                        _ => continue,
                    };
                    back.send(&frame(&Message { app: 0, number, body: ToHost::Reply(reply) }), &mut fate);
                }
                for payload in back.receive() {
                    if let Ok(Message { number, body: ToHost::Reply(Reply::Begun { limit }), .. }) = decode(&payload)
                        && number == asking.number()
                    {
                        break 'answered Some(limit);
                    }
                }
                now_ms += REPEAT_MS / 4;
                match asking.next(now_ms) {
                    Next::WaitUntil(_) => {}
                    Next::Repeat => there.send(&question, &mut fate),
                    Next::GiveUp => break None,
                }
            };
            prop_assert!(reply.is_none() || reply == Some(count.into()));
            if fate.is_empty() {
                prop_assert_eq!(done.last(), Some(&count.into()), "on a good line nobody gives up");
            }
        }
        prop_assert!(done.is_sorted_by(|a, b| a < b), "{:?}", done);
    }
}

#[test]
fn errors_read_like_the_project_s_others() {
    let errors = crate::draw::errors(7, 5);
    for error in errors {
        let text = error.to_string();
        assert!(text.starts_with(|first: char| !first.is_uppercase()) && !text.ends_with('.'), "{text}");
        assert_eq!(errors.iter().filter(|other| other.to_string() == text).count(), 1, "{text}");
    }
    assert_eq!(LinkError::Pin { pin: 7 }.to_string(), "the device has no pin 7 for guests");
}
