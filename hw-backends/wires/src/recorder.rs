//! Where everybody on the board tells what happens on the wires.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hw_core::backend::{Hardware, I2cWires};

use crate::{Layout, TracedBus, TracedPins, VcdWriter, WireEvent, Wires};

type Vcd = VcdWriter<Box<dyn Write + Send>>;

/// Takes what happens on all wires of a board, in order; copies share one record.
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    keep: bool,
    wires: Wires,
    /// Nothing, a file being written, or why it no longer is.
    vcd: Option<io::Result<Vcd>>,
}

impl Recorder {
    /// Records the wires of `layout`: keeps all events in memory if `keep` says so, and writes them to `vcd` while they
    /// happen.
    #[must_use]
    pub fn new(layout: Layout, keep: bool, vcd: Option<Box<dyn Write + Send>>) -> Self {
        let vcd = vcd.map(|output| VcdWriter::new(output, &layout));
        let wires = Wires { layout, events: Vec::new(), end_ns: 0 };
        Self(Arc::new(Mutex::new(State { keep, wires, vcd })))
    }

    /// Records the wires of `layout` in memory.
    #[must_use]
    pub fn keeping(layout: Layout) -> Self {
        Self::new(layout, true, None)
    }

    /// The same hardware with its pins and buses recorded.
    #[must_use]
    pub fn wrap(&self, hardware: Hardware) -> Hardware {
        let traced = |wires: I2cWires| I2cWires {
            bus: Box::new(TracedBus::new(wires.number, wires.bus, self.clone())),
            ..wires
        };
        Hardware {
            gpio: Box::new(TracedPins::new(hardware.gpio, self.clone())),
            i2c: hardware.i2c.into_iter().map(traced).collect(),
            ..hardware
        }
    }

    /// Takes an event.
    pub fn record(&self, event: WireEvent) {
        let state = &mut *self.lock();
        if let Some(Ok(vcd)) = &mut state.vcd
            && let Err(error) = vcd.write(&event)
        {
            state.vcd = Some(Err(error));
        }
        if state.keep {
            state.wires.events.push(event);
        }
    }

    /// Ends the record at `end_ns` of device time and takes out what was kept. Nothing is recorded afterwards.
    ///
    /// # Errors
    /// The VCD could not be written; what was kept is lost.
    pub fn finish(&self, end_ns: u64) -> io::Result<Wires> {
        let mut state = self.lock();
        state.keep = false;
        if let Some(vcd) = state.vcd.take() {
            vcd?.finish(end_ns)?;
        }
        Ok(Wires { end_ns, ..std::mem::take(&mut state.wires) })
    }

    /// The state. Whoever panicked while they held it has left it whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
