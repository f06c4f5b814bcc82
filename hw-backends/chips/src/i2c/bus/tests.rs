//! The bus, byte by byte, against a chip that writes down what it hears.

use std::{
    string::{String, ToString},
    sync::{Arc, Mutex},
    vec::Vec,
};

use alloc::format;
use device_abi::types::ErrorCode;

use super::*;

/// A chip that writes down what it hears, reads out 0xa0, 0xa1, …, and refuses what it is told to refuse.
#[derive(Debug, Default)]
struct Witness {
    heard: Arc<Mutex<Vec<String>>>,
    next: u8,
    refuse_start: Option<Direction>,
    refuse_byte: Option<u8>,
}

impl Witness {
    fn note(&self, line: String) {
        self.heard.lock().unwrap().push(line);
    }
}

impl I2cChip for Witness {
    fn start(&mut self, at_ns: u64, direction: Direction) -> Ack {
        self.note(format!("{at_ns} start {direction:?}"));
        if self.refuse_start == Some(direction) { Ack::Nack } else { Ack::Ack }
    }

    fn write(&mut self, at_ns: u64, byte: u8) -> Ack {
        self.note(format!("{at_ns} write {byte:02x}"));
        if self.refuse_byte == Some(byte) { Ack::Nack } else { Ack::Ack }
    }

    fn read(&mut self, at_ns: u64) -> u8 {
        let byte = 0xa0 + self.next;
        self.next += 1;
        self.note(format!("{at_ns} read {byte:02x}"));
        byte
    }

    fn stop(&mut self, at_ns: u64) {
        self.note(format!("{at_ns} stop"));
    }
}

