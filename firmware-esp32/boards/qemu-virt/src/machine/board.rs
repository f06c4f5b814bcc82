//! What the agent sees of the machine. It has no pins: in native mode, nothing is connected to those that guests open.

use alloc::boxed::Box;

use app_storage::Flash;
use device_abi::system::ResetReason;
use device_link::{Heap, LinkError};
use firmware_agent::{Board, Native, Wiring, loopback};

use super::{HEAP, clock::Clock, flash::MemoryFlash, power, uart, wake};

/// What the agent sees of the machine.
#[derive(Debug)]
pub(super) struct QemuVirt {
    clock: Clock,
    reset_reason: ResetReason,
}

impl QemuVirt {
    /// Sets the hardware up.
    pub(super) fn start() -> Self {
        uart::start();
        wake::start();
        Self { clock: Clock::start(), reset_reason: power::reset_reason() }
    }
}

impl Board for QemuVirt {
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        uart::read(bytes)
    }

    fn write(&mut self, bytes: &[u8]) {
        uart::write(bytes);
    }

    fn wait(&mut self, until_ns: u64) {
        wake::wait(until_ns, uart::has_input);
    }

    fn now_ns(&self) -> u64 {
        self.clock.now_ns()
    }

    fn cycles(&self) -> u64 {
        self.clock.instructions()
    }

    fn heap(&self) -> Heap {
        HEAP.heap()
    }

    fn is_over(&self) -> bool {
        false
    }

    fn reset_reason(&self) -> ResetReason {
        self.reset_reason
    }

    fn flash(&mut self) -> Option<Box<dyn Flash>> {
        Some(Box::new(MemoryFlash::new()))
    }

    fn has_native(&self) -> bool {
        true
    }

    fn native(&mut self, wiring: &Wiring<'_>) -> Result<Native, LinkError> {
        loopback(wiring)
    }

    fn restart(&mut self) {
        uart::flush();
        power::restart();
    }
}
