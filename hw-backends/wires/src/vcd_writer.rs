//! From events to a VCD file, while they happen.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
};

use device_abi::gpio::Level;
use hw_core::backend::{HeldBy, Line};
use vcd::{IdCode, SimulationCommand, TimescaleUnit, Value};

use crate::{
    Layout, PinChange, PinEvent, WireEvent,
    layout::{BUS_WIRES, bus_wire, output_name},
    waveform::{BusLine, edges},
};

/// Writes a VCD file (IEEE 1364-2005, section 18), in nanoseconds, of which it holds back one event of the guest at a
/// time, and what happens outside until the guest's next.
///
/// Each bus `N` is a scope `i2cN` with the wires `i2cN_scl` and `i2cN_sda`, and `i2cN_error`, which is 1 during a transaction
/// that failed otherwise than by a missing acknowledge. The scope `gpio` has a wire for each pin,
/// named by its label or `pinN`: the level that everybody on the line sees, whether the pin is open or not, or `z` while
/// nothing holds it. Where guest and outside drive against each other, it is the level that the simulated line has then,
/// the outside's. Of pins that cannot tell their lines, it is what the guest's calls say: `z` while the pin drives nothing,
/// `x` for an input that has not been read. The scope `gpio_output` has a wire `LED_output` for a pin `LED`, 1 while the pin
/// is an output. Events of wires that the [`Layout`] does not have are left out. All pins of the layout are there, used or
/// not, for the head of the file is written before the first of them is.
///
/// No two wires have the same name, because sigrok (PulseView) drops the scopes. It also makes a sample of each nanosecond:
/// its input option `downsample` (10 or 100 still show every edge of a bus at 400 kHz) lets it open longer runs.
///
/// In such a transaction, clock and data are `x` for the byte at which it ended, and for the start if that is the first: the
/// backend does not say what was on the wires, as after lost arbitration. On a bus that is stuck (`bus` before the first byte), no start can be made: data is low
/// and the clock high for as long as the attempt takes, which an I2C decoder takes for a start and a stop with no byte between.
pub struct VcdWriter<W: Write> {
    output: vcd::Writer<W>,
    wires: Vec<Wire>,
    /// The first of the three wires of each bus, by its number.
    buses: BTreeMap<u32, usize>,
    /// Level and direction of each pin, by its number.
    pins: BTreeMap<u32, (usize, usize)>,
    /// What is still to be written: a transaction lasts until the next event at most.
    pending: Vec<Change>,
    /// The times of those changes in it that happened outside since the guest's last event.
    outside_ns: Vec<u64>,
    /// The last time that was written.
    at_ns: u64,
    /// When the last of all transactions ends.
    busy_until_ns: u64,
}

/// How many changes are held back while only the outside is busy: enough for many sources that take turns.
const MOST_OUTSIDE: usize = 4096;

struct Wire {
    code: IdCode,
    value: Value,
}

struct Change {
    at_ns: u64,
    wire: usize,
    value: Value,
}

