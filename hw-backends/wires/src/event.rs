//! What happens on the wires.

use std::fmt;

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};

/// Something that happened on the wires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireEvent {
    /// A transaction on an I2C bus.
    I2c(Transaction),
    /// A change at a pin.
    Pin(PinEvent),
}

impl WireEvent {
    /// Device time at which it begins, nanoseconds.
    #[must_use]
    pub fn at_ns(&self) -> u64 {
        match self {
            Self::I2c(transaction) => transaction.at_ns,
            Self::Pin(event) => event.at_ns,
        }
    }
}

/// A transaction on an I2C bus, from start to stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transaction {
    /// The bus number.
    pub bus: u32,
    /// Device time at its start, nanoseconds.
    pub at_ns: u64,
    /// Clock cycles per second; 0 counts as 1.
    pub frequency_hz: u32,
    /// What was on the wires, in order; begins with a start and ends with the stop.
    pub symbols: Vec<Symbol>,
    /// How long it took beyond its bus time, nanoseconds. The backend does not say where; it is shown as the clock
    /// being held low before the stop.
    pub extra_ns: u64,
    /// The error that ended it, if that was another one than a missing acknowledge. The backend does not say what was on
    /// the wires then; the byte at which it ended is shown as not acknowledged.
    pub failed: Option<ErrorCode>,
}

impl Transaction {
    /// Clock cycles that it takes: nine for a byte, one for anything else, as the core counts them.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.symbols.iter().map(|symbol| symbol.bits()).sum()
    }
}

/// A piece of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// A start; a repeated start when it is not the first symbol.
    Start,
    /// Eight bits and the acknowledge.
    Byte {
        /// The bits, the first one highest; of an address byte bit 0 is set for a read.
        value: u8,
        /// Whether its receiver acknowledged it. The controller leaves the last byte of a read without.
        acknowledged: bool,
    },
    /// The stop.
    Stop,
}

impl Symbol {
    /// Clock cycles that it takes (bytes: NXP UM10204 rev. 7, section 3.1.5).
    #[must_use]
    pub fn bits(self) -> u64 {
        match self {
            Self::Start | Self::Stop => 1,
            Self::Byte { .. } => 9,
        }
    }
}

/// A change at a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinEvent {
    /// The chip's own number.
    pub pin: u32,
    /// Device time, nanoseconds.
    pub at_ns: u64,
    /// What changed.
    pub change: PinChange,
}

/// What changed at a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinChange {
    /// It was opened, as an output with the level that it drives.
    Opened(Mode, Option<Level>),
    /// It has another level: driven by the guest, or seen when the guest read it.
    Level(Level),
    /// Something outside gave it this level.
    Outside(Level),
    /// It is a floating input again.
    Closed,
}

/// Like `0 ns  i2c.0  S ec+ d0+ S ed+ 60- P`: start, bytes with acknowledge or not, stop; behind it, an error that is no
/// missing acknowledge.
impl fmt::Display for WireEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::I2c(transaction) => {
                write!(f, "{} ns  i2c.{} ", transaction.at_ns, transaction.bus)?;
                for symbol in &transaction.symbols {
                    match symbol {
                        Symbol::Start => f.write_str(" S")?,
                        Symbol::Byte { value, acknowledged } => {
                            write!(f, " {value:02x}{}", if *acknowledged { '+' } else { '-' })?;
                        }
                        Symbol::Stop => f.write_str(" P")?,
                    }
                }
                match transaction.extra_ns {
                    0 => {}
                    extra_ns => write!(f, " ({extra_ns} ns more)")?,
                }
                transaction.failed.map_or(Ok(()), |code| write!(f, " ({code})"))
            }
            Self::Pin(PinEvent { pin, at_ns, change }) => {
                write!(f, "{at_ns} ns  gpio.{pin}  ")?;
                match change {
                    PinChange::Opened(mode, None) => f.write_str(mode.name()),
                    PinChange::Opened(mode, Some(level)) => write!(f, "{} {}", mode.name(), level.name()),
                    PinChange::Level(level) => f.write_str(level.name()),
                    PinChange::Outside(level) => write!(f, "{} from outside", level.name()),
                    PinChange::Closed => f.write_str("closed"),
                }
            }
        }
    }
}
