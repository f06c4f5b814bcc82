//! The AT24C256 model byte by byte, as the datasheet (Microchip DS20006042) has it.

use hw_chips::{
    Ack, Direction, I2cChip,
    at24c256::{At24c256, BYTES, PAGE_BYTES},
};
use proptest::prelude::*;

const CYCLE_NS: u64 = 5_000_000;

/// A chip and the hands on its wires. Nothing takes time but `wait`.
struct Wires {
    chip: At24c256,
    now_ns: u64,
}

impl Wires {
    fn new() -> Self {
        Self { chip: At24c256::new(CYCLE_NS), now_ns: 0 }
    }

    fn wait(&mut self, ns: u64) {
        self.now_ns = self.now_ns.saturating_add(ns);
    }

    /// A write without its stop.
    fn send(&mut self, bytes: &[u8]) {
        assert_eq!(self.chip.start(self.now_ns, Direction::Write), Ack::Ack);
        for &byte in bytes {
            assert_eq!(self.chip.write(self.now_ns, byte), Ack::Ack);
        }
    }

    /// A write of nothing but a word address, then of `data`, with its stop; the write cycle is waited for.
    fn write(&mut self, address: u16, data: &[u8]) {
        self.send(&address.to_be_bytes());
        for &byte in data {
            assert_eq!(self.chip.write(self.now_ns, byte), Ack::Ack);
        }
        self.chip.stop(self.now_ns);
        self.wait(CYCLE_NS);
    }

    /// A read from where the counter is.
    fn read<const N: usize>(&mut self) -> [u8; N] {
        assert_eq!(self.chip.start(self.now_ns, Direction::Read), Ack::Ack);
        let bytes = std::array::from_fn(|_| self.chip.read(self.now_ns));
        self.chip.stop(self.now_ns);
        bytes
    }

    /// A random read: the word address, a repeated start, the data.
    fn read_at<const N: usize>(&mut self, address: u16) -> [u8; N] {
        self.send(&address.to_be_bytes());
        self.read()
    }

    /// Whether the chip answers to its address. Nothing follows but the stop.
    fn answers(&mut self, direction: Direction) -> bool {
        let ack = self.chip.start(self.now_ns, direction);
        self.chip.stop(self.now_ns);
        ack == Ack::Ack
    }
}

#[test]
fn a_busy_chip_answers_to_nothing_until_the_cycle_is_over() {
    let mut wires = Wires::new();
    wires.send(&[0, 0, 0x42]);
    wires.chip.stop(wires.now_ns);
    for direction in [Direction::Write, Direction::Read] {
        assert!(!wires.answers(direction));
    }
    wires.wait(CYCLE_NS - 1);
    assert!(!wires.answers(Direction::Write), "a poll does not lengthen the cycle, and does not end it");
    wires.wait(1);
    assert!(wires.answers(Direction::Write));
    assert_eq!(wires.read_at(0), [0x42, 0xff]);
}

#[test]
fn bytes_after_a_refused_address_are_refused_and_change_nothing() {
    let mut wires = Wires::new();
    wires.send(&[0, 0, 0x42]);
    wires.chip.stop(wires.now_ns);
    assert_eq!(wires.chip.start(wires.now_ns, Direction::Write), Ack::Nack);
    for byte in [0, 0, 0x43] {
        assert_eq!(wires.chip.write(wires.now_ns, byte), Ack::Nack);
    }
    assert_eq!(wires.chip.read(wires.now_ns), 0xff, "the line is released");
    wires.chip.stop(wires.now_ns);
    wires.wait(CYCLE_NS);
    assert!(wires.answers(Direction::Write), "no second cycle");
    assert_eq!(wires.read_at(0), [0x42]);
}

#[test]
fn a_write_that_a_repeated_start_cuts_off_is_lost() {
    let mut wires = Wires::new();
    wires.write(0x0100, &[1]);
    wires.send(&[0x01, 0x00, 2]);
    wires.send(&[0x01, 0x00]);
    wires.chip.stop(wires.now_ns);
    assert_eq!(wires.read_at(0x0100), [1], "and no cycle keeps the chip busy");
    wires.send(&[0x01, 0x00, 3]);
    assert_eq!(wires.read::<2>(), [0xff; 2], "reads on from where the lost write stood");
    assert_eq!(wires.read_at(0x0100), [1]);
}

#[test]
fn half_an_address_moves_nothing() {
    let mut wires = Wires::new();
    wires.write(0x1234, &[7, 8]);
    wires.send(&[0x12, 0x35]);
    wires.chip.stop(wires.now_ns);
    wires.send(&[0x00]);
    wires.chip.stop(wires.now_ns);
    wires.send(&[]);
    wires.chip.stop(wires.now_ns);
    assert_eq!(wires.read(), [8]);
}

