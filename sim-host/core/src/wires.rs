//! What a run records of the wires.

use std::{fmt, io::Write};

use hw_board::board::Chip;
use hw_core::backend::Hardware;
use hw_wires::{Layout, LogMark, PictureOptions, Recorder};

use crate::{Board, LogLine, Run, SimBuilder};

/// What is to be kept and written.
pub(crate) struct WantedWires {
    keep: bool,
    kept_bytes: usize,
    vcd: Option<Box<dyn Write + Send>>,
}

impl Default for WantedWires {
    fn default() -> Self {
        Self { keep: false, kept_bytes: Recorder::KEPT_BYTES, vcd: None }
    }
}

impl SimBuilder {
    /// Whether [`Run::wires`] is kept: every byte on the buses and every change at the pins, in memory, until that is
    /// full; see [`limit_wires`](Self::limit_wires).
    pub fn wires(mut self, keep: bool) -> Self {
        self.wires.keep = keep;
        self
    }

    /// How many bytes of memory [`Run::wires`] may take [default: 64 MiB]. What comes later is left out and counted; the
    /// run goes on.
    pub fn limit_wires(mut self, bytes: usize) -> Self {
        self.wires.kept_bytes = bytes;
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

impl Run {
    /// What went over the wires and the guest's messages as a picture (SVG) with `title` above it, as far as
    /// [`wires`](Self::wires) and [`log`](Self::log) were kept; see [`Wires::picture`](hw_wires::Wires::picture).
    #[must_use]
    pub fn picture(&self, title: &str) -> String {
        let log: Vec<LogMark> = self.log.iter().map(LogLine::mark).collect();
        let options = PictureOptions { title: title.to_owned(), ..PictureOptions::default() };
        self.wires.picture(&log, &options)
    }
}

impl LogLine {
    /// The message as it is shown in a [picture](hw_wires::Wires::picture).
    #[must_use]
    pub fn mark(&self) -> LogMark {
        LogMark { at_ns: self.time_us.saturating_mul(1000), level: self.level, text: self.text.clone() }
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
        let mut layout = Layout::of(&hardware, pins, |number| label(number).unwrap_or_default());
        for bus in board.i2c() {
            let name = |chip: &Chip| {
                if chip.label.is_empty() { chip.model().to_owned() } else { chip.label.clone() }
            };
            layout.chips.extend(bus.chips.iter().map(|chip| (bus.number, chip.address, name(chip))));
        }
        let kept_bytes = if self.keep { self.kept_bytes } else { 0 };
        let recorder = Recorder::new(layout, kept_bytes, self.vcd);
        (recorder.wrap(hardware), Some(recorder))
    }
}

impl fmt::Debug for WantedWires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WantedWires").field("keep", &self.keep).finish_non_exhaustive()
    }
}
