//! What the agent sees of the chip.

use alloc::boxed::Box;
use core::{fmt, hint};

use app_storage::Flash;
use device_abi::system::ResetReason;
use device_link::{Heap, LineRates, LinkError};
use firmware_agent::{Board, Native, Wiring};

use super::{
    clock, heap,
    led::Led,
    native,
    uart::Uart0,
    usb::Usb,
    watchdog::{self, Watchdog},
};
use crate::lines::Lines;

/// What the agent sees of the chip.
pub(super) struct Esp32C3 {
    lines: Lines<Uart0, Usb>,
    led: Led,
    watchdog: Watchdog,
    last_reset: ResetReason,
    flash: Option<Box<dyn Flash>>,
}

impl Esp32C3 {
    pub(super) fn new(led: Led, watchdog: Watchdog, flash: Option<Box<dyn Flash>>) -> Self {
        let lines = Lines::new(Uart0::new(), Usb::new());
        Self { lines, led, watchdog, last_reset: watchdog::last_reset(), flash }
    }
}

impl fmt::Debug for Esp32C3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Esp32C3").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl Board for Esp32C3 {
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        let now_ns = clock::now_ns();
        let len = self.lines.read(bytes, now_ns);
        self.led.show(self.lines.hears_host(now_ns), now_ns);
        len
    }

    fn write(&mut self, bytes: &[u8]) {
        self.lines.write(bytes);
    }

    fn wait(&mut self, until_ns: u64) {
        // Looks instead of sleeping: the board hangs on a cable that feeds it, and nothing depends on how a sleep ends.
        loop {
            let now_ns = clock::now_ns();
            self.watchdog.feed(now_ns);
            self.led.show(self.lines.hears_host(now_ns), now_ns);
            if self.lines.has_input() || now_ns >= until_ns {
                return;
            }
            hint::spin_loop();
        }
    }

    fn now_ns(&self) -> u64 {
        clock::now_ns()
    }

    fn cycles(&self) -> u64 {
        clock::cycles()
    }

    fn heap(&self) -> Heap {
        heap::figures()
    }

    fn is_over(&self) -> bool {
        false
    }

    fn restart(&mut self) {
        super::uart::flush();
        super::usb::flush();
        esp_hal::system::software_reset();
    }

    fn reset_reason(&self) -> ResetReason {
        self.last_reset
    }

    fn feed(&mut self) {
        self.watchdog.feed(clock::now_ns());
    }

    fn line_rates(&self) -> Option<LineRates> {
        self.lines.rates()
    }

    fn has_line_rate(&self, baud: u32) -> bool {
        self.lines.has_rate(baud)
    }

    fn set_line_rate(&mut self, baud: u32) {
        self.lines.set_rate(baud);
    }

    fn flash(&mut self) -> Option<Box<dyn Flash>> {
        self.flash.take()
    }

    fn has_native(&self) -> bool {
        true
    }

    fn native(&mut self, wiring: &Wiring<'_>) -> Result<Native, LinkError> {
        native::hardware(wiring)
    }
}
