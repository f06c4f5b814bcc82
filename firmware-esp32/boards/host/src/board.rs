//! A Linux process as a board. It has no pins: in native mode, nothing is connected to those that guests open.

use std::time::{Duration, Instant};

use app_storage::Flash;
use device_link::{Heap, LinkError};
use firmware_agent::{Board, Native, Wiring, loopback};

use crate::{HEAP, flash::FileFlash, line::Line};

/// A Linux process as a board.
#[derive(Debug)]
pub(crate) struct HostBoard {
    line: Line,
    start: Instant,
    flash: Option<FileFlash>,
}

impl HostBoard {
    #[expect(clippy::disallowed_methods, reason = "a board has a clock, and this is this one's")]
    pub(crate) fn new(line: Line, flash: Option<FileFlash>) -> Self {
        Self { line, start: Instant::now(), flash }
    }
}

impl Board for HostBoard {
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        self.line.read(bytes)
    }

    fn write(&mut self, bytes: &[u8]) {
        self.line.write(bytes);
    }

    fn wait(&mut self, until_ns: u64) {
        self.line.wait(Duration::from_nanos(until_ns.saturating_sub(self.now_ns())));
    }

    fn now_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn cycles(&self) -> u64 {
        0
    }

    fn heap(&self) -> Heap {
        HEAP.heap()
    }

    fn is_over(&self) -> bool {
        self.line.is_over()
    }

    fn flash(&mut self) -> Option<Box<dyn Flash>> {
        Some(Box::new(self.flash.take()?))
    }

    fn has_native(&self) -> bool {
        true
    }

    fn native(&mut self, wiring: &Wiring<'_>) -> Result<Native, LinkError> {
        loopback(wiring)
    }

    fn restart(&mut self) {
        self.line.end();
    }
}
