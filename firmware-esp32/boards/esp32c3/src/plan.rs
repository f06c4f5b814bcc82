//! Native mode: what each of the chip's pins is there for, as the board file says and the chip allows.

use device_abi::Profile;
use device_link::{I2cWires, LinkError, PinUse, Pins};

/// The pins are GPIO0 to GPIO21 (ESP32-C3 Series Datasheet, "Pin Definitions").
pub(crate) const PINS: u8 = 22;

/// The fastest I2C bus that the chip's controller is made for (ESP32-C3 Technical Reference Manual, "I2C Controller"),
/// hertz.
const HIGHEST_HZ: u32 = 1_000_000;

/// A bus with its pins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bus {
    pub(crate) frequency_hz: u32,
    pub(crate) sda: u8,
    pub(crate) scl: u8,
}

/// What each pin is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    uses: [PinUse; PINS as usize],
    /// The chip has one bus, number 0.
    pub(crate) bus: Option<Bus>,
}

impl Plan {
    /// Takes the board's pins and buses; `led` is the pin of the firmware's own LED, if it has one.
    ///
    /// # Errors
    /// A pin that guests or a bus are to have is not there, is needed by the chip, or is used twice
    /// ([`LinkError::Pin`]); a bus is not there, comes twice, has no pins, or a frequency that the controller cannot do
    /// ([`LinkError::I2cBus`]).
    pub(crate) fn new(
        profile: &Profile,
        pins: Pins<'_>,
        i2c: &[I2cWires],
        led: Option<u8>,
    ) -> Result<Self, LinkError> {
        let mut plan = Self { uses: [PinUse::Absent; PINS as usize], bus: None };
        for pin in 0..pins.bytes().len() as u32 {
            let pin_use = match pins.of(pin) {
                PinUse::Absent => continue,
                PinUse::Free if is_kept(led, pin) => PinUse::Reserved,
                PinUse::Bus if is_kept(led, pin) => return Err(LinkError::Pin { pin }),
                wanted @ (PinUse::Free | PinUse::Bus) if is_there(profile, pin) => wanted,
                PinUse::Free | PinUse::Bus => return Err(LinkError::Pin { pin }),
                PinUse::Reserved => PinUse::Reserved,
            };
            if let Some(place) = plan.uses.get_mut(pin as usize) {
                *place = pin_use;
            }
        }
        for wires in i2c {
            plan.bus = Some(plan.bus(profile, wires, led)?);
        }
        Ok(plan)
    }

    /// What each pin is there for, with its number.
    pub(crate) fn uses(&self) -> impl Iterator<Item = (u8, PinUse)> {
        (0..).zip(self.uses)
    }

    fn bus(&mut self, profile: &Profile, wires: &I2cWires, led: Option<u8>) -> Result<Bus, LinkError> {
        let &I2cWires { number, frequency_hz, sda, scl } = wires;
        let refused = LinkError::I2cBus { bus: number };
        if number != 0 || self.bus.is_some() || !(1..=HIGHEST_HZ).contains(&frequency_hz) {
            return Err(refused);
        }
        let (Some(sda), Some(scl)) = (sda, scl) else { return Err(refused) };
        if sda == scl {
            return Err(LinkError::Pin { pin: scl });
        }
        let [sda, scl] = [sda, scl].map(|pin| match self.uses.get_mut(pin as usize) {
            Some(place) if *place != PinUse::Free && is_there(profile, pin) && !is_kept(led, pin) => {
                *place = PinUse::Bus;
                Ok(pin as u8)
            }
            _ => Err(LinkError::Pin { pin }),
        });
        Ok(Bus { frequency_hz, sda: sda?, scl: scl? })
    }
}

/// Whether there is such a pin, and the chip does without it.
fn is_there(profile: &Profile, pin: u32) -> bool {
    pin < u32::from(PINS) && !is_needed(pin) && profile.reserved(pin).is_none()
}

/// Whether the pin is the firmware's own, on this board.
fn is_kept(led: Option<u8>, pin: u32) -> bool {
    led.is_some_and(|led| u32::from(led) == pin)
}