impl<W: Write> VcdWriter<W> {
    /// Writes the head: the wires of `layout`, at rest.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn new(output: W, layout: &Layout) -> io::Result<Self> {
        let mut writer = Self {
            output: vcd::Writer::new(output),
            wires: Vec::new(),
            buses: BTreeMap::new(),
            pins: BTreeMap::new(),
            pending: Vec::new(),
            outside_ns: Vec::new(),
            at_ns: 0,
            busy_until_ns: 0,
        };
        writer.head(layout)?;
        Ok(writer)
    }

    /// Writes an event, after those before it. Events come in order of time; only what happens outside may come late,
    /// and in any order, before the next event of the guest. What comes later still is written at the time that the file
    /// has reached.
    ///
    /// # Errors
    /// Those of the output.
    pub fn write(&mut self, event: &WireEvent) -> io::Result<()> {
        match event {
            WireEvent::Pin(PinEvent { at_ns, change: PinChange::Outside, .. }) => {
                self.bound_outside()?;
                self.outside_ns.push(*at_ns);
            }
            _ => {
                self.outside_ns.clear();
                self.write_until(event.at_ns())?;
            }
        }
        let pending = &mut self.pending;
        match event {
            WireEvent::I2c(transaction) => {
                let Some(&first) = self.buses.get(&transaction.bus) else { return Ok(()) };
                self.busy_until_ns = self.busy_until_ns.max(transaction.end_ns());
                if transaction.failed.is_some() {
                    let change = |at_ns, value| Change { at_ns, wire: first + 2, value };
                    pending.extend([
                        change(transaction.at_ns, Value::V1),
                        change(transaction.end_ns(), Value::V0),
                    ]);
                }
                edges(transaction, |at_ns, line, level| {
                    let wire = match line {
                        BusLine::Scl => first,
                        BusLine::Sda => first + 1,
                    };
                    pending.push(Change { at_ns, wire, value: level.map_or(Value::X, Value::from) });
                });
            }
            WireEvent::Pin(event) => {
                let Some(&(level, direction)) = self.pins.get(&event.pin) else { return Ok(()) };
                let is_output = match event.change {
                    PinChange::Opened(_, driven) => Some(driven.is_some().into()),
                    PinChange::Level | PinChange::Outside => None,
                    PinChange::Closed => Some(Value::V0),
                };
                let at_ns = event.at_ns;
                pending.push(Change { at_ns, wire: level, value: value(event.line) });
                pending.extend(is_output.map(|value| Change { at_ns, wire: direction, value }));
            }
        }
        Ok(())
    }

    /// Writes what is held back, and the end of the record at `end_ns`, or at the end of a transaction that is under way
    /// then: it is there as a whole.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(mut self, end_ns: u64) -> io::Result<()> {
        self.write_until(u64::MAX)?;
        self.time(end_ns.max(self.busy_until_ns))?;
        self.output.flush()
    }

    fn head(&mut self, layout: &Layout) -> io::Result<()> {
        self.output.version(concat!("twinboard ", env!("CARGO_PKG_VERSION")))?;
        self.output.timescale(1, TimescaleUnit::NS)?;
        for &bus in &layout.buses {
            self.output.add_module(&format!("i2c{bus}"))?;
            let first = self.wires.len();
            for (wire, value) in BUS_WIRES.into_iter().zip([Value::V1, Value::V1, Value::V0]) {
                self.wire(&bus_wire(bus, wire), value)?;
            }
            self.buses.insert(bus, first);
            self.output.upscope()?;
        }
        if !layout.pins.is_empty() {
            let names = layout.pin_names();
            let numbers = layout.pins.iter().map(|&(number, _)| number);
            let at_rest = |pin| layout.at_rest.get(&pin).map_or(Value::Z, |&line| value(Some(line)));
            let directions = names.iter().map(|name| (output_name(name), Value::V0));
            let levels = self.scope("gpio", names.iter().cloned().zip(numbers.clone().map(at_rest)))?;
            let directions = self.scope("gpio_output", directions)?;
            self.pins = numbers.zip(levels.zip(directions)).collect();
        }
        self.output.enddefinitions()?;
        self.output.timestamp(0)?;
        self.output.begin(SimulationCommand::Dumpvars)?;
        for wire in &self.wires {
            self.output.change_scalar(wire.code, wire.value)?;
        }
        self.output.end()
    }

    /// A scope of wires and what they are like at first; their indices.
    fn scope(
        &mut self,
        scope: &str,
        wires: impl Iterator<Item = (String, Value)>,
    ) -> io::Result<std::ops::Range<usize>> {
        let first = self.wires.len();
        self.output.add_module(scope)?;
        for (name, value) in wires {
            self.wire(&name, value)?;
        }
        self.output.upscope()?;
        Ok(first..self.wires.len())
    }

    fn wire(&mut self, name: &str, value: Value) -> io::Result<usize> {
        let code = self.output.add_wire(1, name)?;
        self.wires.push(Wire { code, value });
        Ok(self.wires.len() - 1)
    }

    /// Writes the older half of what is held back of the outside, when that is much: a guest that sleeps for long.
    fn bound_outside(&mut self) -> io::Result<()> {
        if self.outside_ns.len() < MOST_OUTSIDE {
            return Ok(());
        }
        self.outside_ns.sort_unstable();
        let end_ns = self.outside_ns[MOST_OUTSIDE / 2 - 1].saturating_add(1);
        self.outside_ns.drain(..MOST_OUTSIDE / 2);
        self.write_until(end_ns)
    }

    /// Writes everything held back that happens before `end_ns`.
    fn write_until(&mut self, end_ns: u64) -> io::Result<()> {
        // Does nothing but look, unless events overlap; those at one time keep their order.
        self.pending.sort_by_key(|change| change.at_ns);
        let due = match end_ns {
            u64::MAX => self.pending.len(),
            end_ns => self.pending.partition_point(|change| change.at_ns < end_ns),
        };
        let mut pending = std::mem::take(&mut self.pending);
        for change in pending.drain(..due) {
            if self.wires[change.wire].value != change.value {
                self.time(change.at_ns)?;
                let wire = &mut self.wires[change.wire];
                wire.value = change.value;
                self.output.change_scalar(wire.code, change.value)?;
            }
        }
        self.pending = pending;
        Ok(())
    }

    /// Goes on to `at_ns`; time in a file never goes back.
    fn time(&mut self, at_ns: u64) -> io::Result<()> {
        if at_ns > self.at_ns {
            self.at_ns = at_ns;
            self.output.timestamp(at_ns)?;
        }
        Ok(())
    }
}

impl<W: Write> fmt::Debug for VcdWriter<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VcdWriter").field("at_ns", &self.at_ns).finish_non_exhaustive()
    }
}

fn value(line: Option<Line>) -> Value {
    match line {
        None => Value::X,
        Some(Line { held_by: HeldBy::Nothing, .. }) => Value::Z,
        // In a conflict, too: everybody on the line sees one level.
        Some(Line { level, .. }) => (level == Level::High).into(),
    }
}
