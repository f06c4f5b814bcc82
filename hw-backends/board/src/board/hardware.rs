//! From a board to the simulated hardware behind the seam.

use hw_chips::{ChipBus, Pin as SimulatedPin, SimulatedGpio};
use hw_core::backend::{Hardware, I2cWires, Quiet};

use super::{Board, I2c, Pin};

pub(super) fn build(board: &Board) -> Hardware {
    Hardware {
        gpio: Box::new(gpio(board)),
        i2c: board.i2c().map(wires).collect(),
        outside: Box::new(Quiet),
        device_id: board.device_id.clone(),
        reset_reason: board.reset_reason,
    }
}

/// The board's pins.
pub(crate) fn gpio(board: &Board) -> SimulatedGpio {
    SimulatedGpio::new((0..board.profile.gpio_pins).filter_map(|number| pin(board, number)))
}

/// The chips on a bus, as they power up.
pub(crate) fn chips(bus: &I2c) -> ChipBus {
    let mut chips = ChipBus::new(bus.number);
    for chip in &bus.chips {
        let attached = chips.attach(chip.address, chip.build());
        attached.expect("a board's addresses are distinct and 7-bit");
    }
    chips
}

/// Pin `number`, if the board has it.
fn pin(board: &Board, number: u32) -> Option<(u32, SimulatedPin)> {
    let mut pin = SimulatedPin::new(board.pin_use(number)?);
    if let Some(Pin { label, pull, level, .. }) = board.pins.get(&number) {
        pin.label = (!label.is_empty()).then(|| label.clone());
        pin.pull = *pull;
        pin.driven = *level;
    }
    Some((number, pin))
}

fn wires(bus: &I2c) -> I2cWires {
    I2cWires { number: bus.number, frequency_hz: bus.frequency_hz, bus: Box::new(chips(bus)) }
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

    /// The levels of these pins, which nobody has opened.
    fn levels<const N: usize>(text: &str, pins: [u32; N]) -> [Level; N] {
        let mut hardware = Board::parse(text, "board.toml").unwrap().hardware();
        pins.map(|pin| hardware.gpio.read(0, pin).result.unwrap())
    }

    #[test]
    fn a_button_comes_with_a_resistor_unless_its_pin_has_one() {
        let text = "
            [gpio]
            parts = [
                { model = \"button\", pin = 1 },
                { model = \"button\", pin = 2, active = \"high\" },
                { model = \"button\", pin = 3 },
                { model = \"button\", pin = 4, active = \"high\" },
                { model = \"button\", pin = 5 },
                { model = \"led\", pin = 6, active = \"low\" },
            ]
            pins = { 3.pull = \"none\", 4.pull = \"up\", 5.level = \"low\" }";
        let (low, high) = (Level::Low, Level::High);
        // A line that nothing holds reads low.
        assert_eq!(levels(text, [1, 2, 3, 4, 5, 6]), [high, low, low, high, low, low]);
    }

    #[test]
    fn a_part_and_its_pin_have_one_label() {
        let text = "
            [gpio]
            parts = [ { model = \"led\", pin = 1 }, { model = \"led\", pin = 2, label = \"B\" } ]
            pins = { 1.label = \"A\", 2.pull = \"up\" }";
        let board = Board::parse(text, "board.toml").unwrap();
        let pins: Vec<_> = board.pins().map(|pin| pin.label.as_str()).collect();
        let parts: Vec<_> = board.parts().map(|part| part.label.as_str()).collect();
        assert_eq!((pins, parts), (vec!["A", "B"], vec!["A", "B"]));
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
