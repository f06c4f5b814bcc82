//! `gpio`: digital pins.

use device_abi::{
    Function,
    gpio::{Gpio, Level, Mode, PinHandle},
    types::ErrorCode,
};

use super::missing::Missing;
use crate::{
    App, View,
    app::{Pin, Resource},
    backend::PinUse,
};

impl Gpio for View<'_> {
    fn open(&mut self, number: u32, mode: Mode, initial: Level) -> Result<PinHandle, ErrorCode> {
        let Some(pin_use) = self.device.pin_use(number) else {
            return Err(self.device.report(Function::GpioOpen, &Missing::Pin(number)));
        };
        if pin_use == PinUse::Reserved {
            return Err(ErrorCode::NotPermitted);
        }
        if self.app.handles.is_full() {
            return Err(ErrorCode::LimitReached);
        }
        if pin_use == PinUse::Bus || self.device.pins_taken[number as usize] {
            return Err(ErrorCode::Busy);
        }
        let reply = self.device.hardware.gpio.open(self.device.clock.now_ns(), number, mode, initial);
        self.device.settle(Function::GpioOpen, 0, reply)?;
        let driven = matches!(mode, Mode::Output | Mode::OutputOpenDrain).then_some(initial);
        let handle = self.app.handles.insert(Resource::Pin(Pin { number, driven }));
        self.device.pins_taken[number as usize] = true;
        handle.map(PinHandle).ok_or(ErrorCode::LimitReached)
    }

    #[inline]
    fn read(&mut self, pin: PinHandle) -> Result<Level, ErrorCode> {
        let number = open_pin(self.app, pin)?.number;
        let reply = self.device.hardware.gpio.read(self.device.clock.now_ns(), number);
        self.device.settle(Function::GpioRead, 0, reply)
    }

    #[inline]
    fn write(&mut self, pin: PinHandle, level: Level) -> Result<(), ErrorCode> {
        self.drive(Function::GpioWrite, pin, |_| level)
    }

    #[inline]
    fn toggle(&mut self, pin: PinHandle) -> Result<(), ErrorCode> {
        self.drive(Function::GpioToggle, pin, |driven| match driven {
            Level::Low => Level::High,
            Level::High => Level::Low,
        })
    }

    fn close(&mut self, pin: PinHandle) -> Result<(), ErrorCode> {
        open_pin(self.app, pin)?;
        self.close_resource(pin.0);
        Ok(())
    }
}

impl View<'_> {
    /// Drives an output to what `next` makes of the level that was last driven.
    #[inline]
    fn drive(
        &mut self,
        function: Function,
        handle: PinHandle,
        next: impl FnOnce(Level) -> Level,
    ) -> Result<(), ErrorCode> {
        let View { device, app } = self;
        let pin = open_pin(app, handle)?;
        let level = next(pin.driven.ok_or(ErrorCode::NotPermitted)?);
        let reply = device.hardware.gpio.write(device.clock.now_ns(), pin.number, level);
        device.settle(function, 0, reply)?;
        pin.driven = Some(level);
        Ok(())
    }

    /// Makes a pin free again for whoever opens it next.
    pub(crate) fn let_go(&mut self, number: u32) {
        let reply = self.device.hardware.gpio.close(self.device.clock.now_ns(), number);
        // The pin is gone for the app either way; the operator has been told.
        let _ = self.device.settle(Function::GpioClose, 0, reply);
        self.device.pins_taken[number as usize] = false;
    }
}

#[inline]
fn open_pin(app: &mut App, handle: PinHandle) -> Result<&mut Pin, ErrorCode> {
    match app.handles.get_mut(handle.0) {
        Some(Resource::Pin(pin)) => Ok(pin),
        _ => Err(ErrorCode::InvalidHandle),
    }
}
