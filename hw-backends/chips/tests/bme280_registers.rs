//! The BME280 model register by register, byte by byte, as the datasheet (BST-BME280-DS002) has it.

#![allow(clippy::unusual_byte_groupings, reason = "grouped as the registers' fields are")]

use hw_chips::{
    Ack, Direction, I2cChip,
    bme280::{Bme280, Calibration, Environment},
};

const MS: u64 = 1_000_000;

const CTRL_HUM: u8 = 0xf2;
const STATUS: u8 = 0xf3;
const CTRL_MEAS: u8 = 0xf4;
const CONFIG: u8 = 0xf5;
const DATA: u8 = 0xf7;

/// One sample of temperature and pressure: with one of humidity too, 8 ms.
const ONCE_SLEEP: u8 = 0b001_001_00;
const ONCE_FORCED: u8 = ONCE_SLEEP | 0b01;
const ONCE_NORMAL: u8 = ONCE_SLEEP | 0b11;

const RESET_DATA: [u8; 8] = [0x80, 0, 0, 0x80, 0, 0, 0x80, 0];
const MILD: Environment = Environment { temperature_c: 21.5, humidity_percent: 48.0, pressure_pa: 101_325.0 };
const COLD: Environment = Environment { temperature_c: -10.0, humidity_percent: 90.0, pressure_pa: 95_000.0 };

/// A chip and the hands on its wires. Nothing takes time but `wait`.
struct Wires {
    chip: Bme280,
    now_ns: u64,
}

impl Wires {
    fn new(around: Environment) -> Self {
        Self { chip: Bme280::new(around), now_ns: 0 }
    }

    fn wait(&mut self, ns: u64) {
        self.now_ns += ns;
    }

    fn write(&mut self, bytes: &[u8]) {
        assert_eq!(self.chip.start(self.now_ns, Direction::Write), Ack::Ack);
        for &byte in bytes {
            assert_eq!(self.chip.write(self.now_ns, byte), Ack::Ack);
        }
        self.chip.stop(self.now_ns);
    }

    fn read<const N: usize>(&mut self, register: u8) -> [u8; N] {
        self.chip.start(self.now_ns, Direction::Write);
        self.chip.write(self.now_ns, register);
        self.chip.start(self.now_ns, Direction::Read);
        let bytes = std::array::from_fn(|_| self.chip.read(self.now_ns));
        self.chip.stop(self.now_ns);
        bytes
    }

    fn register(&mut self, register: u8) -> u8 {
        let [byte] = self.read(register);
        byte
    }

    /// What a chip shows that measured `around` once, with one sample and no filter.
    fn measured(around: Environment) -> [u8; 8] {
        Self::measured_with(around, 0)
    }

    /// The same with the filter on, whose first value passes unchanged.
    fn measured_filtered(around: Environment) -> [u8; 8] {
        Self::measured_with(around, 0b000_100_00)
    }

    fn measured_with(around: Environment, config: u8) -> [u8; 8] {
        let mut wires = Self::new(around);
        wires.write(&[CONFIG, config, CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
        wires.wait(8 * MS);
        wires.read(DATA)
    }
}

#[test]
fn registers_that_do_not_exist_read_zero_and_ignore_writes() {
    let mut wires = Wires::new(MILD);
    for register in (0x00..0x88).chain(0xa2..0xd0).chain(0xd1..=0xe0).chain([0xf1, 0xf6, 0xff]) {
        wires.write(&[register, 0x5a]);
        assert_eq!(wires.register(register), 0, "{register:#04x}");
    }
}

#[test]
fn read_only_registers_ignore_writes() {
    let mut wires = Wires::new(MILD);
    let before: [u8; 0x78] = wires.read(0x88);
    for register in (0x88..=0xd0).chain(0xe1..=0xf1).chain([STATUS]).chain(DATA..=0xfe) {
        wires.write(&[register, 0x5a]);
    }
    assert_eq!(wires.read::<0x78>(0x88), before);
}

#[test]
fn only_the_reset_word_resets() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 5, CONFIG, 0xff]);
    wires.write(&[0xe0, 0xb5]);
    assert_eq!((wires.register(CTRL_HUM), wires.register(CONFIG)), (5, 0xfd));
    wires.write(&[0xe0, 0xb6]);
    assert_eq!((wires.register(CTRL_HUM), wires.register(CONFIG)), (0, 0));
}

#[test]
fn a_value_without_a_register_is_none() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM]);
    wires.write(&[5]);
    assert_eq!(wires.register(CTRL_HUM), 0, "a start begins with a register");
}

