//! embedded-hal's delays.

use embedded_hal::delay::DelayNs;

use crate::abi;

/// Waits at least as long as it is asked to.
///
/// Waits below a millisecond are `clock.delay-ns`, exact and without rest; longer ones are `clock.sleep`, and
/// let the device rest.
///
/// ```no_run
/// use embedded_hal::delay::DelayNs as _;
/// use twinboard_guest::Delay;
///
/// Delay.delay_us(40); // a display's command
/// Delay.delay_ms(500); // a blinking LED
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Delay;

/// Nanoseconds in a microsecond, and microseconds in a millisecond.
const KILO: u32 = 1000;

impl DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        abi::clock::delay_ns(ns);
    }

    fn delay_us(&mut self, us: u32) {
        match us {
            0..KILO => abi::clock::delay_ns(us * KILO),
            _ => abi::clock::sleep(u64::from(us)),
        }
    }

    fn delay_ms(&mut self, ms: u32) {
        abi::clock::sleep(u64::from(ms) * u64::from(KILO));
    }
}
