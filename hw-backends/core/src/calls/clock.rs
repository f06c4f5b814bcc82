//! `clock`: device time.
//!
//! A wait that the end of the run cuts short returns early; the end of the call then ends the run.

use device_abi::clock::Clock;

use crate::View;

impl Clock for View<'_> {
    fn now(&mut self) -> u64 {
        self.device.clock.now_ns() / 1000
    }

    fn sleep(&mut self, duration_us: u64) {
        self.wait(duration_us.saturating_mul(1000));
    }

    fn delay_ns(&mut self, duration_ns: u32) {
        self.wait(duration_ns.into());
    }
}
