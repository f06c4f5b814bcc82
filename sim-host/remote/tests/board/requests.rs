//! Requests at the wrong time, and frames that nobody should send.

use device_link::{
    HEADER_BYTES, I2cWires, Kind, LinkError, List, MAGIC, Message, Pins, Reply, Request, ToDevice, ToHost,
    VERSION, crc32,
};
use sim_host::Guest;

use crate::{
    raw::{Raw, start},
    support::{NOTHING, line},
};

/// Computes for ever.
const BUSY: &str = r#"(module (memory (export "memory") 1) (func (export "run") (result i32) (loop $l (br $l)) (i32.const 0)))"#;

/// A frame around any payload.
pub(crate) fn framed(payload: &[u8]) -> Vec<u8> {
    let mut content = payload.to_vec();
    content.extend(crc32(payload).to_le_bytes());
    let mut frame = vec![0];
    for block in content.split(|byte| *byte == 0) {
        assert!(block.len() < 254, "a short payload");
        frame.push(block.len() as u8 + 1);
        frame.extend(block);
    }
    frame.push(0);
    frame
}

#[test]
fn before_a_hello_nothing_is_done() {
    let mut raw = Raw::new(line());
    for request in [
        Request::Info,
        Request::InstallBegin { length: 1, crc32: 0, profile: "esp32c3" },
        Request::Start(start()),
        Request::Reset,
    ] {
        assert_eq!(raw.ask(request), Err(LinkError::NoHello), "{request:?}");
    }
    raw.greet();
    assert_eq!(raw.info().app, None);
}

#[test]
fn requests_without_an_app_are_refused() {
    let mut raw = Raw::greeted(line());
    assert_eq!(raw.ask(Request::Start(start())), Err(LinkError::NoApp));
    assert_eq!(raw.ask(Request::Stop), Err(LinkError::NotRunning));
    assert_eq!(raw.ask(Request::Uninstall), Err(LinkError::NoApp));
    assert_eq!(raw.ask(Request::InstallCommit), Err(LinkError::NoInstall));
    assert_eq!(raw.ask(Request::InstallCancel), Err(LinkError::NoInstall));
}

#[test]
fn installs_for_a_profile_that_the_device_cannot_serve_are_refused() {
    let mut raw = Raw::greeted(line());
    for (profile, error) in [("esp32", LinkError::UnknownProfile), ("desktop", LinkError::ProfileTooLarge)] {
        assert_eq!(raw.ask(Request::InstallBegin { length: 1, crc32: 0, profile }), Err(error));
    }
    assert_eq!(raw.info().app, None);
}

#[test]
fn starts_that_cannot_be_are_refused() {
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(NOTHING).unwrap().wasm());
    let mut refused = |start| raw.ask(Request::Start(start)).unwrap_err();
    assert_eq!(
        refused(device_link::Start { device_id: &[1; 17], ..start() }),
        LinkError::DeviceId { bytes: 17 }
    );
    let many = ["x"; 33];
    let arguments = List::from(many.as_slice());
    let count = LinkError::TooManyArguments { count: 33, limit: 32 };
    assert_eq!(refused(device_link::Start { arguments, ..start() }), count);
    // The chip has 22 pins and one bus; how many are claimed decides about memory.
    let pins = Pins::new(&[1; 23]).unwrap();
    assert_eq!(refused(device_link::Start { pins, ..start() }), LinkError::Pin { pin: 22 });
    let wires = |number| I2cWires { number, frequency_hz: 400_000, sda: None, scl: None };
    let (foreign, many) = ([wires(1)], [wires(0); 200]);
    for (i2c, bus) in [(List::of(&foreign), 1), (List::of(&many), 0)] {
        assert_eq!(refused(device_link::Start { i2c, ..start() }), LinkError::I2cBus { bus });
    }
    raw.ask(Request::Start(start())).unwrap();
}

#[test]
fn while_a_guest_runs_only_what_does_not_disturb_it_is_done() {
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(BUSY).unwrap().wasm());
    raw.ask(Request::Start(start())).unwrap();
    for request in [
        Request::InstallBegin { length: 1, crc32: 0, profile: "esp32c3" },
        Request::InstallCommit,
        Request::InstallCancel,
        Request::Uninstall,
        Request::Start(start()),
    ] {
        assert_eq!(raw.ask(request), Err(LinkError::Running), "{request:?}");
    }
    assert_eq!(raw.info().app.unwrap().state, device_link::AppState::Running);
    raw.ask(Request::Stop).unwrap();
    assert_eq!(raw.outcome(), "stopped");
    assert_eq!(raw.info().app.unwrap().state, device_link::AppState::Idle);
}

