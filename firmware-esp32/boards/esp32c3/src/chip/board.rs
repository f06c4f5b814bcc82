//! What the agent sees of the chip.

use core::{fmt, hint};

use device_link::Heap;
use firmware_agent::Board;

use super::{clock, heap, led::Led, uart::Uart0, usb::Usb};
use crate::lines::Lines;

/// What the agent sees of the chip.
pub(super) struct Esp32C3 {
    lines: Lines<Uart0, Usb>,
    led: Led,
}

impl Esp32C3 {
    pub(super) fn new(led: Led) -> Self {
        Self { lines: Lines::new(Uart0, Usb::new()), led }
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
}
