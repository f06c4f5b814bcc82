//! Runs: times, calls, errors, what is refused.

use std::time::Duration;

use device_link::{I2cWires, LinkError, List, Mode, PinUse, Pins, Request, Start};
use remote_board::Session;

use super::{WIRES, blinker, native, with_bus};
use crate::{
    raw::{Raw, start},
    support::{line, now, reader},
};

#[test]
fn the_board_says_that_it_has_native_mode() {
    let session = Session::open(line(), "here").unwrap();
    let modes = session.device().modes;
    assert!(modes.bench && modes.native, "{modes:?}");
}

#[test]
fn a_guest_runs_in_real_time_and_is_told_of_live() {
    let mut raw = Raw::with_guest(&blinker(10, "(call $sleep (i64.const 20000))"));
    let before = now();
    let heard = raw.run(Start { trace_bytes: Some(u64::MAX), ..native() });
    let took = now() - before;
    assert_eq!(heard.outcome(), "exit 0");
    assert!(took >= Duration::from_millis(200), "{took:?}");
    let time_ns = heard.ended.as_ref().unwrap().1;
    assert!((200_000_000..took.as_nanos() as u64).contains(&time_ns), "{time_ns} of {took:?}");
    let wanted = ["high", "low"].into_iter().cycle().take(10).collect::<Vec<_>>();
    assert_eq!(heard.logs, wanted);
    let calls = heard.calls();
    assert_eq!(calls.iter().filter(|call| call.contains("gpio.toggle")).count(), 10, "{calls:#?}");
    assert_eq!(calls.len(), 1 + 10 * 4, "{calls:#?}");
    assert_eq!(heard.dropped(), device_link::Dropped::default());
    assert_eq!(raw.info().last_end, Some((device_abi::Outcome::Exit(0), time_ns)));
}

#[test]
fn short_delays_have_their_full_length() {
    // However the 100 delays share the time: none may be shortened by what the guest did before.
    let mut raw = Raw::with_guest(&blinker(100, "(call $delay (i32.const 500000))"));
    let before = now();
    let heard = raw.run(native());
    assert_eq!(heard.outcome(), "exit 0");
    assert!(now() - before >= Duration::from_millis(50));
    assert!(heard.trace.is_empty(), "no trace was asked for");
}

#[test]
fn a_bus_without_chips_answers_with_errors() {
    let mut raw = Raw::with_guest(&reader(3, 10));
    let start = Start { pins: with_bus(), i2c: List::of(&WIRES), trace_bytes: Some(1 << 20), ..native() };
    let heard = raw.run(start);
    assert_eq!(heard.outcome(), "exit 1");
    assert_eq!(heard.errors, ["write-read no-acknowledge-address"]);
    let calls = heard.calls();
    assert!(
        calls[1].contains("address=0x76") && calls[1].contains("error no-acknowledge-address"),
        "{calls:#?}"
    );
}

#[test]
fn the_device_is_itself() {
    // The first byte of the device's id, as exit code: in native mode it is the board's own.
    let guest = r#"(module
        (import "device:abi/system@1" "device-id" (func $id (param i32 i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "run") (result i32)
          (drop (call $id (i32.const 0) (i32.const 16)))
          (i32.load8_u (i32.const 0))))"#;
    let mut raw = Raw::with_guest(guest);
    let heard = raw.run(Start { device_id: &[1, 2, 3], ..native() });
    let own = if crate::support::is_host() { b'h' } else { b'q' };
    assert_eq!(heard.outcome(), format!("exit {own}"));
}

