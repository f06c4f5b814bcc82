//! The simulated pins of a board.

use alloc::{string::String, vec::Vec};

use device_abi::gpio::{Level, Mode};
use hw_core::backend::{Gpio, Line, PinUse, Reply};

use super::{GpioError, Pull, line::Forces};

/// What a board says of one of its pins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// What it is there for.
    pub used_for: PinUse,
    /// What people call it.
    pub label: Option<String>,
    /// A resistor on the board.
    pub pull: Option<Pull>,
    /// What drives the line from outside when the device starts.
    pub driven: Option<Level>,
}

impl Pin {
    /// A pin for `used_for`: no label, no resistor on the board, nothing outside that drives it.
    #[must_use]
    pub fn new(used_for: PinUse) -> Self {
        Self { used_for, label: None, pull: None, driven: None }
    }

    /// Gives it a name for people.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Puts a resistor on the board.
    #[must_use]
    pub fn pull(mut self, pull: Pull) -> Self {
        self.pull = Some(pull);
        self
    }

    /// Lets something outside drive the line from the start.
    #[must_use]
    pub fn driven(mut self, level: Level) -> Self {
        self.driven = Some(level);
        self
    }
}

/// Pins that exist only here: the guest's side is [`Gpio`], the world's side [`drive`](Self::drive) and
/// [`line`](Self::line).
///
/// # Examples
/// ```
/// use device_abi::gpio::Level;
/// use hw_chips::{Pin, Pull, SimulatedGpio};
/// use hw_core::backend::PinUse;
///
/// let mut gpio = SimulatedGpio::new([(9, Pin::new(PinUse::Free).label("BOOT").pull(Pull::Up))]);
/// assert_eq!(gpio.line(9).unwrap().level, Level::High);
/// gpio.drive(9, Some(Level::Low)).unwrap(); // pressed
/// assert_eq!(gpio.line(9).unwrap().level, Level::Low);
/// ```
#[derive(Debug)]
pub struct SimulatedGpio {
    /// By number.
    pins: Vec<Option<State>>,
}

/// A pin and how it is used at present.
#[derive(Debug)]
struct State {
    pin: Pin,
    mode: Mode,
    /// What the chip last drove.
    level: Level,
}

impl State {
    fn line(&self) -> Line {
        let Self { pin, mode, level } = self;
        Forces { mode: *mode, driven: *level, world: pin.driven, pull: pin.pull }.resolve()
    }
}

impl SimulatedGpio {
    /// The pins of a board, all of them floating inputs. Of two with one number the later counts. Takes memory for as
    /// many pins as the highest number says.
    #[must_use]
    pub fn new(pins: impl IntoIterator<Item = (u32, Pin)>) -> Self {
        let mut states = Vec::new();
        for (number, pin) in pins {
            let number = number as usize;
            if number >= states.len() {
                states.resize_with(number + 1, || None);
            }
            states[number] = Some(State { pin, mode: Mode::Input, level: Level::Low });
        }
        Self { pins: states }
    }

    /// Drives the line at pin `pin` from outside, or lets it go with `None`.
    ///
    /// # Errors
    /// The board has no such pin.
    pub fn drive(&mut self, pin: u32, level: Option<Level>) -> Result<(), GpioError> {
        self.state(pin)?.pin.driven = level;
        Ok(())
    }

    /// The line at pin `pin` as the world sees it, or `None` if the board does not have it.
    #[must_use]
    pub fn line(&self, pin: u32) -> Option<Line> {
        self.pin(pin).map(State::line)
    }

    /// What people call pin `pin`, if they do.
    #[must_use]
    pub fn label(&self, pin: u32) -> Option<&str> {
        self.pin(pin)?.pin.label.as_deref()
    }

    fn pin(&self, pin: u32) -> Option<&State> {
        self.pins.get(pin as usize)?.as_ref()
    }

    fn state(&mut self, pin: u32) -> Result<&mut State, GpioError> {
        self.pins.get_mut(pin as usize).and_then(Option::as_mut).ok_or(GpioError::NoSuchPin(pin))
    }
}

impl Gpio for SimulatedGpio {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.pin(pin).map(|state| state.pin.used_for)
    }

    fn open(&mut self, _at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        reply(self.state(pin).map(|state| {
            state.mode = mode;
            state.level = initial;
        }))
    }

    fn read(&mut self, _at_ns: u64, pin: u32) -> Reply<Level> {
        reply(self.state(pin).map(|state| state.line().level))
    }

    fn write(&mut self, _at_ns: u64, pin: u32, level: Level) -> Reply {
        reply(self.state(pin).and_then(|state| match state.mode {
            Mode::Output | Mode::OutputOpenDrain => {
                state.level = level;
                Ok(())
            }
            Mode::Input | Mode::InputPullUp | Mode::InputPullDown => Err(GpioError::NotAnOutput(pin)),
        }))
    }

    fn close(&mut self, _at_ns: u64, pin: u32) -> Reply {
        reply(self.state(pin).map(|state| state.mode = Mode::Input))
    }

    fn line(&self, pin: u32) -> Option<Line> {
        self.line(pin)
    }
}