#[test]
fn an_address_alone_begins_no_cycle() {
    let mut wires = Wires::new();
    wires.send(&[0x40, 0x00]);
    wires.chip.stop(wires.now_ns);
    assert!(wires.answers(Direction::Read));
}

#[test]
fn a_chip_is_delivered_erased_and_reads_from_its_beginning() {
    let mut wires = Wires::new();
    assert_eq!(wires.chip.contents(), [0xff; BYTES]);
    wires.chip.contents_mut()[..2].copy_from_slice(&[1, 2]);
    assert_eq!(wires.read(), [1, 2, 0xff]);
}

#[test]
fn the_top_bit_of_an_address_does_not_matter() {
    let mut wires = Wires::new();
    wires.write(0xffff, &[9]);
    assert_eq!(wires.chip.contents()[BYTES - 1], 9);
    assert_eq!(wires.read_at(0x7fff), [9]);
}

#[test]
fn a_write_wraps_in_its_page() {
    let mut wires = Wires::new();
    wires.write(0x00be, &[1, 2, 3, 4]);
    // 0xbe and 0xbf, then 0x80 and 0x81 of the same page.
    assert_eq!(wires.read_at(0x00bc), [0xff, 0xff, 1, 2, 0xff], "the next page is not touched");
    assert_eq!(wires.read_at(0x007f), [0xff, 3, 4, 0xff], "nor is the one before");
}

#[test]
fn more_than_a_page_overwrites_its_beginning() {
    let mut wires = Wires::new();
    let data: Vec<u8> = (0..PAGE_BYTES as u8 + 2).collect();
    wires.write(0x0040, &data);
    let page: [u8; PAGE_BYTES] = wires.read_at(0x0040);
    assert_eq!(page[..3], [64, 65, 2]);
    assert_eq!(page[63], 63);
    assert_eq!(wires.read_at(0x0080), [0xff]);
}

#[test]
fn the_counter_stays_where_a_write_or_read_left_it() {
    let mut wires = Wires::new();
    wires.write(0x0200, &[1, 2, 3]);
    wires.write(0x0200, &[1, 2]);
    assert_eq!(wires.read(), [3]);
    assert_eq!(wires.read_at(0x0200), [1]);
    wires.wait(u64::MAX / 2);
    assert_eq!(wires.read(), [2, 3]);
    wires.write(0x023f, &[5]);
    assert_eq!(wires.read(), [1], "after the last byte of a page, a write leaves it at the first");
}

#[test]
fn a_read_goes_on_across_pages_and_from_the_end_to_the_beginning() {
    let mut wires = Wires::new();
    wires.write(0x7fff, &[1]);
    wires.write(0x0000, &[2]);
    wires.write(0x003f, &[3]);
    wires.write(0x0040, &[4]);
    assert_eq!(wires.read_at(0x7fff), [1, 2, 0xff]);
    assert_eq!(wires.read_at(0x003f), [3, 4]);
    let all: [u8; BYTES + 1] = wires.read_at(0x0000);
    assert_eq!(all[..BYTES], *wires.chip.contents());
    assert_eq!(all[BYTES], 2);
}

#[test]
fn without_a_write_cycle_the_chip_always_answers() {
    let mut wires = Wires { chip: At24c256::new(0), now_ns: 0 };
    wires.send(&[0, 0, 1]);
    wires.chip.stop(0);
    assert!(wires.answers(Direction::Read));
}

#[test]
fn a_cycle_at_the_end_of_time_does_not_overflow() {
    let mut wires = Wires { chip: At24c256::new(u64::MAX), now_ns: u64::MAX - 1 };
    wires.send(&[0, 0, 1]);
    wires.chip.stop(wires.now_ns);
    assert!(!wires.answers(Direction::Read));
    wires.now_ns = u64::MAX;
    assert!(wires.answers(Direction::Read));
}

proptest! {
    /// Against the datasheet's words at their plainest: one byte after the other, its place counted inside the page.
    #[test]
    fn writes_land_where_the_datasheet_says(
        writes in prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..130)), 1..8),
    ) {
        let mut wires = Wires::new();
        let mut expected = vec![0xff; BYTES];
        for (address, data) in writes {
            wires.write(address, &data);
            let address = usize::from(address) % BYTES;
            let page = address / PAGE_BYTES * PAGE_BYTES;
            for (index, byte) in data.into_iter().enumerate() {
                expected[page + (address + index) % PAGE_BYTES] = byte;
            }
        }
        prop_assert!(wires.chip.contents() == expected);
    }
}
