//! What happens on the wires.

use std::fmt;

use device_abi::{
    gpio::{Level, Mode},
    types::ErrorCode,
};
use hw_core::backend::{HeldBy, Line};

const NS_PER_S: u128 = 1_000_000_000;

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
    /// What was on the wires, in order; begins with a start and ends with the stop, unless data was stuck.
    pub symbols: Vec<Symbol>,
    /// How long it took beyond its bus time, nanoseconds. The backend does not say where; it is shown as the clock
    /// being held low before the stop.
    pub extra_ns: u64,
    /// The error that ended it, if that was another one than a missing acknowledge. The byte at which it ended is then
    /// [`Symbol::Unknown`], and a transaction that could not begin is [`Symbol::Stuck`].
    pub failed: Option<ErrorCode>,
}

impl Transaction {
    /// Clock cycles that it takes: nine for a byte, one for anything else, as the core counts them.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.symbols.iter().map(|symbol| symbol.bits()).sum()
    }

    /// Device time at its end, nanoseconds: when the guest goes on.
    #[must_use]
    pub fn end_ns(&self) -> u64 {
        self.after_ns(self.bits()).saturating_add(self.extra_ns)
    }

    /// Device time `cycles` clock cycles after its start, nanoseconds, rounded up as the core does.
    pub(crate) fn after_ns(&self, cycles: u64) -> u64 {
        let after_ns = (u128::from(cycles) * NS_PER_S).div_ceil(u128::from(self.frequency_hz.max(1)));
        self.at_ns.saturating_add(u64::try_from(after_ns).unwrap_or(u64::MAX))
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
    /// A byte of which nobody says what became of it: an error ended it that is no missing acknowledge. Another controller
    /// has won the bus, for one, and goes on.
    Unknown,
    /// The stop. Behind [`Unknown`](Self::Unknown) it is where the core goes on; nobody says when the bus is free.
    Stop,
    /// Somebody holds data low, so that there is no start and nothing behind it: the whole transaction, which for the core
    /// takes as long as a start, a byte and a stop.
    Stuck,
}

impl Symbol {
    /// Clock cycles that it takes (bytes: NXP UM10204 rev. 7, section 3.1.5).
    #[must_use]
    pub fn bits(self) -> u64 {
        match self {
            Self::Start | Self::Stop => 1,
            Self::Byte { .. } | Self::Unknown => 9,
            Self::Stuck => 11,
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
    /// What its line is like from then on; `None` when nobody knows, as of an input that cannot tell and was not read.
    pub line: Option<Line>,
}

/// What changed at a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinChange {
    /// It was opened, as an output with the level that it drives.
    Opened(Mode, Option<Level>),
    /// A call of the guest gave its line another level or another holder, or found it so.
    Level,
    /// Something outside did.
    Outside,
    /// It is a floating input again.
    Closed,
}

/// Like `0 ns  i2c.0  S ec+ d0+ S ed+ 60- P`: start, bytes with acknowledge or not, stop; behind it, an error that is no
/// missing acknowledge. Like `0 ns  gpio.9  input-pull-up, pulled high`: what changed, and what the line is like then.
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
                        Symbol::Unknown => f.write_str(" ??")?,
                        Symbol::Stop => f.write_str(" P")?,
                        Symbol::Stuck => f.write_str(" data held low")?,
                    }
                }
                match transaction.extra_ns {
                    0 => {}
                    extra_ns => write!(f, " ({extra_ns} ns more)")?,
                }
                transaction.failed.map_or(Ok(()), |code| write!(f, " ({code})"))
            }
            Self::Pin(PinEvent { pin, at_ns, change, line }) => {
                write!(f, "{at_ns} ns  gpio.{pin}  ")?;
                let is_said = match change {
                    PinChange::Opened(mode, None) => {
                        f.write_str(mode.name())?;
                        line.is_none()
                    }
                    PinChange::Opened(mode, Some(level)) => {
                        write!(f, "{} {}", mode.name(), level.name())?;
                        *line == Some(Line { level: *level, held_by: HeldBy::Pin })
                    }
                    PinChange::Level => return f.write_str(&line_text(*line)),
                    PinChange::Outside => {
                        let is_driven =
                            line.is_none_or(|line| matches!(line.held_by, HeldBy::World | HeldBy::Conflict));
                        let let_go = if is_driven { "" } else { ", let go outside" };
                        return write!(f, "{}{let_go}", line_text(*line));
                    }
                    PinChange::Closed => {
                        f.write_str("closed")?;
                        line.is_none_or(|line| line.held_by == HeldBy::Nothing)
                    }
                };
                if is_said { Ok(()) } else { write!(f, ", {}", line_text(*line)) }
            }
        }
    }
}

fn line_text(line: Option<Line>) -> String {
    let Some(Line { level, held_by }) = line else { return "unknown".to_owned() };
    match held_by {
        HeldBy::Pin => level.name().to_owned(),
        HeldBy::World => format!("{} from outside", level.name()),
        HeldBy::Pull => format!("pulled {}", level.name()),
        HeldBy::Conflict => format!("{} from outside against the pin", level.name()),
        HeldBy::Nothing => "floating".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_event_says_what_changed_and_what_the_line_is_like() {
        let line = |level, held_by| Some(Line { level, held_by });
        let (low, high) = (Level::Low, Level::High);
        let output = PinChange::Opened(Mode::Output, Some(low));
        #[rustfmt::skip]
        let table = [
            (PinChange::Opened(Mode::Input, None), None,                          "input"),
            (PinChange::Opened(Mode::Input, None), line(high, HeldBy::Pull),      "input, pulled high"),
            (output,                               line(low, HeldBy::Pin),        "output low"),
            (output,                               line(high, HeldBy::Conflict),  "output low, high from outside against the pin"),
            (PinChange::Level,                     line(high, HeldBy::Pin),       "high"),
            (PinChange::Outside,                   line(high, HeldBy::World),     "high from outside"),
            (PinChange::Outside,                   line(high, HeldBy::Pull),      "pulled high, let go outside"),
            (PinChange::Outside,                   line(low, HeldBy::Nothing),    "floating, let go outside"),
            (PinChange::Closed,                    line(low, HeldBy::Nothing),    "closed"),
            (PinChange::Closed,                    line(low, HeldBy::World),      "closed, low from outside"),
        ];
        for (change, line, text) in table {
            let event = WireEvent::Pin(PinEvent { pin: 4, at_ns: 7, change, line });
            assert_eq!(event.to_string(), format!("7 ns  gpio.4  {text}"));
        }
    }
}
