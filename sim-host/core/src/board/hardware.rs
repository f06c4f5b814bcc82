//! From a board to the simulated hardware behind the seam.

use hw_chips::{ChipBus, Pin as SimulatedPin, SimulatedGpio};
use hw_core::backend::{Hardware, I2cWires, Quiet};

use super::{Board, I2c, Pin};

pub(super) fn build(board: &Board) -> Hardware {
    let gpio = SimulatedGpio::new((0..board.profile.gpio_pins).filter_map(|number| pin(board, number)));
    Hardware {
        gpio: Box::new(gpio),
        i2c: board.i2c().map(wires).collect(),
        outside: Box::new(Quiet),
        device_id: board.device_id.clone(),
        reset_reason: board.reset_reason,
    }
}

/// Pin `number`, if the board has it.
fn pin(board: &Board, number: u32) -> Option<(u32, SimulatedPin)> {
    let mut pin = SimulatedPin::new(board.pin_use(number)?);
    if let Some(Pin { label, pull, level, .. }) = board.pins.as_ref().and_then(|pins| pins.get(&number)) {
        pin.label = (!label.is_empty()).then(|| label.clone());
        pin.pull = *pull;
        pin.driven = *level;
    }
    Some((number, pin))
}

fn wires(bus: &I2c) -> I2cWires {
    let mut chips = ChipBus::new(bus.number);
    for chip in &bus.chips {
        let attached = chips.attach(chip.address, (chip.model.build)(&chip.values));
        attached.expect("a board's addresses are distinct and 7-bit");
    }
    I2cWires { number: bus.number, frequency_hz: bus.frequency_hz, bus: Box::new(chips) }
}

#[cfg(test)]
mod tests {
    use device_abi::gpio::Level;
    use embedded_hal::i2c::Operation;
    use hw_core::backend::PinUse;

    use super::*;

    const TEXT: &str = "
        [gpio.pins]
        9 = { label = \"BOOT\", pull = \"up\" }
        10 = { pull = \"up\", level = \"low\" }
        [i2c.1]
        frequency-hz = 400_000
        sda = 5
        scl = 6
        chips = [ { model = \"bme280\", address = 0x77 } ]";

    #[test]
    fn pins_are_what_the_board_says() {
        let mut hardware = Board::parse(TEXT, "board.toml").unwrap().hardware();
        let uses = [5, 9, 11].map(|pin| hardware.gpio.pin_use(pin));
        assert_eq!(uses, [Some(PinUse::Bus), Some(PinUse::Free), None]);
        assert_eq!(hardware.gpio.read(0, 9).result.unwrap(), Level::High);
        assert_eq!(hardware.gpio.read(0, 10).result.unwrap(), Level::Low);
    }

    #[test]
    fn chips_answer_at_their_addresses_and_nobody_elsewhere() {
        let mut hardware = Board::parse(TEXT, "board.toml").unwrap().hardware();
        let [bus] = hardware.i2c.as_mut_slice() else { panic!("one bus") };
        assert_eq!((bus.number, bus.frequency_hz), (1, 400_000));
        let mut id = [0];
        let mut read_id = [Operation::Write(&[0xd0]), Operation::Read(&mut id)];
        bus.bus.transaction(0, 0x77, 400_000, &mut read_id).result.unwrap();
        // BME280 datasheet BST-BME280-DS002, section 5.4.1.
        assert_eq!(id, [0x60]);
        assert!(bus.bus.transaction(0, 0x76, 400_000, &mut [Operation::Write(&[])]).result.is_err());
    }
}
