//! Which wires there are.

use std::collections::BTreeMap;

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

    /// A name for each pin, fit for a VCD file: `LED`, `pin9` without a label, `LED_pin3` where a name is taken.
    pub(crate) fn pin_names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::with_capacity(self.pins.len());
        for (pin, label) in &self.pins {
            let mut name = identifier(label);
            if name.is_empty() {
                name = format!("pin{pin}");
            }
            while names.contains(&name) {
                name += &format!("_pin{pin}");
            }
            names.push(name);
        }
        names
    }
}

/// `label` in characters that every viewer takes: ASCII letters, digits and `_`, no digit first.
fn identifier(label: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let mut name: String = label.trim().chars().map(plain).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
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
}
