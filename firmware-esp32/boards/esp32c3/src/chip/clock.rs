//! Time, and cycles.

use esp_hal::{
    time::Instant,
    timer::systimer::{SystemTimer, Unit},
};

/// The system timer's ticks in a second: 16 MHz, whatever the processor does (ESP32-C3 Technical Reference Manual,
/// "System Timer").
const TICK_HZ: u64 = 16_000_000;

/// The processor's cycles in a second, as `main` sets them.
const CPU_HZ: u64 = 160_000_000;

/// Real time since the start, nanoseconds. Exact to a microsecond.
pub(super) fn now_ns() -> u64 {
    Instant::now().duration_since_epoch().as_micros().saturating_mul(1000)
}

/// The processor's cycles since the start, exact to ten: counted by the system timer, which runs from the same crystal.
/// The processor's own counter has 32 bits, 27 seconds.
pub(super) fn cycles() -> u64 {
    SystemTimer::unit_value(Unit::Unit0) * (CPU_HZ / TICK_HZ)
}
