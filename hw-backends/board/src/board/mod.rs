//! What is on the board: profile, pins, buses, and the chips on them.
//!
//! A [`Board`] comes from a board file (TOML), which reads like a parts list:
//!
//! ```toml
//! [board]
//! name = "weather station"
//! profile = "desktop"       # the default
//! device-id = "station-7"   # 1 to 16 bytes of text, or of hexadecimal digits after 0x
//! reset-reason = "watchdog" # default: "power-on"
//!
//! [gpio]
//! parts = [
//!     { model = "button", pin = 9, label = "BOOT", active = "low", bounce-us = 500 },
//!     { model = "led", pin = 2, label = "LED" },
//! ]
//!
//! [gpio.pins]               # by the chip's own numbers; without this table, all pins of the profile are free
//! 3 = { label = "relay" }
//! 4 = { pull = "up", level = "low" }
//!
//! [i2c.0]
//! backend = "sim"           # the default, and so far the only one
//! frequency-hz = 400_000    # default: 100_000
//! sda = 5
//! scl = 6
//! chips = [ { model = "bme280", address = 0x76, label = "outdoor", temperature-c = 21.5 } ]
//!
//! [[i2c.1.chips]]           # a chip described here alone, register by register
//! model = "registers"
//! address = 0x48
//! increment = "always"      # the default; or "never", "with-bit-7"
//! others = "refused"        # or what other registers read as; default: 0x00
//! registers = [
//!     { address = 0x0f, name = "who-am-i", reset = 0x33, read-only = 0xff },
//!     { address = 0x20, name = "channel", count = 8, step = 2 }, # channel-0 at 0x20 to channel-7 at 0x2e
//!     { address = 0x30, timed = { period-us = 1000, shift = 0, mask = 0xff } }, # counts milliseconds
//! ]
//! ```
//!
//! `pull` is a resistor on the board and `level` is what something outside, a button or a wire, drives. A button comes
//! with a resistor, unless its pin has a `pull`. With its own `level` it is pressed from the start; the other one is
//! refused, for whatever drives it would be short-circuited. The label of a part is its pin's label too.
//!
//! A chip's other keys are the parameters of its model. Parts and chips are known by their labels; without a label, by
//! their model, if nothing else on the board is called so.

mod chip;
pub(crate) mod hardware;
mod keys;
mod names;
mod part;
mod pins;
mod read;

use std::{collections::BTreeMap, path::Path};

use device_abi::{Profile, gpio::Level, system::ResetReason};
use hw_core::backend::{Hardware, PinUse};

use crate::file::{self, FileError};

pub use chip::{Chip, Setting};
pub use hw_chips::{Button, Pull};
pub use part::{Part, PartKind};

pub use keys::ROOT;

/// The speed of an I2C bus whose board file says none, in hertz: standard mode (NXP UM10204 rev. 7, section 5).
pub const DEFAULT_I2C_HZ: u32 = 100_000;

/// The highest speed of an I2C bus, in hertz: fast-mode plus (NXP UM10204 rev. 7, section 5).
pub const MAX_I2C_HZ: u32 = 1_000_000;

/// The most bytes of a device id (`system.device-id` in the ABI).
pub const MAX_DEVICE_ID_BYTES: usize = 16;

/// A board that is known to fit its profile.
#[derive(Debug, Clone)]
pub struct Board {
    /// The file's name, for messages; empty when there is none.
    file: String,
    name: String,
    profile: &'static Profile,
    names_profile: bool,
    device_id: Vec<u8>,
    reset_reason: ResetReason,
    /// Whether all pins of the profile are there, because the file lists none.
    all_pins: bool,
    /// What the file says of pins, by number.
    pins: BTreeMap<u32, Pin>,
    parts: Vec<Part>,
    /// By number.
    i2c: BTreeMap<u32, I2c>,
}

/// A pin that guests may open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The chip's own number.
    pub number: u32,
    /// What people call it; may be empty.
    pub label: String,
    /// The resistor that the board has on it.
    pub pull: Option<Pull>,
    /// What something outside drives.
    pub level: Option<Level>,
    /// Whether it is in `[gpio.pins]`; otherwise it is there for its part.
    listed: bool,
    line: u32,
}

/// An I2C bus.
#[derive(Debug, Clone)]
pub struct I2c {
    /// The number that guests open.
    pub number: u32,
    /// Its highest speed, which is also the default, hertz.
    pub frequency_hz: u32,
    /// The pins of data (SDA) and clock (SCL), if the board names them.
    pub pins: Option<(u32, u32)>,
    /// What is on it.
    pub chips: Vec<Chip>,
    line: u32,
    /// The lines of `sda` and `scl`.
    pin_lines: (u32, u32),
}

