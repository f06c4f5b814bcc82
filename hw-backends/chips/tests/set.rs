//! What changes while a device runs: parameters of chips, under the names that board files use.

use hw_chips::{
    Ack, Direction, I2cChip, MODELS, model,
    registers::{Increment, Register, RegisterMap, Registers, Timed, Unknown},
};

const MS: u64 = 1_000_000;

fn chip(name: &str, values: &[f64]) -> Box<dyn I2cChip> {
    (model(name).unwrap().build)(values)
}

/// The ninth bit of each byte.
fn write(chip: &mut dyn I2cChip, at_ns: u64, bytes: &[u8]) -> Vec<Ack> {
    let start = chip.start(at_ns, Direction::Write);
    let acks = [start].into_iter().chain(bytes.iter().map(|byte| chip.write(at_ns, *byte))).collect();
    chip.stop(at_ns);
    acks
}

fn read<const N: usize>(chip: &mut dyn I2cChip, at_ns: u64) -> [u8; N] {
    chip.start(at_ns, Direction::Read);
    let bytes = std::array::from_fn(|_| chip.read(at_ns));
    chip.stop(at_ns);
    bytes
}

#[test]
fn what_is_no_parameter_is_refused() {
    for model in MODELS {
        let mut chip = (model.build)(&[]);
        for name in ["", "address", "label", "temperature", "write-cycle-us", "Held"] {
            assert!(!chip.set(0, name, 1.0), "{} {name}", model.name);
        }
    }
}

#[test]
fn every_parameter_changes_in_its_whole_range() {
    for model in MODELS {
        for parameter in model.parameters {
            let mut chip = (model.build)(&[]);
            for value in [parameter.min, parameter.max, parameter.default] {
                assert!(chip.set(0, parameter.name, value), "{} {}", model.name, parameter.name);
            }
        }
    }
}

/// The data registers after a forced measurement of everything (BME280 datasheet, sections 5.3 and 5.4).
fn measure(chip: &mut dyn I2cChip, at_ns: u64) -> [u8; 8] {
    write(chip, at_ns, &[0xf2, 0x01, 0xf4, 0b0010_0101]);
    write(chip, at_ns + 100 * MS, &[0xf7]);
    read(chip, at_ns + 100 * MS)
}

#[test]
fn a_sensor_measures_what_was_set_as_if_it_had_been_so_from_the_start() {
    let values = [-12.5, 71.0, 884.0];
    let mut set = chip("bme280", &[]);
    let before = measure(&mut *set, 0);
    for (parameter, value) in model("bme280").unwrap().parameters.iter().zip(values) {
        assert!(set.set(200 * MS, parameter.name, value));
    }
    assert_eq!(measure(&mut *chip("bme280", &[]), 0), before);
    let after = measure(&mut *set, 300 * MS);
    assert_ne!(after, before);
    assert_eq!(after, measure(&mut *chip("bme280", &values), 0));
}

#[test]
fn a_running_write_cycle_ends_when_it_would_have_and_the_next_is_as_long_as_set() {
    let mut chip = chip("at24c256", &[5.0]);
    write(&mut *chip, 0, &[0, 0, 1]);
    assert!(chip.set(MS, "write-cycle-ms", 2.0));
    assert_eq!(chip.start(5 * MS - 1, Direction::Read), Ack::Nack);
    assert_eq!(write(&mut *chip, 5 * MS, &[0, 0, 2]), [Ack::Ack; 4]);
    assert_eq!(chip.start(7 * MS - 1, Direction::Read), Ack::Nack);
    assert_eq!(chip.start(7 * MS, Direction::Read), Ack::Ack);
}

#[test]
fn a_refusing_chip_takes_as_many_bytes_as_set_from_now_on() {
    let mut chip = chip("refusing", &[4.0]);
    chip.start(0, Direction::Write);
    assert_eq!([chip.write(0, 1), chip.write(0, 2)], [Ack::Ack; 2]);
    assert!(chip.set(0, "takes-bytes", 1.0));
    assert_eq!(chip.write(0, 3), Ack::Nack, "in the present message too");
    assert_eq!(write(&mut *chip, 0, &[1, 2]), [Ack::Ack, Ack::Ack, Ack::Nack]);
}

fn registers() -> Registers {
    let timed = Some(Timed { mask: 0x0f, period_ns: 1, shift: 0 });
    let map = RegisterMap {
        registers: vec![
            Register { read_only: 0xff, ..Register::new(0x0f, 0x33) },
            Register { timed, ..Register::new(0x20, 0) },
        ],
        increment: Increment::Always,
        unknown: Unknown::default(),
    };
    Registers::new(map).unwrap().with_names([("who-am-i".to_owned(), 0x0f)])
}

#[test]
fn a_register_is_set_by_its_name_or_its_address() {
    let mut chip = registers();
    assert!(I2cChip::set(&mut chip, 0, "who-am-i", 52.0));
    assert_eq!(chip.value(0, 0x0f), Some(52), "read-only for the controller, not for the world");
    assert!(I2cChip::set(&mut chip, 0, "0x0f", 53.9));
    assert_eq!(chip.value(0, 0x0f), Some(53));
    assert!(I2cChip::set(&mut chip, 0, "0x20", 255.0));
    assert_eq!(chip.value(2, 0x20), Some(0xf2), "timed bits follow the time");
    for name in ["0x21", "0x100", "0x", "15", "who_am_i", ""] {
        assert!(!I2cChip::set(&mut chip, 0, name, 1.0), "{name}");
    }
}
