//! What the line at a pin is like.

use device_abi::gpio::Level;

/// The level of a line, and what makes it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The level that everybody on the line sees.
    pub level: Level,
    /// What makes it so.
    pub held_by: HeldBy,
}

/// What holds a line at its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// Something outside drives it: a button, another chip.
    World,
    /// The pin drives it.
    Pin,
    /// Pin and world drive it to different levels, a short circuit; it has the world's.
    Conflict,
    /// A resistor, outside or in the chip.
    Pull,
    /// Nothing; it floats.
    Nothing,
}
