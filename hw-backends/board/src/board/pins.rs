//! Who uses which pin, and whether the profile has it.

use std::collections::BTreeMap;

use device_abi::Profile;
use hw_core::backend::PinUse;

use super::{Board, Part};
use crate::file::Problem;

pub(super) fn pin_use(board: &Board, number: u32) -> Option<PinUse> {
    if number >= board.profile.gpio_pins {
        return None;
    }
    if board.profile.reserved(number).is_some() {
        return Some(PinUse::Reserved);
    }
    let of_bus = |(sda, scl)| number == sda || number == scl;
    if board.i2c.values().filter_map(|bus| bus.pins).any(of_bus) {
        return Some(PinUse::Bus);
    }
    (board.all_pins || board.pins.contains_key(&number)).then_some(PinUse::Free)
}

/// Everything about pins and bus numbers that the board's profile does not allow.
pub(super) fn check(board: &Board) -> Vec<Problem> {
    let profile = board.profile;
    let mut problems = Vec::new();
    let mut users: BTreeMap<u32, String> = BTreeMap::new();
    for pin in board.pins() {
        let part = board.parts.iter().find(|part| part.pin == pin.number && !pin.listed);
        let user = part.map_or_else(|| "[gpio.pins]".to_owned(), Part::shown);
        problems.extend(exists(profile, pin.number, pin.line, &user));
        users.insert(pin.number, user);
    }
    for bus in board.i2c() {
        if bus.number >= profile.i2c_buses {
            let (number, name, last) = (bus.number, profile.name, profile.i2c_buses - 1);
            let message = format!("i2c bus {number} is not on profile {name:?}, whose buses are 0 to {last}");
            problems.push(Problem { line: Some(bus.line), message });
        }
        let Some((sda, scl)) = bus.pins else { continue };
        for (key, pin, line) in [("sda", sda, bus.pin_lines.0), ("scl", scl, bus.pin_lines.1)] {
            let user = format!("{key} of [i2c.{}]", bus.number);
            problems.extend(exists(profile, pin, line, &user));
            if let Some(other) = users.insert(pin, user.clone()) {
                let message = format!("pin {pin} is used twice: by {other} and by {user}");
                problems.push(Problem { line: Some(line), message });
            }
        }
    }
    problems
}

fn exists(profile: &Profile, pin: u32, line: u32, user: &str) -> Option<Problem> {
    let (name, last) = (profile.name, profile.gpio_pins - 1);
    let message = if pin > last {
        format!("pin {pin} of {user} is not on profile {name:?}, whose pins are 0 to {last}")
    } else {
        let what = profile.reserved(pin)?;
        format!("pin {pin} of {user} is reserved on profile {name:?}: {what}")
    };
    Some(Problem { line: Some(line), message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str, pins: &[u32]) -> Vec<Option<PinUse>> {
        let board = Board::parse(text, "board.toml").unwrap();
        pins.iter().map(|pin| board.pin_use(*pin)).collect()
    }

    #[test]
    fn without_a_list_the_profile_has_them_all() {
        assert_eq!(uses("", &[0, 63, 64]), [Some(PinUse::Free), Some(PinUse::Free), None]);
        let esp32c3 = "[board]\nprofile = \"esp32c3\"";
        let free = Some(PinUse::Free);
        let reserved = Some(PinUse::Reserved);
        assert_eq!(uses(esp32c3, &[10, 11, 21, 22]), [free, reserved, reserved, None]);
    }

    #[test]
    fn with_a_list_there_are_only_those_and_the_pins_of_buses() {
        let text = "[gpio.pins]\n2 = {}\n[i2c.0]\nsda = 5\nscl = 6";
        let bus = Some(PinUse::Bus);
        assert_eq!(uses(text, &[1, 2, 5, 6]), [None, Some(PinUse::Free), bus, bus]);
    }

    #[test]
    fn the_pins_of_parts_are_there_too() {
        let parts = "parts = [ { model = \"led\", pin = 2 } ]";
        let free = Some(PinUse::Free);
        assert_eq!(uses(&format!("[gpio]\n{parts}\npins.3 = {{}}"), &[1, 2, 3]), [None, free, free]);
        assert_eq!(uses(&format!("[gpio]\n{parts}"), &[1, 2, 3]), [free; 3], "without a list, all are");
    }

    #[test]
    fn another_profile_checks_the_pins_again() {
        let board = Board::parse("[gpio.pins]\n9 = {}\n40 = {}\n[i2c.3]", "board.toml").unwrap();
        assert!(!board.names_profile());
        let named = board.clone().with_profile(&Profile::DESKTOP).unwrap();
        assert_eq!((named.profile().name, named.names_profile()), ("desktop", true));
        assert_eq!(
            board.with_profile(&Profile::ESP32C3).unwrap_err().to_string(),
            "board.toml:2: pin 9 of [gpio.pins] is reserved on profile \"esp32c3\": strapping\n\
             board.toml:3: pin 40 of [gpio.pins] is not on profile \"esp32c3\", whose pins are 0 to 21\n\
             board.toml:4: i2c bus 3 is not on profile \"esp32c3\", whose buses are 0 to 0"
        );
    }
}