#[test]
fn power_on_values() {
    let mut wires = Wires::new(MILD);
    assert_eq!(wires.register(0xd0), 0x60);
    assert_eq!(wires.read(CTRL_HUM), [0, 0, 0, 0]);
    assert_eq!(wires.read(DATA), RESET_DATA);
    assert_eq!(wires.read::<6>(0x88), [0x70, 0x6b, 0x43, 0x67, 0x18, 0xfc]);
    assert_eq!(wires.read::<8>(0xe1), [0x77, 0x01, 0x00, 0x12, 0x20, 0x03, 0x1e, 0x00]);
}

#[test]
fn reads_go_on_and_writes_come_in_pairs() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 3, CONFIG, 0x80, CTRL_MEAS, 0x48]);
    assert_eq!(wires.read(CTRL_HUM), [3, 0, 0x48, 0x80]);
    assert_eq!(wires.read::<2>(0xff), [0, 0], "0xff is followed by 0x00");
}

#[test]
fn a_forced_measurement_ends_on_time_and_the_chip_sleeps() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
    assert_eq!(wires.read(STATUS), [0x08, ONCE_FORCED]);
    wires.wait(8 * MS - 1);
    assert_eq!(wires.read(STATUS), [0x08, ONCE_FORCED]);
    assert_eq!(wires.read(DATA), RESET_DATA, "too early");
    wires.wait(1);
    assert_eq!(wires.read(STATUS), [0x00, ONCE_SLEEP]);
    let data = wires.read(DATA);
    assert_ne!(data, RESET_DATA);
    wires.wait(1000 * MS);
    assert_eq!(wires.read(DATA), data, "asleep, whatever happens outside");
}

#[test]
fn a_second_measurement_read_too_early_shows_the_first() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
    wires.wait(8 * MS);
    wires.chip.set_environment(wires.now_ns, COLD);
    wires.write(&[CTRL_MEAS, ONCE_FORCED]);
    wires.wait(5 * MS);
    assert_eq!(wires.read(DATA), Wires::measured(MILD));
    wires.wait(3 * MS);
    assert_eq!(wires.read(DATA), Wires::measured(COLD));
}

#[test]
fn a_measurement_shows_what_is_around_when_it_ends() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
    wires.chip.set_environment(8 * MS - 1, COLD);
    wires.wait(20 * MS);
    assert_eq!(wires.read(DATA), Wires::measured(COLD));

    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
    wires.chip.set_environment(8 * MS, COLD);
    wires.wait(20 * MS);
    assert_eq!(wires.read(DATA), Wires::measured(MILD));
}

#[test]
fn humidity_settings_wait_for_ctrl_meas() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    wires.write(&[CTRL_HUM, 0]);
    wires.wait(8 * MS);
    assert_eq!(wires.read(DATA), Wires::measured(MILD), "still measured");
    wires.write(&[CTRL_MEAS, ONCE_NORMAL]);
    wires.wait(20 * MS);
    assert_eq!(wires.read(0xfd), [0x80, 0x00], "skipped");
}

#[test]
fn a_burst_shows_one_measurement() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
    wires.write(&[STATUS]);
    wires.chip.start(7 * MS, Direction::Read);
    let burst: [u8; 12] = std::array::from_fn(|i| wires.chip.read(7 * MS + i as u64 * MS));
    wires.chip.stop(30 * MS);
    assert_eq!(burst[..2], [0x08, ONCE_SLEEP], "control registers are live");
    assert_eq!(burst[4..], RESET_DATA);
    wires.now_ns = 30 * MS;
    assert_eq!(wires.read(DATA), Wires::measured(MILD));
}

#[test]
fn during_a_measurement_the_first_command_waits_and_others_are_lost() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    wires.wait(MS);
    wires.write(&[CTRL_MEAS, ONCE_SLEEP]);
    wires.write(&[CTRL_MEAS, ONCE_NORMAL]);
    assert_eq!(wires.register(CTRL_MEAS), ONCE_NORMAL);
    wires.wait(7 * MS);
    assert_eq!(wires.read(STATUS), [0, ONCE_SLEEP]);
    assert_eq!(wires.read(DATA), Wires::measured(MILD), "the measurement was finished");
}