#[test]
fn a_repeated_request_is_done_once() {
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(NOTHING).unwrap().wasm());
    raw.number = raw.number.wrapping_add(1);
    let number = raw.number;
    // The first does it; the second would be refused if it were done again.
    assert_eq!(raw.ask_as(number, Request::Uninstall), Ok(()));
    assert_eq!(raw.ask_as(number, Request::Uninstall), Ok(()));
    assert_eq!(raw.ask(Request::Uninstall), Err(LinkError::NoApp));
}

#[test]
fn questions_count_as_requests() {
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(NOTHING).unwrap().wasm());
    // As after a run of ten hours, in which the host asked every second how the device is.
    for _ in 0..3 {
        raw.number = raw.number.wrapping_add(0x7000);
        raw.info();
    }
    raw.ask(Request::Start(start())).unwrap();
    assert_eq!(raw.outcome(), "exit 7");
}

#[test]
fn the_end_of_a_run_comes_however_long_its_reason_is() {
    // In people's words, each of these bytes is six.
    let name = "\\10".repeat(1000);
    let foreign = format!(
        r#"(module (import "{name}" "{name}" (func)) (memory (export "memory") 1)
        (func (export "run") (result i32) (i32.const 0)))"#
    );
    let mut raw = Raw::greeted(line());
    raw.install(Guest::from_bytes(foreign).unwrap().wasm());
    raw.ask(Request::Start(start())).unwrap();
    let outcome = raw.outcome();
    assert!(outcome.starts_with("refused unknown-module "), "{outcome}");
}

/// Says hello in another version, after which the device knows of no session.
pub(crate) fn end_session(raw: &mut Raw) {
    let mut payload = vec![Kind::HostHello as u8, 0, 0x34, 0x12];
    payload.extend(MAGIC);
    payload.extend((VERSION + 1).to_le_bytes());
    payload.extend([9; 30]);
    raw.line.write(&framed(&payload)).unwrap();
    raw.until("hello", |message| {
        matches!(message.body, ToHost::Hello(_) if message.number == 0x1234).then_some(())
    });
}

#[test]
fn a_hello_of_another_version_is_answered_and_ends_the_session() {
    let mut raw = Raw::greeted(line());
    end_session(&mut raw);
    assert_eq!(raw.ask(Request::Info), Err(LinkError::NoHello));
    raw.greet();
    raw.info();
}

#[test]
fn malformed_requests_are_told_so_and_all_else_is_ignored() {
    let mut raw = Raw::greeted(line());
    let reply = |message: &Message<ToHost<'_>>| match message.body {
        ToHost::Reply(reply) => Some((message.number, matches!(reply, Reply::Failed(LinkError::Malformed)))),
        _ => None,
    };
    for kind in [Kind::Data, Kind::Answer, Kind::Credit, Kind::HostHello, Kind::Event, Kind::Request] {
        raw.line.write(&framed(&[kind as u8, 0, 0x77, kind as u8, 0xfe, 0xfe, 0xfe])).unwrap();
    }
    raw.line.write(&framed(&[0x2a; HEADER_BYTES])).unwrap();
    let expected = (u16::from_le_bytes([0x77, Kind::Request as u8]), true);
    assert_eq!(raw.until("reply", reply), expected);
    assert_eq!(raw.info().received.damaged, 0);
}

#[test]
fn another_app_than_the_first_is_refused() {
    let mut raw = Raw::greeted(line());
    let mut frame = vec![0; 64];
    let message = Message { app: 1, number: 500, body: ToDevice::Request(Request::Info) };
    let bytes = device_link::encode(&message, 1024, &mut frame).unwrap();
    raw.line.write(&frame[..bytes]).unwrap();
    raw.until("reply", |message| {
        matches!(message.body, ToHost::Reply(Reply::Failed(LinkError::AppId { apps: 1 }))).then_some(())
    });
}
