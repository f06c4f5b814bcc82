//! What is on the board: profile, pins, buses, and the chips on them.
//!
//! A [`Board`] comes from a board file (TOML), which reads like a parts list:
//!
//! ```toml
//! [board]
//! name = "weather station"
//! profile = "esp32c3"       # default: "desktop"
//! device-id = "station-7"   # 1 to 16 bytes of text, or of hexadecimal digits after 0x
//! reset-reason = "watchdog" # default: "power-on"
//!
//! [gpio.pins]               # by the chip's own numbers; without this table, all pins of the profile are free
//! 2 = { label = "LED" }
//! 9 = { label = "BOOT", pull = "up", level = "low" }
//!
//! [i2c.0]
//! backend = "sim"           # the default, and so far the only one
//! frequency-hz = 400_000    # default: 100_000
//! sda = 5
//! scl = 6
//! chips = [ { model = "bme280", address = 0x76, temperature-c = 21.5 } ]
//! ```
//!
//! `pull` is a resistor on the board and `level` is what something outside, a button or a wire, drives. A chip's other
//! keys are the parameters of its model.

mod chip;
mod error;
mod file;
mod hardware;
mod nearest;
mod pins;
mod section;

use std::{collections::BTreeMap, fs::File, io::Read, path::Path};

use device_abi::{Profile, gpio::Level, system::ResetReason};
use hw_core::backend::{Hardware, PinUse};

pub use chip::Chip;
pub use error::{BoardError, Problem};
pub use hw_chips::Pull;

/// The speed of an I2C bus whose board file says none, in hertz: standard mode (NXP UM10204 rev. 7, section 5).
pub const DEFAULT_I2C_HZ: u32 = 100_000;

/// The highest speed of an I2C bus, in hertz: fast-mode plus (NXP UM10204 rev. 7, section 5).
pub const MAX_I2C_HZ: u32 = 1_000_000;

/// The most bytes of a device id (`system.device-id` in the ABI).
pub const MAX_DEVICE_ID_BYTES: usize = 16;

/// The largest board file that is read, bytes.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// A board that is known to fit its profile.
#[derive(Debug, Clone)]
pub struct Board {
    /// The file's name, for messages; empty when there is none.
    file: String,
    name: String,
    profile: &'static Profile,
    device_id: Vec<u8>,
    reset_reason: ResetReason,
    /// `None`: all pins of the profile are there.
    pins: Option<BTreeMap<u32, Pin>>,
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
    pub fn load(path: impl AsRef<Path>) -> Result<Self, BoardError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let mut bytes = Vec::new();
        // One byte more than allowed shows that there is more.
        let read = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => file::parse_bytes(&bytes, &file),
            Err(cause) => Err(BoardError::unreadable(&file, cause)),
        }
    }

    /// Reads the text of a board file; `file_name` stands before each problem.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    ///
    /// # Examples
    /// ```
    /// use sim_host::board::Board;
    ///
    /// let board = Board::parse("[gpio.pins]\n2 = { label = \"LED\" }", "board.toml")?;
    /// assert_eq!(board.profile().name, "desktop");
    ///
    /// let error = Board::parse("[board]\nprofile = \"esp32\"", "board.toml").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"board.toml:2: unknown profile "esp32" in [board] (did you mean "esp32c3"?)"#,
    /// );
    /// # Ok::<(), sim_host::board::BoardError>(())
    /// ```
    pub fn parse(text: &str, file_name: &str) -> Result<Self, BoardError> {
        file::parse(text, file_name)
    }

    /// The same board with another profile.
    ///
    /// # Errors
    /// Pins and buses that the profile does not have.
    pub fn with_profile(mut self, profile: &'static Profile) -> Result<Self, BoardError> {
        self.profile = profile;
        let problems = pins::check(&self);
        if problems.is_empty() { Ok(self) } else { Err(BoardError::new(&self.file, problems)) }
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

    /// The pins that the board lists, by number; none when it lists none and all pins of the profile are free.
    pub fn pins(&self) -> impl Iterator<Item = &Pin> {
        self.pins.iter().flat_map(BTreeMap::values)
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
            device_id: b"twinboard".to_vec(),
            reset_reason: ResetReason::PowerOn,
            pins: None,
            i2c: BTreeMap::new(),
        }
    }
}
