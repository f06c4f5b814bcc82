//! A chip described by data, byte by byte.

use hw_chips::{
    Ack, Direction, I2cChip,
    registers::{Increment, Register, RegisterMap, RegisterMapError, Registers, Timed, Unknown},
};
use proptest::prelude::*;

/// Who am I: 0x33, fixed. A setting whose upper half is fixed. A plain byte.
fn three() -> Vec<Register> {
    vec![
        Register::new(0x21, 0x55),
        Register { read_only: 0xff, ..Register::new(0x0f, 0x33) },
        Register { read_only: 0xf0, ..Register::new(0x20, 0xa7) },
    ]
}

fn chip(registers: Vec<Register>, increment: Increment, unknown: Unknown) -> Registers {
    Registers::new(RegisterMap { registers, increment, unknown }).unwrap()
}

fn refusal(registers: Vec<Register>, increment: Increment) -> (RegisterMapError, String) {
    let unknown = Unknown::default();
    let error = Registers::new(RegisterMap { registers, increment, unknown }).unwrap_err();
    (error, error.to_string())
}

/// The ninth bit of each byte.
fn write(chip: &mut Registers, bytes: &[u8]) -> Vec<Ack> {
    assert_eq!(chip.start(0, Direction::Write), Ack::Ack);
    let acks = bytes.iter().map(|byte| chip.write(0, *byte)).collect();
    chip.stop(0);
    acks
}

fn read<const N: usize>(chip: &mut Registers, at_ns: u64) -> [u8; N] {
    assert_eq!(chip.start(at_ns, Direction::Read), Ack::Ack);
    // Long bytes: a millisecond each.
    let bytes = std::array::from_fn(|index| chip.read(at_ns + index as u64 * 1_000_000));
    chip.stop(at_ns);
    bytes
}

fn read_at<const N: usize>(chip: &mut Registers, register: u8) -> [u8; N] {
    write(chip, &[register]);
    read(chip, 0)
}

#[test]
fn what_describes_no_chip_is_refused() {
    let (error, message) = refusal(vec![], Increment::Always);
    assert_eq!(error, RegisterMapError::Empty);
    assert_eq!(message, "the chip has no register, must have at least one");

    let twice = vec![Register::new(0x20, 1), Register::new(0x21, 1), Register::new(0x20, 2)];
    let (error, message) = refusal(twice, Increment::Never);
    assert_eq!(error, RegisterMapError::Twice { address: 0x20 });
    assert_eq!(message, "register 0x20 is there twice");

    let (error, message) = refusal(vec![Register::new(0x80, 0)], Increment::WithBit7);
    assert_eq!(error, RegisterMapError::OutOfReach { address: 0x80 });
    assert_eq!(message, "register 0x80 is above 0x7f: bit 7 asks for increments");

    let timed = |period_ns, shift| {
        let timed = Some(Timed { mask: 0xff, period_ns, shift });
        vec![Register { timed, ..Register::new(0x04, 0) }]
    };
    let (error, message) = refusal(timed(0, 0), Increment::Always);
    assert_eq!(error, RegisterMapError::NoPeriod { address: 4 });
    assert_eq!(message, "the period of register 0x04 is 0 ns, must be at least 1 ns");
    let (error, message) = refusal(timed(1, 64), Increment::Always);
    assert_eq!(error, RegisterMapError::ShiftTooLong { address: 4, shift: 64 });
    assert_eq!(message, "the shift of register 0x04 is 64, must be 0 to 63");
}

#[test]
fn unknown_registers_read_as_told_and_forget_writes() {
    let mut chip = chip(three(), Increment::Always, Unknown::ReadsAs(0x99));
    assert_eq!(write(&mut chip, &[0x22, 1, 2]), [Ack::Ack; 3]);
    assert_eq!(read_at(&mut chip, 0x20), [0xa7, 0x55, 0x99, 0x99]);
    assert_eq!(chip.value(0, 0x22), None);
    assert!(!chip.set(0x22, 1));
}

#[test]
fn unknown_registers_are_refused_if_told() {
    let mut chip = chip(three(), Increment::Always, Unknown::Refused);
    assert_eq!(write(&mut chip, &[0x22]), [Ack::Nack]);
    assert_eq!(write(&mut chip, &[0x21, 1, 2]), [Ack::Ack, Ack::Ack, Ack::Nack]);
    assert_eq!(read_at(&mut chip, 0x21), [1, 0xff]);
    write(&mut chip, &[0x21]);
    assert_eq!(write(&mut chip, &[0x22]), [Ack::Nack]);
    assert_eq!(read(&mut chip, 0), [1], "a refused address moves nothing");
}

#[test]
fn read_only_bits_keep_their_value() {
    let mut chip = chip(three(), Increment::Always, Unknown::default());
    write(&mut chip, &[0x0f, 0x00]);
    write(&mut chip, &[0x20, 0x5c]);
    assert_eq!(read_at(&mut chip, 0x0f), [0x33]);
    assert_eq!(read_at(&mut chip, 0x20), [0xac]);
    assert!(chip.set(0x0f, 0x34), "the outside world may");
    assert_eq!(read_at(&mut chip, 0x0f), [0x34]);
}

