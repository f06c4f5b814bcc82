//! Chips that do not acknowledge: what comes back, and what the operator reads.

mod support;

use embedded_hal::i2c::{Error, ErrorKind, I2c, NoAcknowledgeSource};
use hw_chips::model;
use support::{DriverBus, wire};

/// A bus with a `name` at 0x48, built with these values.
fn bus_with(name: &str, values: &[f64]) -> DriverBus {
    wire(0x48, (model(name).unwrap().build)(values)).0
}

const REFUSED_ADDRESS: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address);
const REFUSED_DATA: ErrorKind = ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data);

#[test]
fn a_dead_chip_refuses_everything() {
    let mut bus = bus_with("dead", &[]);
    let mut into = [0x55];
    for error in [
        bus.write(0x48, &[]).unwrap_err(),
        bus.write(0x48, &[1, 2]).unwrap_err(),
        bus.read(0x48, &mut into).unwrap_err(),
        bus.write_read(0x48, &[1], &mut into).unwrap_err(),
    ] {
        assert_eq!(error.kind(), REFUSED_ADDRESS);
        assert_eq!(error.message, "i2c.0: the chip at 0x48 refused its address");
    }
    assert_eq!(into, [0x55], "nothing was read");
}

#[test]
fn a_dead_chip_is_told_from_no_chip() {
    let error = bus_with("dead", &[]).write(0x49, &[]).unwrap_err();
    assert_eq!(error.kind(), REFUSED_ADDRESS);
    assert_eq!(error.message, "i2c.0: no chip at address 0x49 (the bus has 0x48)");
}

#[test]
fn a_refusing_chip_refuses_the_first_byte_by_itself() {
    let mut bus = bus_with("refusing", &[]);
    let error = bus.write(0x48, &[0xd0]).unwrap_err();
    assert_eq!(error.kind(), REFUSED_DATA);
    assert_eq!(error.message, "i2c.0: the chip at 0x48 refused byte 0 of a write, 0xd0");
    bus.write(0x48, &[]).expect("its address it takes");
    let mut into = [0; 2];
    bus.read(0x48, &mut into).unwrap();
    assert_eq!(into, [0xff; 2]);
    assert_eq!(bus.write_read(0x48, &[1], &mut into).unwrap_err().kind(), REFUSED_DATA);
}

#[test]
fn a_refusing_chip_takes_as_many_bytes_as_it_is_told() {
    let mut bus = bus_with("refusing", &[2.0]);
    for _ in 0..2 {
        bus.write(0x48, &[1, 2]).expect("counted from 0 in every message");
        let error = bus.write(0x48, &[1, 2, 3, 4]).unwrap_err();
        assert_eq!(error.message, "i2c.0: the chip at 0x48 refused byte 2 of a write, 0x03");
    }
    let mut into = [0];
    bus.write_read(0x48, &[1, 2], &mut into).unwrap();
    let takes = model("refusing").unwrap().parameters[0];
    bus_with("refusing", &[takes.max]).write(0x48, &[0; 4096]).unwrap();
}