#[test]
fn normal_mode_measures_and_stands_by_in_turn() {
    let mut wires = Wires::new(MILD);
    // Standby 62.5 ms.
    wires.write(&[CONFIG, 0b001_000_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    for round in [0, 1, 2, 10, 1_000_000] {
        wires.now_ns = round * 70_500_000;
        assert_eq!(wires.register(STATUS), 0x08, "round {round} begins");
        wires.wait(8 * MS - 1);
        assert_eq!(wires.register(STATUS), 0x08, "round {round} goes on");
        wires.wait(1);
        assert_eq!(wires.register(STATUS), 0x00, "round {round} is over");
        wires.wait(62_500_000 - 1);
        assert_eq!(wires.register(STATUS), 0x00, "standby after round {round}");
    }
    wires.write(&[CTRL_MEAS, ONCE_SLEEP]);
    wires.wait(100 * MS);
    assert_eq!(wires.read(STATUS), [0, ONCE_SLEEP]);
}

#[test]
fn settings_change_in_standby_without_ending_it() {
    let mut wires = Wires::new(MILD);
    // Standby 62.5 ms.
    wires.write(&[CONFIG, 0b001_000_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    wires.wait(50 * MS);
    // 2 samples of temperature instead of 1: 10 ms.
    wires.write(&[CTRL_MEAS, 0b010_001_11]);
    wires.wait(20_500_000 - 1);
    assert_eq!(wires.register(STATUS), 0x00, "still standing by");
    wires.wait(1);
    assert_eq!(wires.register(STATUS), 0x08);
    wires.wait(10 * MS - 1);
    assert_eq!(wires.register(STATUS), 0x08);
    wires.wait(1);
    assert_eq!(wires.register(STATUS), 0x00);
    // From now on a round is 72.5 ms.
    wires.wait(1000 * 72_500_000 - 1);
    assert_eq!(wires.register(STATUS), 0x08);
    wires.wait(1);
    assert_eq!(wires.register(STATUS), 0x00);
}

#[test]
fn a_century_of_normal_mode_is_soon_over() {
    const CENTURY_NS: u64 = 100 * 366 * 24 * 3600 * 1_000_000_000;
    let mut wires = Wires::new(MILD);
    // Standby 0.5 ms, filter 16: the most there is to do.
    wires.write(&[CONFIG, 0b000_100_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    wires.wait(CENTURY_NS);
    wires.chip.set_environment(wires.now_ns, COLD);
    wires.wait(CENTURY_NS);
    assert_eq!(wires.read(DATA), Wires::measured_filtered(COLD), "the filter has settled on the new values");
}

#[test]
fn the_end_of_time_is_reached() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CONFIG, 0b000_100_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    wires.wait(u64::MAX);
    assert_eq!(wires.read(DATA), Wires::measured_filtered(MILD));
    wires.write(&[0xe0, 0xb6, CTRL_MEAS, ONCE_FORCED]);
    assert_eq!(wires.read(STATUS), [0x08, ONCE_FORCED], "this one never ends");
}

#[test]
fn the_filter_smooths_temperature_and_pressure_but_not_humidity() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CONFIG, 0b000_010_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED]);
    wires.wait(8 * MS);
    let adc = |data: [u8; 8]| {
        let twenty = |at: usize| u32::from_be_bytes([0, data[at], data[at + 1], data[at + 2]]) >> 4;
        (twenty(0), twenty(3), u16::from_be_bytes([data[6], data[7]]))
    };
    let mild = adc(wires.read(DATA));
    wires.chip.set_environment(wires.now_ns, COLD);
    wires.write(&[CTRL_MEAS, ONCE_FORCED]);
    wires.wait(8 * MS);
    let mixed = adc(wires.read(DATA));
    let cold = adc(Wires::measured_filtered(COLD));
    let quarter = |old: u32, new: u32| (3 * old + new + 2) / 4;
    assert_eq!(mixed, (quarter(mild.0, cold.0), quarter(mild.1, cold.1), cold.2));
}

#[test]
fn a_write_to_config_empties_the_filter() {
    let mut wires = Wires::new(MILD);
    let filtered = [CONFIG, 0b000_100_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_FORCED];
    wires.write(&filtered);
    wires.wait(8 * MS);
    wires.chip.set_environment(wires.now_ns, COLD);
    wires.write(&filtered);
    wires.wait(8 * MS);
    assert_eq!(wires.read(DATA), Wires::measured_filtered(COLD));
}

#[test]
fn a_reset_ends_everything_and_takes_two_milliseconds() {
    let mut wires = Wires::new(MILD);
    wires.write(&[CONFIG, 0b001_000_00, CTRL_HUM, 1, CTRL_MEAS, ONCE_NORMAL]);
    wires.wait(10 * MS);
    wires.write(&[0xe0, 0xb6]);
    assert_eq!(wires.read(CTRL_HUM), [0, 0x01, 0, 0]);
    assert_eq!(wires.read(DATA), RESET_DATA);
    wires.wait(2 * MS - 1);
    assert_eq!(wires.register(STATUS), 0x01);
    wires.wait(1);
    assert_eq!(wires.register(STATUS), 0x00);
    wires.wait(1000 * MS);
    assert_eq!(wires.read(DATA), RESET_DATA, "asleep");
}

#[test]
fn another_calibration_shows_in_its_registers() {
    let other = Calibration { dig_t1: 0x1234, dig_h4: -1, ..Calibration::EXAMPLE };
    let mut wires = Wires { chip: Bme280::with_calibration(MILD, other), now_ns: 0 };
    assert_eq!(wires.read(0x88), [0x34, 0x12]);
    assert_eq!(wires.read(0xe4), [0xff, 0x2f]);
}
