//! Hardware for boards without pins of their own, so that native mode can be tried where there is no chip.
//!
//! Nothing is connected. An output reads as what it was set to; an input as its pull says, without one as low. On the I2C
//! buses nobody acknowledges.

use alloc::{boxed::Box, vec::Vec};

use device_abi::gpio::{Level, Mode};
use device_link::LinkError;
use embedded_hal::i2c::{ErrorKind, NoAcknowledgeSource, Operation};
use hw_core::backend::{BusError, Gpio, I2cBus, I2cWires, PinUse, Reply};

use crate::{Native, Wiring};

/// Pins and buses as `wiring` says, with nothing connected to them: what a board without pins of its own gives for
/// [`Board::native`](crate::Board::native).
///
/// # Errors
/// Those of [`Board::native`](crate::Board::native), for the chip that the profile is made for.
pub fn loopback(wiring: &Wiring<'_>) -> Result<Native, LinkError> {
    check(wiring)?;
    let pins = (0..wiring.pins.bytes().len() as u32).map(|pin| match wiring.pins.of(pin) {
        device_link::PinUse::Absent => None,
        device_link::PinUse::Free => Some(PinUse::Free),
        device_link::PinUse::Bus => Some(PinUse::Bus),
        device_link::PinUse::Reserved => Some(PinUse::Reserved),
    });
    let pins = pins.map(|pin_use| Pin { pin_use, level: Level::Low }).collect();
    let wires = |wires: &device_link::I2cWires| I2cWires {
        number: wires.number,
        frequency_hz: wires.frequency_hz,
        bus: Box::new(NoChips),
    };
    Ok(Native { gpio: Box::new(Pins(pins)), i2c: wiring.i2c.iter().map(wires).collect() })
}

/// Whether the profile's chip could be wired like that.
fn check(&Wiring { profile, pins, i2c }: &Wiring<'_>) -> Result<(), LinkError> {
    let lacks = |pin: u32| pin >= profile.gpio_pins || profile.reserved(pin).is_some();
    let is_used = |pin: &u32| matches!(pins.of(*pin), device_link::PinUse::Free | device_link::PinUse::Bus);
    let mut used = (0..pins.bytes().len() as u32).filter(is_used);
    if let Some(pin) = used.find(|pin| lacks(*pin)) {
        return Err(LinkError::Pin { pin });
    }
    for &device_link::I2cWires { number: bus, sda, scl, .. } in i2c {
        let (Some(sda), Some(scl)) = (sda, scl) else { return Err(LinkError::I2cBus { bus }) };
        if bus >= profile.i2c_buses {
            return Err(LinkError::I2cBus { bus });
        }
        let is_wrong = |pin: u32| lacks(pin) || pins.of(pin) == device_link::PinUse::Free;
        if let Some(pin) = [sda, scl].into_iter().find(|pin| is_wrong(*pin) || sda == scl) {
            return Err(LinkError::Pin { pin });
        }
    }
    Ok(())
}

#[derive(Debug)]
struct Pins(Vec<Pin>);

#[derive(Debug)]
struct Pin {
    pin_use: Option<PinUse>,
    level: Level,
}

impl Pins {
    /// The core opens no pin that is not there.
    fn set(&mut self, pin: u32, level: Level) -> Reply {
        if let Some(pin) = self.0.get_mut(pin as usize) {
            pin.level = level;
        }
        Reply::ok(())
    }
}

impl Gpio for Pins {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.0.get(pin as usize)?.pin_use
    }

    fn open(&mut self, _at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        self.set(
            pin,
            match mode {
                Mode::Input | Mode::InputPullDown => Level::Low,
                Mode::InputPullUp => Level::High,
                Mode::Output | Mode::OutputOpenDrain => initial,
            },
        )
    }

    fn read(&mut self, _at_ns: u64, pin: u32) -> Reply<Level> {
        Reply::ok(self.0.get(pin as usize).map_or(Level::Low, |pin| pin.level))
    }

    fn write(&mut self, _at_ns: u64, pin: u32, level: Level) -> Reply {
        self.set(pin, level)
    }

    fn close(&mut self, _at_ns: u64, pin: u32) -> Reply {
        self.set(pin, Level::Low)
    }
}

/// A bus without chips. The core counts the time that the address takes.
#[derive(Debug)]
struct NoChips;

impl I2cBus for NoChips {
    fn transaction(&mut self, _: u64, _: u8, _: u32, _: &mut [Operation<'_>]) -> Reply {
        Reply::failed(BusError(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address)), 0)
    }
}

#[cfg(test)]
mod tests {
    use device_abi::Profile;

    use super::*;

    #[test]
    fn what_is_set_reads_back_and_inputs_read_as_their_pulls_say() {
        let wiring = Wiring {
            profile: &Profile::ESP32C3,
            pins: device_link::Pins::new(&[1, 2, 0]).unwrap(),
            i2c: &[],
        };
        let mut pins = loopback(&wiring).unwrap().gpio;
        assert_eq!(
            [0, 1, 2, 3].map(|pin| pins.pin_use(pin)),
            [Some(PinUse::Free), Some(PinUse::Bus), None, None]
        );
        let mut opened = |mode, initial| {
            pins.open(0, 0, mode, initial).result.unwrap();
            let read = pins.read(0, 0).result.unwrap();
            pins.write(0, 0, Level::High).result.unwrap();
            let written = pins.read(0, 0).result.unwrap();
            pins.close(0, 0).result.unwrap();
            (read, written)
        };
        for initial in [Level::Low, Level::High] {
            assert_eq!(opened(Mode::Output, initial), (initial, Level::High));
            assert_eq!(opened(Mode::OutputOpenDrain, initial), (initial, Level::High));
            assert_eq!(opened(Mode::Input, initial).0, Level::Low);
            assert_eq!(opened(Mode::InputPullDown, initial).0, Level::Low);
            assert_eq!(opened(Mode::InputPullUp, initial).0, Level::High);
        }
    }
}
