//! What a run records of the wires.

use std::{fmt, io::Write};

use hw_core::backend::Hardware;
use hw_wires::{Layout, Recorder};

use crate::{Board, SimBuilder};

/// What is to be kept and written.
#[derive(Default)]
pub(crate) struct WantedWires {
    keep: bool,
    vcd: Option<Box<dyn Write + Send>>,
}

impl SimBuilder {
    /// Whether [`Run::wires`](crate::Run::wires) is kept: every byte on the buses and every change at the pins, in memory.
    pub fn wires(mut self, keep: bool) -> Self {
        self.wires.keep = keep;
        self
    }

    /// Writes what goes over the wires to `output` as a VCD file, while the guest runs and without keeping it; see
    /// [`VcdWriter`](hw_wires::VcdWriter) for what is in it. Nothing is written when the guest is refused.
    ///
    /// # Errors
    /// An output that fails does not end the run, but takes the place of its result.
    pub fn vcd(mut self, output: impl Write + Send + 'static) -> Self {
        self.wires.vcd = Some(Box::new(output));
        self
    }
}

impl WantedWires {
    /// Puts a recorder on the wires of `hardware`, if there is something to record.
    pub(crate) fn put_on(self, hardware: Hardware, board: &Board) -> (Hardware, Option<Recorder>) {
        if !self.keep && self.vcd.is_none() {
            return (hardware, None);
        }
        let label = |number| board.pins().find(|pin| pin.number == number).map(|pin| pin.label.clone());
        let pins = board.profile().gpio_pins;
        let layout = Layout::of(&hardware, pins, |number| label(number).unwrap_or_default());
        let recorder = Recorder::new(layout, self.keep, self.vcd);
        (recorder.wrap(hardware), Some(recorder))
    }
}

impl fmt::Debug for WantedWires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WantedWires").field("keep", &self.keep).finish_non_exhaustive()
    }
}
