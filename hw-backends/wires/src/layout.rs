//! Which wires there are.

use std::collections::{BTreeMap, BTreeSet};

use hw_core::backend::{Hardware, Line, PinUse};

/// The wires that are recorded, and what people call them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The numbers of the I2C buses.
    pub buses: Vec<u32>,
    /// The pins: the chip's own number and what people call it, which may be empty.
    pub pins: Vec<(u32, String)>,
    /// What the lines of pins are like before anything happens, where somebody tells; others count as floating.
    pub at_rest: BTreeMap<u32, Line>,
    /// The chips on the buses, if anybody says: bus, 7-bit address, and what people call it.
    pub chips: Vec<(u32, u8, String)>,
}

impl Layout {
    /// The buses of `hardware`, and those of its pins below `pins` that guests may open, named by `label`; no chips, of
    /// which the hardware does not tell.
    pub fn of(hardware: &Hardware, pins: u32, mut label: impl FnMut(u32) -> String) -> Self {
        let free = |&pin: &u32| hardware.gpio.pin_use(pin) == Some(PinUse::Free);
        let line = |pin| Some((pin, hardware.gpio.line(pin)?));
        Self {
            buses: hardware.i2c.iter().map(|wires| wires.number).collect(),
            pins: (0..pins).filter(free).map(|pin| (pin, label(pin))).collect(),
            at_rest: (0..pins).filter(free).filter_map(line).collect(),
            chips: Vec::new(),
        }
    }

    /// A name for each pin, fit for a VCD file: `LED`, `pin9` without a label, `LED_pin3` where a name is taken. Neither
    /// the names nor those [of directions](output_name) are any other wire's, for some viewers know no scopes.
    pub(crate) fn pin_names(&self) -> Vec<String> {
        let of_bus = |&bus: &u32| BUS_WIRES.map(|wire| bus_wire(bus, wire));
        let mut taken: BTreeSet<String> = self.buses.iter().flat_map(of_bus).collect();
        let mut names = Vec::with_capacity(self.pins.len());
        for (pin, label) in &self.pins {
            let mut name = identifier(label).unwrap_or_else(|| format!("pin{pin}"));
            while taken.contains(&name) || taken.contains(&output_name(&name)) {
                name += &format!("_pin{pin}");
            }
            taken.extend([name.clone(), output_name(&name)]);
            names.push(name);
        }
        names
    }
}

/// The wires of a bus; the last is none of the board's, but tells of errors.
pub(crate) const BUS_WIRES: [&str; 3] = ["scl", "sda", "error"];

/// The name of a wire of a bus.
pub(crate) fn bus_wire(bus: u32, wire: &str) -> String {
    format!("i2c{bus}_{wire}")
}

/// The name of the wire that tells the direction of the pin `name`.
pub(crate) fn output_name(name: &str) -> String {
    format!("{name}_output")
}

/// `label` in characters that every viewer takes: ASCII letters, digits and `_`, no digit first; `None` when only `_` would
/// be left.
fn identifier(label: &str) -> Option<String> {
    if !label.contains(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mut name: String = label.trim().chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_distinct() {
        let labels = ["LED", "", "LED", "status led $end", "3V3", "LED_pin2", "grün"];
        let pins = (0..).zip(labels.map(str::to_owned)).collect();
        let names = Layout { pins, ..Layout::default() }.pin_names();
        let expected = ["LED", "pin1", "LED_pin2", "status_led__end", "_3V3", "LED_pin2_pin5", "gr_n"];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_label_of_other_alphabets_is_the_pins_number() {
        let labels = ["灯", "кнопка", "_ -", "pin0"];
        let pins = (0..).zip(labels.map(str::to_owned)).collect();
        assert_eq!(Layout { pins, ..Layout::default() }.pin_names(), ["pin0", "pin1", "pin2", "pin0_pin3"]);
    }

    #[test]
    fn no_two_wires_have_one_name_whatever_their_scopes() {
        let labels = ["i2c1_error", "LED_output", "LED", "i2c0_scl", "A", "A_output"];
        let pins = (0..).zip(labels.map(str::to_owned)).collect();
        let names = Layout { buses: vec![1], pins, ..Layout::default() }.pin_names();
        let expected = ["i2c1_error_pin0", "LED_output", "LED_pin2", "i2c0_scl", "A", "A_output_pin5"];
        assert_eq!(names, expected);
    }
}
