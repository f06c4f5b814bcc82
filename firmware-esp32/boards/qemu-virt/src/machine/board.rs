//! What the agent sees of the machine.

use device_link::Heap;
use firmware_agent::Board;

use super::{HEAP, clock::Clock, power, uart, wake};

/// What the agent sees of the machine.
#[derive(Debug)]
pub(super) struct QemuVirt {
    clock: Clock,
}

impl QemuVirt {
    /// Sets the hardware up.
    pub(super) fn start() -> Self {
        uart::start();
        wake::start();
        Self { clock: Clock::start() }
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

    fn restart(&mut self) {
        uart::flush();
        power::restart();
    }
}
