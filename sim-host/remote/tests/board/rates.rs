//! Bit rates: raised as far as they go, given up when nothing comes through, and put back.

use remote_board::Session;
use sim_host::Guest;

use crate::{
    support::{NOTHING, line, reader, said},
    uart::{FIRST, Plan, Uart},
};

fn wasm() -> Vec<u8> {
    Guest::from_bytes(NOTHING).unwrap().wasm().to_vec()
}

#[track_caller]
fn installs_at(plan: Plan, wanted: u32) {
    let (uart, ends) = Uart::around(line(), plan);
    let mut session = Session::open(uart, "the line").unwrap();
    let installed = session.install_fast(&wasm(), "esp32c3", |_| ()).unwrap();
    assert_eq!((installed.line_rate, ends.device()), (Some(wanted), wanted), "{plan:?}");
    assert_eq!(session.line_rate(), Some(wanted), "{plan:?}");
    // The app is there as a whole, and the session goes on.
    assert_eq!(session.info().unwrap().app.unwrap().crc32, installed.crc32);
    drop(session);
    assert_eq!(ends.device(), FIRST, "{plan:?}: the next host finds the device at another rate");
}

#[test]
fn the_highest_rate_of_both_is_taken_and_given_back() {
    installs_at(Plan::default(), 921_600);
    installs_at(Plan { device: 500_000, ..Plan::default() }, 460_800);
    installs_at(Plan { device: FIRST, ..Plan::default() }, FIRST);
}

#[test]
fn a_port_that_is_slower_is_found_out() {
    installs_at(Plan { port: 460_800, ..Plan::default() }, 460_800);
}

#[test]
fn a_wire_that_carries_no_high_rate_is_found_out() {
    installs_at(Plan { wire: 230_400, ..Plan::default() }, 230_400);
    installs_at(Plan { wire: FIRST, ..Plan::default() }, FIRST);
}

#[test]
fn a_wire_that_tires_in_the_middle_costs_time_only() {
    let wasm = Guest::from_bytes(reader(1, 0)).unwrap().wasm().to_vec();
    // Hello, question, rate, hello, question, begin: then nothing.
    let (uart, ends) = Uart::around(line(), Plan { tires_after: 6, ..Plan::default() });
    let mut session = Session::open(uart, "the line").unwrap();
    let installed = session.install_fast(&wasm, "esp32c3", |_| ()).unwrap();
    assert_eq!((installed.line_rate, session.line_rate(), ends.device()), (Some(FIRST), Some(FIRST), FIRST));
    assert_eq!(session.info().unwrap().app.unwrap().length as usize, wasm.len());
}

#[test]
fn a_session_that_failed_leaves_the_device_at_the_first_rate() {
    let (uart, ends) = Uart::around(line(), Plan::default());
    let mut session = Session::open(uart, "the line").unwrap();
    session.raise_rate().unwrap();
    let error = session.install(&vec![0; 1 << 24], "esp32c3", |_| ()).unwrap_err();
    assert!(said(&error).contains("the device has room for"), "{}", said(&error));
    assert_eq!(ends.device(), 921_600);
    drop(session);
    assert_eq!(ends.device(), FIRST);
}

#[test]
fn a_session_may_go_back_and_on() {
    let (uart, ends) = Uart::around(line(), Plan::default());
    let mut session = Session::open(uart, "the line").unwrap();
    session.raise_rate().unwrap();
    assert_eq!(ends.device(), 921_600);
    session.lower_rate().unwrap();
    assert_eq!((ends.device(), ends.changes()), (FIRST, 2));
    session.info().unwrap();
    drop(session);
    assert_eq!(ends.changes(), 2, "what is at the first rate need not be told");
}

#[test]
fn a_line_without_a_rate_is_left_alone() {
    let mut session = Session::open(line(), "the line").unwrap();
    session.raise_rate().unwrap();
    assert_eq!(session.line_rate(), None);
    assert_eq!(session.install_fast(&wasm(), "esp32c3", |_| ()).unwrap().line_rate, None);
}
