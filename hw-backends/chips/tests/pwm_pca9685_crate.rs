//! A chip described by data under the driver crate `pwm-pca9685`, unchanged: the registers of NXP's PCA9685, as far as
//! a list of registers can say what they are.

mod support;

use embedded_hal::i2c::I2c;
use hw_chips::registers::{Increment, Register, RegisterMap, Registers, Unknown};
use pwm_pca9685::{Address, Channel, Error, Pca9685};
use support::{DriverBus, wire};

const ADDRESS: u8 = 0x40;
const MODE1: u8 = 0x00;
const LED0_ON_L: u8 = 0x06;
const LED15_OFF_H: u8 = 0x45;
const PRE_SCALE: u8 = 0xfe;

/// MODE1 and PRE_SCALE with their values after power-on (PCA9685 datasheet rev. 4, sections 7.3.1 and 7.3.5), MODE2,
/// and the counters of all outputs; an address that the chip does not have is refused. The upper three bits of a
/// counter's upper byte are reserved and read as 0 (section 7.3.3).
fn chip() -> Registers {
    let counters = (LED0_ON_L..=LED15_OFF_H).map(|address| Register {
        read_only: if address % 2 == 1 { 0xe0 } else { 0 },
        ..Register::new(address, 0)
    });
    let mut registers = vec![
        Register::new(MODE1, 0x11),
        Register { read_only: 0xe0, ..Register::new(0x01, 0x04) },
        Register::new(PRE_SCALE, 0x1e),
    ];
    registers.extend(counters);
    Registers::new(RegisterMap { registers, increment: Increment::Always, unknown: Unknown::Refused })
        .unwrap()
}

fn driver() -> Pca9685<DriverBus> {
    let (bus, _) = wire(ADDRESS, Box::new(chip()));
    Pca9685::new(bus, Address::default()).unwrap()
}

/// What the chip holds from `register` on.
fn held<const N: usize>(driver: Pca9685<DriverBus>, register: u8) -> [u8; N] {
    let mut bytes = [0; N];
    driver.destroy().write_read(ADDRESS, &[register], &mut bytes).unwrap();
    bytes
}

#[test]
fn a_register_that_is_not_described_is_refused() {
    let mut driver = driver();
    let Err(Error::I2C(error)) = driver.set_channel_on(Channel::All, 1) else {
        panic!("0xfa is not described")
    };
    assert_eq!(error.message, "i2c.0: the chip at 0x40 refused byte 0 of a write, 0xfa");
}

#[test]
fn settings_reach_their_registers() {
    let mut driver = driver();
    driver.set_prescale(100).unwrap();
    driver.enable().unwrap();
    driver.set_channel_on_off(Channel::C3, 0x123, 0xabc).unwrap();
    let mut bus = driver.destroy();
    let mut prescale = [0];
    bus.write_read(ADDRESS, &[PRE_SCALE], &mut prescale).unwrap();
    assert_eq!(prescale, [100]);
    let mut channel = [0; 6];
    bus.write_read(ADDRESS, &[LED0_ON_L + 4 * 3 - 1], &mut channel).unwrap();
    assert_eq!(channel, [0, 0x23, 0x01, 0xbc, 0x0a, 0]);
    let mut mode = [0];
    bus.write_read(ADDRESS, &[MODE1], &mut mode).unwrap();
    assert_eq!(mode[0] & 0x10, 0, "awake");
}

#[test]
fn all_channels_go_in_one_message() {
    let mut driver = driver();
    let on: [u16; 16] = std::array::from_fn(|index| index as u16 * 0x111);
    let off: [u16; 16] = std::array::from_fn(|index| 0xfff - index as u16);
    driver.set_all_on_off(&on, &off).unwrap();
    let seen: [u8; 64] = held(driver, LED0_ON_L);
    let pairs = on.iter().zip(&off);
    let expected: Vec<u8> =
        pairs.flat_map(|(on, off)| [on.to_le_bytes(), off.to_le_bytes()].concat()).collect();
    assert_eq!(seen, expected.as_slice());
}

#[test]
fn the_driver_reads_what_the_chip_holds() {
    // A restart is due when bit 7 of MODE1 is set; the driver reads the register to know.
    let (bus, mut clock) = wire(ADDRESS, Box::new(chip()));
    let mut driver = Pca9685::new(bus, Address::default()).unwrap();
    let before_ns = clock.now_ns();
    driver.restart(&mut clock).unwrap();
    assert!(clock.now_ns() - before_ns < 500_000, "not due: the driver does not wait");
    driver.enable_restart_and_disable().unwrap();
    let before_ns = clock.now_ns();
    driver.restart(&mut clock).unwrap();
    assert!(clock.now_ns() - before_ns > 500_000, "due: the driver waits 500 us");
}
