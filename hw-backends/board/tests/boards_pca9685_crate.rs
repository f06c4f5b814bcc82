//! A chip that a board file describes, under the driver crate `pwm-pca9685`, unchanged.

use std::{cell::Cell, path::Path, rc::Rc};

use embedded_hal::{
    delay::DelayNs,
    i2c::{ErrorKind, ErrorType, I2c, Operation},
};
use hw_board::Board;
use hw_core::backend::I2cWires;
use pwm_pca9685::{Address, Channel, Error, Pca9685};

const ADDRESS: u8 = 0x40;
const LED0_ON_L: u8 = 0x06;
const PRE_SCALE: u8 = 0xfe;

/// A bus of a board's hardware as a driver sees it; time passes with the clock alone.
struct DriverBus {
    wires: I2cWires,
    clock: Clock,
}

/// The device time, nanoseconds, and the delay that lets it pass.
#[derive(Clone, Default)]
struct Clock(Rc<Cell<u64>>);

/// What the operator reads.
#[derive(Debug)]
struct DriverError(String);

impl embedded_hal::i2c::Error for DriverError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl DelayNs for Clock {
    fn delay_ns(&mut self, ns: u32) {
        self.0.set(self.0.get() + u64::from(ns));
    }
}

impl ErrorType for DriverBus {
    type Error = DriverError;
}

impl I2c for DriverBus {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), DriverError> {
        let (at_ns, frequency_hz) = (self.clock.0.get(), self.wires.frequency_hz);
        let reply = self.wires.bus.transaction(at_ns, address, frequency_hz, operations);
        reply.result.map_err(|error| DriverError(error.to_string()))
    }
}

fn board() -> Board {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boards/accepted/pca9685.toml");
    Board::load(path).unwrap_or_else(|error| panic!("{error}"))
}

fn driver() -> (Pca9685<DriverBus>, Clock) {
    let clock = Clock::default();
    let wires = board().hardware().i2c.remove(0);
    let bus = DriverBus { wires, clock: clock.clone() };
    (Pca9685::new(bus, Address::default()).unwrap(), clock)
}

/// What the chip holds from `register` on.
fn held<const N: usize>(driver: Pca9685<DriverBus>, register: u8) -> [u8; N] {
    let mut bytes = [0; N];
    driver.destroy().write_read(ADDRESS, &[register], &mut bytes).unwrap();
    bytes
}

#[test]
fn a_register_that_is_not_described_is_refused() {
    let (mut driver, _) = driver();
    let Err(Error::I2C(error)) = driver.set_channel_on(Channel::All, 1) else {
        panic!("0xfa is not described")
    };
    assert_eq!(error.0, "i2c.0: the chip at 0x40 refused byte 0 of a write, 0xfa");
}

#[test]
fn settings_reach_their_registers() {
    let (mut driver, _) = driver();
    driver.set_prescale(100).unwrap();
    driver.set_channel_on_off(Channel::C3, 0x123, 0xabc).unwrap();
    let mut bus = driver.destroy();
    let mut channel = [0; 6];
    bus.write_read(ADDRESS, &[LED0_ON_L + 4 * 3 - 1], &mut channel).unwrap();
    assert_eq!(channel, [0, 0x23, 0x01, 0xbc, 0x0a, 0]);
    bus.write(ADDRESS, &[LED0_ON_L + 1, 0xff]).unwrap();
    bus.write_read(ADDRESS, &[LED0_ON_L + 1], &mut channel[..1]).unwrap();
    assert_eq!(channel[0], 0x1f, "reserved bits stay 0");
    bus.write_read(ADDRESS, &[PRE_SCALE], &mut channel[..1]).unwrap();
    assert_eq!(channel[0], 100);
}

#[test]
fn all_channels_go_in_one_message() {
    let (mut driver, _) = driver();
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
    // A restart is due when bit 7 of MODE1 is set; the driver reads the register to know, and waits 500 us.
    let (mut driver, mut clock) = driver();
    driver.restart(&mut clock).unwrap();
    assert_eq!(clock.0.get(), 0, "not due: the driver does not wait");
    driver.enable_restart_and_disable().unwrap();
    driver.restart(&mut clock).unwrap();
    assert!(clock.0.get() >= 500_000);
}

#[test]
fn registers_are_known_by_their_names() {
    let board = board();
    let (bus, chip) = board.chip("pwm").unwrap();
    assert_eq!((bus, chip.address, chip.registers()), (0, ADDRESS, Some(67)));
    let settings = chip.settings();
    let of = |name: &str| settings.iter().find(|setting| setting.name == name).map(|setting| setting.value);
    assert_eq!((of("mode1"), of("off-high-15"), of("off-high-16")), (Some(17.0), Some(0.0), None));
    let mut chip = chip.build();
    assert!(settings.iter().all(|setting| chip.set(0, &setting.name, setting.max)));
}
