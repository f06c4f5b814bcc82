//! A chip that holds the data line: what fails, until when, and what the operator reads.

use device_abi::types::ErrorCode;
use embedded_hal::i2c::Operation;
use hw_chips::{Ack, ChipBus, Direction, I2cChip, Stuck, model};
use hw_core::backend::I2cBus;

const MS: u64 = 1_000_000;

/// A bus with a sound EEPROM at 0x50 and a stuck chip at 0x48, built with these values.
fn bus_with(values: &[f64]) -> ChipBus {
    let build = |name: &str, values: &[f64]| (model(name).unwrap().build)(values);
    let mut bus = ChipBus::new(2);
    bus.attach(0x50, build("at24c256", &[0.0])).unwrap();
    bus.attach(0x48, build("stuck", values)).unwrap();
    bus
}

/// Whether a probe of `address` at `at_ns` succeeds; if not, it is for the stuck bus.
fn works(bus: &mut ChipBus, at_ns: u64, address: u8) -> bool {
    let reply = bus.transaction(at_ns, address, 100_000, &mut [Operation::Write(&[])]);
    let acknowledged = reply.acknowledged;
    match reply.result {
        Ok(()) => true,
        Err(error) => {
            assert_eq!((error.code(), acknowledged), (ErrorCode::Bus, 0), "{error}");
            let expected = format!("i2c.2: no transaction to {address:#04x}: the chip at 0x48 holds SDA low");
            assert_eq!(error.to_string(), expected);
            false
        }
    }
}

fn set(bus: &mut ChipBus, at_ns: u64, parameter: &str, value: f64) {
    assert!(bus.chip_mut(0x48).unwrap().set(at_ns, parameter, value));
}

#[test]
fn by_itself_it_fails_everything_for_ever() {
    let mut bus = bus_with(&[]);
    for at_ns in [0, MS, u64::MAX] {
        for address in [0x50, 0x48, 0x11] {
            assert!(!works(&mut bus, at_ns, address));
        }
    }
}

#[test]
fn the_other_chips_hear_nothing() {
    let mut bus = bus_with(&[0.0, 1.0]);
    let write = bus.transaction(0, 0x50, 100_000, &mut [Operation::Write(&[0, 0, 7])]);
    assert!(write.result.is_err());
    let mut byte = [0];
    let mut read = [Operation::Write(&[0, 0]), Operation::Read(&mut byte)];
    bus.transaction(MS, 0x50, 100_000, &mut read).result.unwrap();
    assert_eq!(byte, [0xff], "the refused write did nothing");
}

#[test]
fn it_lets_transactions_pass_and_then_holds_for_its_time() {
    let mut bus = bus_with(&[2.0, 1.5]);
    assert!(works(&mut bus, 10 * MS, 0x50));
    assert!(works(&mut bus, 20 * MS, 0x48));
    assert!(!works(&mut bus, 30 * MS, 0x50));
    assert!(!works(&mut bus, 30 * MS + 1_499_999, 0x50));
    assert!(works(&mut bus, 30 * MS + 1_500_000, 0x50));
    assert!(works(&mut bus, u64::MAX, 0x50), "once");
}

#[test]
fn it_is_released_and_holds_again() {
    let mut bus = bus_with(&[]);
    assert!(!works(&mut bus, 0, 0x50));
    set(&mut bus, 1, "held", 0.0);
    assert!(works(&mut bus, 2, 0x50));
    set(&mut bus, 3, "for-ms", 1.0);
    set(&mut bus, 4, "held", 1.0);
    assert!(!works(&mut bus, 5, 0x50));
    assert!(!works(&mut bus, MS + 3, 0x50));
    assert!(works(&mut bus, MS + 4, 0x50), "counted from when it was set, not from the first transaction");
    set(&mut bus, MS + 5, "after-transfers", 1.0);
    assert!(works(&mut bus, MS + 6, 0x50));
    assert!(!works(&mut bus, MS + 7, 0x50));
}

#[test]
fn it_waits_to_be_told_if_told_so() {
    let mut bus = bus_with(&[0.0, 0.0, 0.0]);
    assert!(works(&mut bus, 0, 0x50));
    set(&mut bus, 1, "held", 1.0);
    assert!(!works(&mut bus, 2, 0x50));
}

#[test]
fn a_hold_that_has_begun_ends_when_it_would_have() {
    let mut chip = Stuck::new(0, Some(100));
    assert!(chip.holds_sda(0));
    chip.set(50, "for-ms", 5.0);
    assert!(chip.holds_sda(99) && !chip.holds_sda(100));
}

#[test]
fn of_two_stuck_chips_the_lower_address_is_named_and_both_count() {
    let mut bus = bus_with(&[1.0]);
    bus.attach(0x49, Box::new(Stuck::new(1, None))).unwrap();
    assert!(works(&mut bus, 0, 0x50));
    assert!(!works(&mut bus, 1, 0x50));
    set(&mut bus, 2, "held", 0.0);
    let reply = bus.transaction(3, 0x50, 100_000, &mut [Operation::Write(&[])]);
    let message = reply.result.unwrap_err().to_string();
    assert_eq!(message, "i2c.2: no transaction to 0x50: the chip at 0x49 holds SDA low");
}

#[test]
fn no_operations_are_no_transaction() {
    let mut bus = bus_with(&[1.0]);
    for _ in 0..3 {
        bus.transaction(0, 0x50, 100_000, &mut []).result.unwrap();
    }
    assert!(works(&mut bus, 0, 0x50));
    assert!(!works(&mut bus, 0, 0x50));
}

#[test]
fn while_it_lets_go_it_answers_and_pulls_bytes_low() {
    let mut chip = Stuck::new(9, None);
    assert_eq!(chip.start(0, Direction::Read), Ack::Ack);
    assert_eq!(chip.read(0), 0x00);
    assert_eq!(chip.write(0, 1), Ack::Ack);
}