/// Runs `operations` against `witness` at 0x42 of bus 3, one bit per microsecond from 1000 ns on.
fn run(witness: Witness, address: u8, operations: &mut [Operation<'_>]) -> (Reply, String) {
    let heard = witness.heard.clone();
    let mut bus = ChipBus::new(3);
    bus.attach(0x42, Box::new(witness)).unwrap();
    let reply = bus.transaction(1000, address, 1_000_000, operations);
    let text = heard.lock().unwrap().join(", ");
    (reply, text)
}

fn error(reply: Reply) -> (ErrorCode, String, u32) {
    let error = reply.result.unwrap_err();
    (error.code(), error.to_string(), reply.acknowledged)
}

#[test]
fn an_absent_chip_is_named_with_the_bus_and_the_chips_that_are_there() {
    let (reply, heard) = run(Witness::default(), 0x43, &mut [Operation::Write(&[1])]);
    let message = "i2c.3: no chip at address 0x43 (the bus has 0x42)";
    assert_eq!(error(reply), (ErrorCode::NoAcknowledgeAddress, message.to_string(), 0));
    assert_eq!(heard, "", "a chip hears only what is meant for it");
    let reply = ChipBus::new(0).transaction(0, 0x10, 100_000, &mut [Operation::Write(&[])]);
    assert_eq!(error(reply).1, "i2c.0: no chip at address 0x10 (the bus has none)");
}

#[test]
fn a_refused_byte_ends_the_transaction_with_a_stop() {
    let witness = Witness { refuse_byte: Some(0x33), ..Witness::default() };
    let mut operations = [Operation::Write(&[0x11, 0x22]), Operation::Write(&[0x33, 0x44])];
    let (reply, heard) = run(witness, 0x42, &mut operations);
    let message = "i2c.3: the chip at 0x42 refused byte 2 of a write, 0x33";
    assert_eq!(error(reply), (ErrorCode::NoAcknowledgeData, message.to_string(), 3));
    assert_eq!(heard, "11000 start Write, 20000 write 11, 29000 write 22, 38000 write 33, 39000 stop");
}

#[test]
fn a_refused_repeated_start_counts_everything_before_it() {
    let witness = Witness { refuse_start: Some(Direction::Read), ..Witness::default() };
    let mut into = [0; 2];
    let (reply, heard) = run(witness, 0x42, &mut [Operation::Write(&[0x11]), Operation::Read(&mut into)]);
    let message = "i2c.3: the chip at 0x42 refused its address";
    assert_eq!(error(reply), (ErrorCode::NoAcknowledgeAddress, message.to_string(), 2));
    assert_eq!(heard, "11000 start Write, 20000 write 11, 30000 start Read, 31000 stop");
}

#[test]
fn read_bytes_count_before_a_later_refusal() {
    let witness = Witness { refuse_start: Some(Direction::Write), ..Witness::default() };
    let mut into = [0; 2];
    let (reply, _) = run(witness, 0x42, &mut [Operation::Read(&mut into), Operation::Write(&[1])]);
    assert_eq!(error(reply).2, 3, "address and two bytes");
}

#[test]
fn write_read_has_one_repeated_start_and_one_stop() {
    let mut into = [0; 2];
    let (reply, heard) =
        run(Witness::default(), 0x42, &mut [Operation::Write(&[0xd0]), Operation::Read(&mut into)]);
    assert!(reply.result.is_ok());
    assert_eq!(into, [0xa0, 0xa1]);
    assert_eq!(
        heard,
        "11000 start Write, 20000 write d0, 30000 start Read, 30000 read a0, 39000 read a1, 49000 stop"
    );
}

#[test]
fn adjacent_operations_of_one_kind_are_one_message() {
    let (mut first, mut second) = ([0; 1], [0; 2]);
    let mut operations = [
        Operation::Write(&[1]),
        Operation::Write(&[]),
        Operation::Write(&[2]),
        Operation::Read(&mut first),
        Operation::Read(&mut second),
    ];
    let (reply, heard) = run(Witness::default(), 0x42, &mut operations);
    assert!(reply.result.is_ok());
    assert_eq!((first, second), ([0xa0], [0xa1, 0xa2]));
    assert_eq!(heard.matches("start Write").count(), 1);
    assert_eq!(heard.matches("start Read").count(), 1);
    assert_eq!(heard.matches("stop").count(), 1);
}

#[test]
fn an_empty_write_probes_and_no_operations_are_no_traffic() {
    let (reply, heard) = run(Witness::default(), 0x42, &mut [Operation::Write(&[])]);
    assert!(reply.result.is_ok());
    assert_eq!(heard, "11000 start Write, 12000 stop");
    let (reply, heard) = run(Witness::default(), 0x42, &mut []);
    assert!(reply.result.is_ok());
    assert_eq!(heard, "");
}

#[test]
fn an_address_takes_one_chip() {
    let mut bus = ChipBus::new(1);
    let attach = |bus: &mut ChipBus, address| bus.attach(address, Box::new(Witness::default()));
    assert_eq!(attach(&mut bus, 0x76), Ok(()));
    assert_eq!(attach(&mut bus, 0x7f), Ok(()));
    let taken = attach(&mut bus, 0x76).unwrap_err();
    assert_eq!(taken.to_string(), "i2c.1: address 0x76 is taken by another chip");
    let too_high = attach(&mut bus, 0x80).unwrap_err();
    assert_eq!(too_high.to_string(), "i2c.1: address 0x80 is above 0x7f, the highest 7-bit address");
    assert_eq!(bus.addresses().collect::<Vec<_>>(), [0x76, 0x7f]);
}

#[test]
fn a_chip_hears_a_repeated_start_that_breaks_a_transaction_off() {
    for (end, heard) in [
        (BreakOff::AtData, "11000 start Write, 20000 write 11, 30000 stop"),
        (BreakOff::AtRepeatedStart, "11000 start Write, 20000 write 11, 30000 start Read, 31000 stop"),
    ] {
        let witness = Witness::default();
        let log = witness.heard.clone();
        let mut bus = ChipBus::new(3);
        bus.attach(0x42, Box::new(witness)).unwrap();
        let reply = bus.broken_off(1000, 0x42, 1_000_000, &mut [Operation::Write(&[0x11])], end);
        assert!(reply.result.is_ok(), "{end:?}");
        assert_eq!(log.lock().unwrap().join(", "), heard, "{end:?}");
    }
}

#[test]
fn what_a_chip_refuses_before_it_breaks_off_counts() {
    let witness = Witness { refuse_byte: Some(0x11), ..Witness::default() };
    let heard = witness.heard.clone();
    let mut bus = ChipBus::new(3);
    bus.attach(0x42, Box::new(witness)).unwrap();
    let operations = &mut [Operation::Write(&[0x11, 0x22])];
    let reply = bus.broken_off(1000, 0x42, 1_000_000, operations, BreakOff::AtRepeatedStart);
    assert_eq!((error(reply).0, heard.lock().unwrap().len()), (ErrorCode::NoAcknowledgeData, 3));
}