fn reply<T>(result: Result<T, GpioError>) -> Reply<T> {
    match result {
        Ok(value) => Reply::ok(value),
        Err(error) => Reply::failed(error, 0),
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use Level::{High, Low};
    use device_abi::types::ErrorCode;

    use super::*;
    use crate::HeldBy;

    /// Pin 2 is free, 5 has a pull-up and belongs to a bus, 9 is a button with a pull-up, 18 is reserved.
    fn board() -> SimulatedGpio {
        SimulatedGpio::new([
            (2, Pin::new(PinUse::Free).label("LED")),
            (5, Pin::new(PinUse::Bus).pull(Pull::Up)),
            (9, Pin::new(PinUse::Free).label("BOOT").pull(Pull::Up).driven(Low)),
            (18, Pin::new(PinUse::Reserved)),
        ])
    }

    fn error<T: core::fmt::Debug>(reply: Reply<T>) -> (ErrorCode, std::string::String) {
        let error = reply.result.unwrap_err();
        (error.code(), error.to_string())
    }

    #[test]
    fn pins_that_do_not_exist_are_refused_by_number() {
        let mut gpio = board();
        let expected = (ErrorCode::NotFound, "gpio: the board has no pin 3".to_string());
        assert_eq!(error(gpio.open(0, 3, Mode::Output, High)), expected);
        assert_eq!(error(gpio.read(0, 3)), expected);
        assert_eq!(error(gpio.write(0, 3, High)), expected);
        assert_eq!(error(gpio.close(0, 3)), expected);
        assert_eq!(gpio.drive(3, None), Err(GpioError::NoSuchPin(3)));
        assert_eq!((gpio.pin_use(3), gpio.line(3), gpio.label(3)), (None, None, None));
    }

    #[test]
    fn an_input_is_not_written() {
        let mut gpio = board();
        gpio.open(0, 2, Mode::InputPullUp, Low).result.unwrap();
        let expected = (ErrorCode::NotPermitted, "gpio: pin 2 is written, but is not an output".to_string());
        assert_eq!(error(gpio.write(0, 2, Low)), expected);
        assert_eq!(gpio.read(0, 2).result.unwrap(), High);
    }

    #[test]
    fn the_board_says_what_pins_are_for() {
        let gpio = board();
        let uses = [2, 5, 9, 18].map(|pin| gpio.pin_use(pin).unwrap());
        assert_eq!(uses, [PinUse::Free, PinUse::Bus, PinUse::Free, PinUse::Reserved]);
        assert_eq!((gpio.label(9), gpio.label(5)), (Some("BOOT"), None));
    }

    #[test]
    fn an_output_drives_from_open_to_close() {
        let mut gpio = board();
        gpio.open(0, 2, Mode::Output, High).result.unwrap();
        assert_eq!(gpio.line(2).unwrap(), Line { level: High, held_by: HeldBy::Pin });
        gpio.write(1, 2, Low).result.unwrap();
        assert_eq!(gpio.line(2).unwrap().level, Low);
        gpio.write(2, 2, High).result.unwrap();
        assert_eq!(gpio.read(3, 2).result.unwrap(), High);
        gpio.close(4, 2).result.unwrap();
        assert_eq!(gpio.line(2).unwrap(), Line { level: Low, held_by: HeldBy::Nothing });
    }

    #[test]
    fn a_button_is_pressed_and_let_go() {
        let mut gpio = board();
        gpio.open(0, 9, Mode::Input, Low).result.unwrap();
        assert_eq!(gpio.read(0, 9).result.unwrap(), Low, "pressed from the start");
        gpio.drive(9, None).unwrap();
        assert_eq!(gpio.read(1, 9).result.unwrap(), High);
        gpio.drive(9, Some(Low)).unwrap();
        assert_eq!(gpio.read(2, 9).result.unwrap(), Low);
    }

    #[test]
    fn an_output_reads_what_the_line_really_has() {
        let mut gpio = board();
        gpio.open(0, 2, Mode::Output, High).result.unwrap();
        gpio.drive(2, Some(Low)).unwrap();
        assert_eq!(gpio.read(0, 2).result.unwrap(), Low);
        assert_eq!(gpio.line(2).unwrap().held_by, HeldBy::Conflict);
    }
}