impl Board {
    /// Reads a board file.
    ///
    /// # Errors
    /// A file that cannot be read, or everything that is wrong with it.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let board = file::load(path, read::board)?;
        Ok(Self { file: path.display().to_string(), ..board })
    }

    /// Reads the text of a board file; `file_name` stands before each problem.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    ///
    /// # Examples
    /// ```
    /// use hw_board::Board;
    ///
    /// let board = Board::parse("[gpio.pins]\n2 = { label = \"LED\" }", "board.toml")?;
    /// assert_eq!(board.profile().name, "desktop");
    ///
    /// let error = Board::parse("[board]\nprofile = \"esp32\"", "board.toml").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"board.toml:2: unknown profile "esp32" in [board] (did you mean "esp32c3"?)"#,
    /// );
    /// # Ok::<(), hw_board::FileError>(())
    /// ```
    pub fn parse(text: &str, file_name: &str) -> Result<Self, FileError> {
        let board = file::parse(text, file_name, read::board)?;
        Ok(Self { file: file_name.to_owned(), ..board })
    }

    /// The same board with another profile.
    ///
    /// # Errors
    /// Pins and buses that the profile does not have.
    pub fn with_profile(mut self, profile: &'static Profile) -> Result<Self, FileError> {
        (self.profile, self.names_profile) = (profile, true);
        let problems = pins::check(&self);
        if problems.is_empty() { Ok(self) } else { Err(FileError::new(&self.file, problems)) }
    }

    /// What people call the board; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the device can hold.
    #[must_use]
    pub fn profile(&self) -> &'static Profile {
        self.profile
    }

    /// Whether somebody has said which profile it has; otherwise it has the default.
    #[must_use]
    pub fn names_profile(&self) -> bool {
        self.names_profile
    }

    /// 1 to 16 bytes that tell this device from others.
    #[must_use]
    pub fn device_id(&self) -> &[u8] {
        &self.device_id
    }

    /// Why the device last started.
    #[must_use]
    pub fn reset_reason(&self) -> ResetReason {
        self.reset_reason
    }

    /// The pins of which the board says something, by number: those that it lists, and those of its parts. A board
    /// that lists none has all pins of the profile.
    pub fn pins(&self) -> impl Iterator<Item = &Pin> {
        self.pins.values()
    }

    /// The parts at the pins, in the order of the file.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter()
    }

    /// The part called `name`: by its label, or by its model if it has no label and is the only one of its model.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<&Part> {
        names::of_parts(self).into_iter().find_map(|(own, part)| (own == name).then_some(part))
    }

    /// What the parts are called, in the order of the file; one that has no name is left out.
    #[must_use]
    pub fn part_names(&self) -> Vec<&str> {
        names::of_parts(self).into_iter().map(|(name, _)| name).collect()
    }

    /// The chip called `name`, by the rule for [parts](Self::part), and the number of its bus.
    #[must_use]
    pub fn chip(&self, name: &str) -> Option<(u32, &Chip)> {
        names::of_chips(self).into_iter().find_map(|(own, bus, chip)| (own == name).then_some((bus, chip)))
    }

    /// What the chips are called, by bus; one that has no name is left out.
    #[must_use]
    pub fn chip_names(&self) -> Vec<&str> {
        names::of_chips(self).into_iter().map(|(name, ..)| name).collect()
    }

    /// The I2C buses, by number.
    pub fn i2c(&self) -> impl Iterator<Item = &I2c> {
        self.i2c.values()
    }

    /// What pin `number` is there for, or `None` when the board does not have it.
    #[must_use]
    pub fn pin_use(&self, number: u32) -> Option<PinUse> {
        pins::pin_use(self, number)
    }

    /// Builds the simulated hardware: chips in the state in which they power up, at device time 0.
    #[must_use]
    pub fn hardware(&self) -> Hardware {
        hardware::build(self)
    }
}

impl Default for Board {
    /// Profile `desktop` with all its pins free, no buses, device id `twinboard`, reset reason `power-on`.
    fn default() -> Self {
        Self {
            file: String::new(),
            name: String::new(),
            profile: &Profile::DESKTOP,
            names_profile: false,
            device_id: b"twinboard".to_vec(),
            reset_reason: ResetReason::PowerOn,
            all_pins: true,
            pins: BTreeMap::new(),
            parts: Vec::new(),
            i2c: BTreeMap::new(),
        }
    }
}