#[test]
fn wiring_that_the_chip_does_not_have_is_refused() {
    let mut raw = Raw::with_guest(crate::support::NOTHING);
    let mut refused = |pins: &[u8], i2c: &[I2cWires]| {
        let start = Start { pins: Pins::new(pins).unwrap(), i2c: List::from(i2c), ..native() };
        raw.ask(Request::Start(start)).unwrap_err()
    };
    let mut pins = [PinUse::Absent as u8; 22];
    // 2 and 9 decide how the chip starts, the flash is at 11 to 17, and 21 is the link.
    for pin in [2, 9, 11, 17, 21] {
        for pin_use in [PinUse::Free, PinUse::Bus] {
            pins[pin] = pin_use as u8;
            assert_eq!(refused(&pins, &[]), LinkError::Pin { pin: pin as u32 });
            pins[pin] = PinUse::Reserved as u8;
        }
    }
    let bus = |sda, scl| [I2cWires { number: 0, frequency_hz: 400_000, sda, scl }];
    assert_eq!(refused(&pins, &bus(None, None)), LinkError::I2cBus { bus: 0 });
    assert_eq!(refused(&pins, &bus(Some(5), None)), LinkError::I2cBus { bus: 0 });
    (pins[5], pins[6]) = (PinUse::Bus as u8, PinUse::Free as u8);
    assert_eq!(refused(&pins, &bus(Some(5), Some(6))), LinkError::Pin { pin: 6 });
    assert_eq!(
        refused(&pins, &[bus(Some(5), Some(5))[0], bus(Some(5), Some(5))[0]]),
        LinkError::I2cBus { bus: 0 }
    );
    pins[6] = PinUse::Bus as u8;
    let wires = bus(Some(5), Some(6));
    let start = Start { pins: Pins::new(&pins).unwrap(), i2c: List::of(&wires), ..native() };
    assert_eq!(raw.run(start).outcome(), "exit 7");
}

#[test]
fn native_runs_need_no_long_payloads_and_bench_runs_do() {
    let mut raw = Raw::with_guest(crate::support::NOTHING);
    raw.greet_with(1024, 8);
    let short = raw.ask(Request::Start(start())).unwrap_err();
    assert!(matches!(short, LinkError::PayloadTooShort { bytes: 1024, .. }), "{short:?}");
    assert_eq!(raw.run(native()).outcome(), "exit 7");
}

#[test]
fn what_would_disturb_a_run_is_refused() {
    let mut raw = Raw::with_guest(&blinker(u32::MAX, "(call $sleep (i64.const 10000))"));
    raw.ask(Request::Start(native())).unwrap();
    for request in [
        Request::InstallBegin { length: 1, crc32: 0, profile: "esp32c3" },
        Request::InstallCommit,
        Request::InstallCancel,
        Request::Uninstall,
        Request::Start(native()),
        Request::Start(start()),
    ] {
        assert_eq!(raw.ask(request), Err(LinkError::Running), "{request:?}");
    }
    let run = raw.info().run.expect("it goes on");
    assert_eq!(run.mode, Mode::Native);
    let mut later = run.time_ns;
    let until = now() + Duration::from_secs(10);
    while later < run.time_ns + 50_000_000 && now() < until {
        raw.within(Duration::from_millis(60), |_| None::<()>);
        later = raw.info().run.expect("it goes on").time_ns;
    }
    assert!(later >= run.time_ns + 50_000_000, "{later} after {}", run.time_ns);
    raw.stop();
    assert_eq!(raw.info().run, None);
}

#[test]
fn cycles_leave_nothing_behind() {
    let mut raw = Raw::with_guest(&blinker(u32::MAX, "(call $sleep (i64.const 1000000))"));
    let start = Start { pins: with_bus(), i2c: List::of(&WIRES), trace_bytes: Some(1 << 20), ..native() };
    let mut free = None;
    for cycle in 0..if crate::support::is_host() { 1000 } else { 50 } {
        raw.ask(Request::Start(start)).unwrap();
        raw.ask(Request::Stop).unwrap();
        assert_eq!(raw.outcome(), "stopped", "cycle {cycle}");
        raw.greet();
        let heap = raw.info().heap;
        assert_eq!(*free.get_or_insert(heap.free), heap.free, "cycle {cycle}");
    }
}

#[test]
fn after_a_native_run_bench_mode_is_as_ever() {
    let mut raw = Raw::with_guest(crate::support::NOTHING);
    assert_eq!(raw.run(native()).outcome(), "exit 7");
    assert_eq!(raw.run(start()).outcome(), "exit 7");
    assert_eq!(raw.run(native()).outcome(), "exit 7");
}