#[test]
fn registers_are_there_after_power_on_and_the_pointer_is_at_zero() {
    let registers = vec![Register::new(0x00, 0x11), Register::new(0x01, 0x22)];
    assert_eq!(read(&mut chip(registers, Increment::Always, Unknown::default()), 0), [0x11, 0x22, 0]);
    let mut chip = chip(three(), Increment::Always, Unknown::default());
    assert_eq!(read_at(&mut chip, 0x1f), [0, 0xa7, 0x55]);
}

#[test]
fn increments_go_on_in_the_next_message() {
    let mut chip = chip(three(), Increment::Always, Unknown::default());
    write(&mut chip, &[0x20, 1, 2]);
    assert_eq!(read_at(&mut chip, 0x20), [0xa1]);
    assert_eq!(read(&mut chip, 0), [2]);
    write(&mut chip, &[]);
    assert_eq!(read(&mut chip, 0), [0]);
}

#[test]
fn increments_wrap_at_the_end() {
    let ends = vec![Register::new(0xff, 1), Register::new(0x00, 2)];
    assert_eq!(read_at(&mut chip(ends, Increment::Always, Unknown::default()), 0xff), [1, 2]);
    let ends = vec![Register::new(0x7f, 1), Register::new(0x00, 2)];
    assert_eq!(read_at(&mut chip(ends, Increment::WithBit7, Unknown::default()), 0xff), [1, 2]);
}

#[test]
fn without_increments_a_byte_more_is_for_the_same_register() {
    let mut chip = chip(three(), Increment::Never, Unknown::default());
    assert_eq!(read_at(&mut chip, 0x20), [0xa7, 0xa7]);
    write(&mut chip, &[0x21, 1, 2, 3]);
    assert_eq!(read(&mut chip, 0), [3, 3]);
}

#[test]
fn bit_7_asks_for_increments() {
    let mut chip = chip(three(), Increment::WithBit7, Unknown::Refused);
    assert_eq!(read_at(&mut chip, 0x20), [0xa7, 0xa7]);
    assert_eq!(read_at(&mut chip, 0xa0), [0xa7, 0x55, 0xff]);
    write(&mut chip, &[0x20, 1, 2]);
    assert_eq!(read_at(&mut chip, 0xa0), [0xa2, 0x55]);
    write(&mut chip, &[0xa0, 1, 2]);
    assert_eq!(read_at(&mut chip, 0xa0), [0xa1, 2]);
}

#[test]
fn timed_bits_follow_the_time_and_no_write() {
    let blink = Timed { mask: 0x01, period_ns: 500, shift: 0 };
    let mut chip = chip(
        vec![Register { timed: Some(blink), ..Register::new(0, 0xf1) }],
        Increment::Never,
        Unknown::default(),
    );
    let seen = [0, 499, 500, 999, 1000, u64::MAX].map(|at_ns| chip.value(at_ns, 0).unwrap());
    // u64::MAX / 500 is odd.
    assert_eq!(seen, [0xf0, 0xf0, 0xf1, 0xf1, 0xf0, 0xf1]);
    write(&mut chip, &[0, 0xff]);
    assert_eq!(read(&mut chip, 0), [0xfe]);
    write(&mut chip, &[0, 0x00]);
    assert_eq!(read(&mut chip, 500), [0x01]);
}

#[test]
fn counters_of_more_bytes_are_of_one_piece() {
    let byte = |address, shift| Register {
        timed: Some(Timed { mask: 0xff, period_ns: 1_000_000, shift }),
        ..Register::new(address, 0)
    };
    let mut chip = chip(vec![byte(0, 8), byte(1, 0)], Increment::Always, Unknown::default());
    // The low byte runs over while the message lasts: it shows the moment when the message began.
    assert_eq!(read(&mut chip, 255 * 1_000_000), [0x00, 0xff]);
    write(&mut chip, &[0]);
    assert_eq!(read(&mut chip, 256 * 1_000_000), [0x01, 0x00]);
}

proptest! {
    /// A write changes the bits that may be written, and nothing else, anywhere.
    #[test]
    fn every_mask_keeps_its_bits(
        described in prop::collection::btree_map(any::<u8>(), (any::<u8>(), any::<u8>()), 1..40),
        first: u8,
        data in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let registers = described
            .iter()
            .map(|(address, (reset, read_only))| Register {
                read_only: *read_only,
                ..Register::new(*address, *reset)
            })
            .collect();
        let mut chip = chip(registers, Increment::Always, Unknown::ReadsAs(0xee));
        write(&mut chip, &[&[first], data.as_slice()].concat());
        let mut expected = [0xee; 256];
        for (address, (reset, _)) in &described {
            expected[usize::from(*address)] = *reset;
        }
        for (index, byte) in data.iter().enumerate() {
            let address = first.wrapping_add(index as u8);
            if let Some((_, read_only)) = described.get(&address) {
                let old = expected[usize::from(address)];
                expected[usize::from(address)] = (old & read_only) | (byte & !read_only);
            }
        }
        let seen: [u8; 256] = read_at(&mut chip, 0x00);
        prop_assert_eq!(seen, expected);
    }
}
