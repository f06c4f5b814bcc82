//! Native mode: the chip's own pins and bus, for a guest.

#![allow(unsafe_code, reason = "which pins a guest has is known only when it starts")]

use alloc::{boxed::Box, vec::Vec};
use core::sync::atomic::{AtomicBool, Ordering};

use device_abi::gpio::{Level, Mode};
use device_link::{LinkError, PinUse};
use esp_hal::gpio::{AnyPin, DriveMode, Flex, InputConfig, OutputConfig, Pull};
use firmware_agent::{Native, Wiring};
use hw_core::{
    adapter::{HalPins, SetUp},
    backend,
};

use super::{i2c, led};
use crate::plan::Plan;

/// Whether a guest has the chip's pins.
static RUNS: AtomicBool = AtomicBool::new(false);

/// Whether a guest has the chip's pins.
pub(super) fn runs() -> bool {
    RUNS.load(Ordering::Relaxed)
}

/// The hardware of a run.
pub(super) fn hardware(wiring: &Wiring<'_>) -> Result<Native, LinkError> {
    let plan = Plan::new(wiring.profile, wiring.pins, wiring.i2c, led::pin())?;
    let mut pins = HalPins::new(Modes::new());
    for (number, pin_use) in plan.uses() {
        pins = match pin_use {
            PinUse::Absent => pins,
            PinUse::Free => pins.free(number, floating(number)),
            PinUse::Bus => pins.taken(number, backend::PinUse::Bus),
            PinUse::Reserved => pins.taken(number, backend::PinUse::Reserved),
        };
    }
    let i2c: Result<Vec<_>, _> = plan.bus.into_iter().map(i2c::wires).collect();
    Ok(Native { gpio: Box::new(pins), i2c: i2c? })
}

/// Pin `number` as a floating input.
pub(super) fn floating(number: u8) -> Flex<'static> {
    // SAFETY: the plan has each pin once and none that the firmware uses, and there is one run at a time.
    let mut pin = Flex::new(unsafe { AnyPin::steal(number) });
    input(&mut pin, Pull::None);
    pin
}

fn input(pin: &mut Flex<'static>, pull: Pull) {
    pin.set_output_enable(false);
    pin.apply_input_config(&InputConfig::default().with_pull(pull));
    pin.set_input_enable(true);
}

/// First the level, then the mode, last the driver: the line never has another level.
fn output(pin: &mut Flex<'static>, drive_mode: DriveMode, initial: Level) {
    pin.set_level((initial == Level::High).into());
    pin.apply_output_config(&OutputConfig::default().with_drive_mode(drive_mode));
    // What is read is the line's level, whoever drives it.
    pin.set_input_enable(true);
    pin.set_output_enable(true);
}

/// Sets pins up, as long as a run lasts.
struct Modes;

impl Modes {
    fn new() -> Self {
        RUNS.store(true, Ordering::Relaxed);
        Self
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        RUNS.store(false, Ordering::Relaxed);
    }
}

impl SetUp<Flex<'static>> for Modes {
    fn open(&mut self, pin: &mut Flex<'static>, mode: Mode, initial: Level) {
        match mode {
            Mode::Input => input(pin, Pull::None),
            Mode::InputPullUp => input(pin, Pull::Up),
            Mode::InputPullDown => input(pin, Pull::Down),
            Mode::Output => output(pin, DriveMode::PushPull, initial),
            Mode::OutputOpenDrain => output(pin, DriveMode::OpenDrain, initial),
        }
    }

    fn close(&mut self, pin: &mut Flex<'static>) {
        input(pin, Pull::None);
    }
}
