//! Where everybody on the board tells what happens on the wires.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use hw_core::backend::{Hardware, I2cWires, Line};

use crate::{
    Layout, PinEvent, TracedBus, TracedPins, VcdWriter, WireEvent, Wires,
    kept::Kept,
    pin_line::{Change, PinLine},
};

type Vcd = VcdWriter<Box<dyn Write + Send>>;

/// Takes what happens on all wires of a board; copies share one record.
///
/// Besides the guest, the world outside moves pins: whoever lets a button be pressed says so with [`line`](Self::line).
#[derive(Debug, Clone)]
pub struct Recorder(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    kept: Kept,
    /// Nothing, a file being written, or why it no longer is.
    vcd: Option<io::Result<Vcd>>,
    at_rest: BTreeMap<u32, Line>,
    pins: BTreeMap<u32, PinLine>,
}

impl Recorder {
    /// Bytes of memory for events, unless another number is asked for: 64 MiB, some hundred thousand transactions.
    pub const KEPT_BYTES: usize = 64 * 1024 * 1024;

    /// Records the wires of `layout`: keeps the first events in memory, as many as fit into `kept_bytes`, and writes
    /// all of them to `vcd` while they happen.
    #[must_use]
    pub fn new(layout: Layout, kept_bytes: usize, vcd: Option<Box<dyn Write + Send>>) -> Self {
        let vcd = vcd.map(|output| VcdWriter::new(output, &layout));
        let at_rest = layout.at_rest.clone();
        let kept = Kept::new(layout, kept_bytes);
        Self(Arc::new(Mutex::new(State { kept, vcd, at_rest, pins: BTreeMap::new() })))
    }

    /// Records the wires of `layout` in memory, up to [`KEPT_BYTES`](Self::KEPT_BYTES).
    #[must_use]
    pub fn keeping(layout: Layout) -> Self {
        Self::new(layout, Self::KEPT_BYTES, None)
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

    /// Takes an event as it is. Wrappers and the world outside use the other methods, which know what a pin was before.
    pub fn record(&self, event: WireEvent) {
        self.lock().record(event);
    }

    /// The line at pin `pin` is like `line` from device time `at_ns` (nanoseconds) on, because something outside (a button,
    /// another chip) moved it: what [`Gpio::line`](hw_core::backend::Gpio::line) tells from then on.
    ///
    /// The edge is recorded at its own time, once: neither a guest that reads the level later nor the same line told
    /// again adds another.
    ///
    /// Tell everything up to a guest's call before that call, as [`Outside::advance`](hw_core::backend::Outside) does.
    /// Different pins need no order among themselves. An edge of a pin that is earlier than what is known of that
    /// pin is recorded at that later time.
    pub fn line(&self, at_ns: u64, pin: u32, line: Line) {
        self.pin(at_ns, pin, |known| known.moved(line));
    }

    /// Records what `happens` to a pin, if anything shows.
    pub(crate) fn pin(&self, at_ns: u64, pin: u32, happens: impl FnOnce(&mut PinLine) -> Option<Change>) {
        let state = &mut *self.lock();
        let at_rest = state.at_rest.get(&pin).copied();
        let known = state.pins.entry(pin).or_insert_with(|| PinLine::new(at_rest));
        let at_ns = known.not_before(at_ns);
        if let Some((change, line)) = happens(known) {
            state.record(WireEvent::Pin(PinEvent { pin, at_ns, change, line }));
        }
    }

    /// Ends the record at `end_ns` of device time and takes out what was kept. Nothing is recorded afterwards.
    ///
    /// # Errors
    /// The VCD could not be written; what was kept is lost.
    pub fn finish(&self, end_ns: u64) -> io::Result<Wires> {
        let mut state = self.lock();
        let wires = state.kept.finish(end_ns);
        if let Some(vcd) = state.vcd.take() {
            vcd?.finish(end_ns)?;
        }
        Ok(wires)
    }

    /// The state. Whoever panicked while they held it has left it whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn record(&mut self, event: WireEvent) {
        if let Some(Ok(vcd)) = &mut self.vcd
            && let Err(error) = vcd.write(&event)
        {
            self.vcd = Some(Err(error));
        }
        self.kept.push(event);
    }
}