/// Whether the chip on its module, or this firmware, needs the pin: 2, 8 and 9 decide how it starts when it is reset, and what
/// a guest drives there may keep it from starting (ESP32-C3 Series Datasheet, "Strapping Pins"); 11 to 17 go to the flash, 18
/// and 19 are the USB port, 20 and 21 UART0.
const fn is_needed(pin: u32) -> bool {
    matches!(pin, 2 | 8 | 9 | 11..=21)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROFILE: &Profile = &Profile::ESP32C3;

    /// A board with these pins, all others absent.
    fn plan(pins: &[(usize, PinUse)], i2c: &[I2cWires]) -> Result<Plan, LinkError> {
        let mut uses = [0; 40];
        let len = pins.iter().map(|(pin, _)| pin + 1).max().unwrap_or(0);
        for (pin, pin_use) in pins {
            uses[*pin] = *pin_use as u8;
        }
        Plan::new(PROFILE, Pins::new(&uses[..len]).unwrap(), i2c, Some(10))
    }

    const WIRES: I2cWires = I2cWires { number: 0, frequency_hz: 400_000, sda: Some(5), scl: Some(6) };

    #[test]
    fn the_chip_and_its_profile_agree_about_pins() {
        assert_eq!((PROFILE.gpio_pins, PROFILE.i2c_buses), (u32::from(PINS), 1));
        for pin in 0..64 {
            assert_eq!(PROFILE.reserved(pin).is_some(), is_needed(pin), "pin {pin}");
        }
    }

    #[test]
    fn what_the_chip_needs_itself_is_refused() {
        for pin in [2, 8, 9, 11, 17, 18, 19, 20, 21, 22, 39] {
            assert_eq!(plan(&[(pin, PinUse::Free)], &[]), Err(LinkError::Pin { pin: pin as u32 }));
        }
        for pin in [2, 8, 9, 10, 11, 17, 18, 19, 20, 21, 22, 39] {
            let refused = Err(LinkError::Pin { pin: pin as u32 });
            assert_eq!(plan(&[(pin, PinUse::Bus)], &[]), refused);
            let wires = I2cWires { scl: Some(pin as u32), ..WIRES };
            assert_eq!(plan(&[], &[wires]), refused);
            // That a board does not offer it is all right.
            assert!(plan(&[(pin, PinUse::Reserved)], &[]).is_ok());
        }
    }

    #[test]
    fn the_led_is_kept() {
        let plan = plan(&[3, 10].map(|pin| (pin, PinUse::Free)), &[]).unwrap();
        let free: Vec<_> = plan.uses().filter(|(_, pin_use)| *pin_use == PinUse::Free).collect();
        assert_eq!(free, [(3, PinUse::Free)]);
        assert_eq!(plan.uses().filter(|(_, pin_use)| *pin_use == PinUse::Reserved).count(), 1);
    }

    #[test]
    fn a_bus_needs_two_pins_of_its_own() {
        let refused = Err(LinkError::I2cBus { bus: 0 });
        assert_eq!(plan(&[], &[I2cWires { sda: None, ..WIRES }]), refused);
        assert_eq!(plan(&[], &[I2cWires { scl: None, ..WIRES }]), refused);
        assert_eq!(plan(&[], &[I2cWires { scl: Some(5), ..WIRES }]), Err(LinkError::Pin { pin: 5 }));
        assert_eq!(plan(&[(6, PinUse::Free)], &[WIRES]), Err(LinkError::Pin { pin: 6 }));
        assert_eq!(
            plan(&[], &[I2cWires { sda: Some(u32::MAX), ..WIRES }]),
            Err(LinkError::Pin { pin: u32::MAX })
        );
    }

    #[test]
    fn a_bus_that_the_chip_lacks_or_cannot_run_is_refused() {
        assert_eq!(plan(&[], &[I2cWires { number: 1, ..WIRES }]), Err(LinkError::I2cBus { bus: 1 }));
        assert_eq!(plan(&[], &[WIRES, WIRES]), Err(LinkError::I2cBus { bus: 0 }));
        for frequency_hz in [0, HIGHEST_HZ + 1, u32::MAX] {
            assert_eq!(plan(&[], &[I2cWires { frequency_hz, ..WIRES }]), Err(LinkError::I2cBus { bus: 0 }));
        }
    }

    #[test]
    fn a_boards_pins_are_as_it_says() {
        let plan = plan(&[(3, PinUse::Free), (5, PinUse::Bus), (12, PinUse::Reserved)], &[WIRES]).unwrap();
        assert_eq!(plan.bus, Some(Bus { frequency_hz: 400_000, sda: 5, scl: 6 }));
        let uses: Vec<_> = plan.uses().filter(|(_, pin_use)| *pin_use != PinUse::Absent).collect();
        let bus = |pin| (pin, PinUse::Bus);
        assert_eq!(uses, [(3, PinUse::Free), bus(5), bus(6), (12, PinUse::Reserved)]);
    }
}
