//! The AT24C256 model under the driver crate `eeprom24x`, unchanged: its own calls, and storage across pages.

mod support;

use eeprom24x::{
    Eeprom24x, Error, SlaveAddr, Storage, addr_size::TwoBytes, page_size::B64, unique_serial::No,
};
use embedded_hal::delay::DelayNs;
use embedded_storage::{ReadStorage, Storage as _};
use hw_chips::model;
use proptest::prelude::*;
use support::{Clock, DriverBus, wire};

type Driver = Eeprom24x<DriverBus, B64, TwoBytes, No>;

const CYCLE_US: u64 = 5_000;

/// A driver for A2, A1, A0 low, and a chip at `address` with this write cycle.
fn driver(address: u8, write_cycle_ms: f64) -> (Driver, Clock) {
    let at24c256 = model("at24c256").unwrap();
    let mut values = at24c256.defaults();
    values[at24c256.parameter("write-cycle-ms").unwrap()] = write_cycle_ms;
    let (bus, clock) = wire(address, (at24c256.build)(&values));
    (Driver::new_24x256(bus, SlaveAddr::default()), clock)
}

fn storage(write_cycle_ms: f64) -> Storage<DriverBus, B64, TwoBytes, No, Clock> {
    let (driver, clock) = driver(0x50, write_cycle_ms);
    Storage::new(driver, clock)
}

#[test]
fn a_wrong_address_fails_with_the_bus_and_what_is_there() {
    let (mut driver, _) = driver(0x51, 5.0);
    let Err(Error::I2C(error)) = driver.read_byte(0) else { panic!("nobody is there") };
    assert_eq!(error.message, "i2c.0: no chip at address 0x50 (the bus has 0x51)");
}

#[test]
fn a_driver_that_does_not_wait_is_refused() {
    let (mut driver, mut clock) = driver(0x50, 5.0);
    driver.write_byte(0, 1).unwrap();
    let Err(Error::I2C(error)) = driver.write_byte(1, 2) else { panic!("the chip is busy") };
    assert_eq!(error.message, "i2c.0: the chip at 0x50 refused its address");
    clock.delay_us(CYCLE_US as u32);
    assert_eq!(driver.read_byte(0).unwrap(), 1);
    assert_eq!(driver.read_byte(1).unwrap(), 0xff, "the refused write did nothing");
}

#[test]
fn every_wiring_of_the_address_pins_is_reached() {
    for (low, address) in (0x50..=0x57).enumerate() {
        let pin = |bit: usize| low >> bit & 1 == 1;
        let at24c256 = model("at24c256").unwrap();
        assert!(at24c256.addresses.contains(&address));
        let (bus, _) = wire(address, (at24c256.build)(&[]));
        let mut driver = Driver::new_24x256(bus, SlaveAddr::Alternative(pin(2), pin(1), pin(0)));
        assert_eq!(driver.read_byte(0x7fff).unwrap(), 0xff, "{address:#04x}");
    }
}

#[test]
fn acknowledge_polling_ends_with_the_write_cycle() {
    let (mut driver, mut clock) = driver(0x50, 3.5);
    driver.write_page(0x1000, &[1, 2, 3]).unwrap();
    let before_ns = clock.now_ns();
    while driver.read_byte(0x1000).is_err() {
        clock.delay_us(50);
    }
    let waited_us = (clock.now_ns() - before_ns) / 1000;
    assert!((3_500..3_800).contains(&waited_us), "3.5 ms, the poll and the read: {waited_us} us");
}

#[test]
fn the_current_address_follows_the_last_access() {
    let (mut driver, mut clock) = driver(0x50, 5.0);
    driver.write_page(0x0100, &[1, 2, 3, 4]).unwrap();
    clock.delay_us(CYCLE_US as u32);
    assert_eq!(driver.read_byte(0x0101).unwrap(), 2);
    assert_eq!(driver.read_current_address().unwrap(), 3);
    assert_eq!(driver.read_current_address().unwrap(), 4);
}

#[test]
fn the_driver_keeps_page_writes_inside_their_page() {
    let (mut driver, mut clock) = driver(0x50, 5.0);
    assert!(matches!(driver.write_page(0x003e, &[1, 2, 3]), Err(Error::TooMuchData)));
    let page = [7; 64];
    driver.write_page(0x0040, &page).expect("the chip was not asked, so it is not busy");
    clock.delay_us(CYCLE_US as u32);
    let mut seen = [0; 66];
    driver.read_data(0x003f, &mut seen).unwrap();
    assert_eq!((seen[0], &seen[1..65], seen[65]), (0xff, page.as_slice(), 0xff));
}

#[test]
fn storage_is_as_large_as_the_chip() {
    let mut storage = storage(5.0);
    assert_eq!(storage.capacity(), 32_768);
    assert!(matches!(storage.write(32_767, &[1, 2]), Err(Error::TooMuchData)));
    storage.write(32_767, &[1]).unwrap();
    let mut seen = [0; 2];
    storage.read(32_767, &mut seen).unwrap();
    assert_eq!(seen, [1, 0xff], "a read goes on at the beginning");
}

proptest! {
    #[test]
    fn storage_keeps_what_is_written_across_pages(
        offset in 0u32..32_000,
        data in prop::collection::vec(any::<u8>(), 1..700),
        write_cycle_ms in 0.0..=5.0,
    ) {
        let mut storage = storage(write_cycle_ms);
        storage.write(offset, &data).unwrap();
        let mut seen = vec![0; data.len() + 2];
        let before = offset.saturating_sub(1);
        storage.read(before, &mut seen).unwrap();
        let first = (offset - before) as usize;
        prop_assert_eq!(&seen[first..][..data.len()], &data);
        prop_assert_eq!(seen[first + data.len()], 0xff);
        prop_assert!(first == 0 || seen[0] == 0xff);
    }
}
