//! The installed app outlives a restart of the machine, and is started again by it.

use device_abi::system::ResetReason;
use device_link::{
    AppState, Data, List, Mode, Outlook, Pins, Reply, Request, SMALLEST_LIMIT, Start, ToDevice, ToHost, crc32,
};

use crate::{
    debugger::{PROGRAM_COUNTER, set_register},
    greet,
    machine::Machine,
};

/// Bytes that fit into the smallest frame.
const PIECE_BYTES: usize = SMALLEST_LIMIT - Data::OVERHEAD;

pub(crate) fn done(machine: &mut Machine, number: u16, request: Request<'_>) {
    machine.ask(number, ToDevice::Request(request), |message| {
        assert!(matches!(message.body, ToHost::Reply(Reply::Done | Reply::Begun { .. })), "{message:?}");
    });
}

/// A start in native mode, without pins.
pub(crate) fn native() -> Start<'static> {
    Start {
        mode: Mode::Native,
        seed: 0,
        arguments: List::default(),
        stop_after_ns: None,
        time_ns: None,
        compute_ms: Some(1_000),
        trace_bytes: None,
        device_id: &[],
        reset_reason: ResetReason::PowerOn,
        pins: Pins::default(),
        i2c: List::default(),
        outlook: Outlook::default(),
    }
}

/// The app's length and CRC-32, and what it does.
fn app(machine: &mut Machine, number: u16) -> Option<(u32, u32, AppState)> {
    machine.ask(number, ToDevice::Request(Request::Info), |message| match message.body {
        ToHost::Reply(Reply::Info(info)) => info.app.map(|app| (app.length, app.crc32, app.state)),
        _ => panic!("{message:?}"),
    })
}

/// Installs a module with the numbers 3 and 4; returns its length and its CRC-32.
pub(crate) fn install(machine: &mut Machine, module: &[u8]) -> (u32, u32) {
    let (length, crc32) = (module.len() as u32, crc32(module));
    done(machine, 3, Request::InstallBegin { length, crc32, profile: "esp32c3" });
    for (index, bytes) in module.chunks(PIECE_BYTES).enumerate() {
        let data = Data { offset: (index * PIECE_BYTES) as u32, bytes };
        machine.ask(3, ToDevice::Data(data), |message| {
            assert!(matches!(message.body, ToHost::Progress(_)), "{message:?}");
        });
    }
    done(machine, 4, Request::InstallCommit);
    (length, crc32)
}

#[test]
fn an_app_outlives_a_reset() {
    let mut machine = Machine::start();
    greet(&mut machine, 1);
    assert_eq!(app(&mut machine, 2), None, "memory that nobody has written is no app");
    // More than one sector of flash.
    let module: Vec<u8> = (0..10_000_u32).map(|at| (at * at / 7) as u8).collect();
    let (length, crc32) = install(&mut machine, &module);
    for number in [5, 9] {
        done(&mut machine, number, Request::Reset);
        greet(&mut machine, number + 1);
        assert_eq!(app(&mut machine, number + 2), Some((length, crc32, AppState::Idle)));
    }
    done(&mut machine, 20, Request::Uninstall);
    done(&mut machine, 21, Request::Reset);
    greet(&mut machine, 22);
    assert_eq!(app(&mut machine, 23), None);
}

/// A module that sleeps for good, in the binary format (WebAssembly core specification 1.0, section 5).
#[rustfmt::skip]
const SLEEPER: &[u8] = b"\0asm\x01\0\0\0\
    \x01\x09\x02\x60\x01\x7e\0\x60\0\x01\x7f\
    \x02\x1c\x01\x12device:abi/clock@1\x05sleep\0\0\
    \x03\x02\x01\x01\
    \x05\x03\x01\0\x01\
    \x07\x10\x02\x06memory\x02\0\x03run\0\x01\
    \x0a\x0a\x01\x08\0\x42\x7f\x10\0\x41\0\x0b";

#[test]
fn an_app_under_which_the_firmware_panics_twice_is_held() {
    let mut machine = Machine::start();
    greet(&mut machine, 1);
    install(&mut machine, SLEEPER);
    done(&mut machine, 5, Request::Autostart(Some(native())));
    done(&mut machine, 6, Request::Reset);
    for (number, failed) in [(10, 0), (20, 1), (30, 2)] {
        greet(&mut machine, number);
        let state = if failed < 2 { AppState::Running } else { AppState::Held };
        let found = machine.ask(number + 1, ToDevice::Request(Request::Info), |message| match message.body {
            ToHost::Reply(Reply::Info(info)) => info.app.map(|app| (app.state, app.failed_starts)),
            _ => panic!("{message:?}"),
        });
        assert_eq!(found, Some((state, failed)));
        set_register(machine.debugger(), PROGRAM_COUNTER, 0);
        machine.write(&[0]);
        machine.panic();
    }
}
