//! The board's hardware as a scenario reaches it: shared with the device, and changed from outside.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use device_abi::gpio::{Level, Mode};
use embedded_hal::i2c::Operation;
use hw_chips::{ChipBus, SimulatedGpio};
use hw_core::backend::{BreakOff, Gpio, Hardware, I2cBus, I2cWires, Line, PinUse, Quiet, Reply};
use hw_mock::{Fault, FaultLog, FaultPlan, FaultSwitch, Faulty, When};

use super::step::FaultStep;
use crate::{
    Board,
    board::{I2c, hardware},
};

type OnEdge = Box<dyn FnMut(u64, u32, Line) + Send>;

/// What a scenario can change, and who wants to know of it.
pub(super) struct World {
    gpio: Shared<SimulatedGpio>,
    chips: BTreeMap<u32, Shared<ChipBus>>,
    /// The buses with faults.
    faults: BTreeMap<u32, (FaultSwitch, FaultLog)>,
    /// The indices of the steps that added them, by bus and by number on it.
    steps: BTreeMap<(u32, usize), usize>,
    seed: u64,
    /// Whether a fault was left to chance.
    by_chance: bool,
    on_edge: Option<OnEdge>,
}

impl World {
    /// The hardware of `board` and its other side.
    pub(super) fn build(board: &Board, seed: u64) -> (Hardware, Self) {
        let gpio = Shared::new(hardware::gpio(board));
        let mut chips = BTreeMap::new();
        let wires = |bus: &I2c| {
            let shared = Shared::new(hardware::chips(bus));
            chips.insert(bus.number, shared.clone());
            I2cWires { number: bus.number, frequency_hz: bus.frequency_hz, bus: Box::new(shared) }
        };
        let hardware = Hardware {
            i2c: board.i2c().map(wires).collect(),
            gpio: Box::new(gpio.clone()),
            outside: Box::new(Quiet),
            device_id: board.device_id().to_vec(),
            reset_reason: board.reset_reason(),
        };
        let (faults, steps) = (BTreeMap::new(), BTreeMap::new());
        (hardware, Self { gpio, chips, faults, steps, seed, by_chance: false, on_edge: None })
    }

    /// The same hardware with faults to come on the buses of these numbers.
    pub(super) fn disturb(&mut self, hardware: Hardware, buses: &[u32]) -> Hardware {
        let mut disturbed = |wires: I2cWires| {
            if !buses.contains(&wires.number) {
                return wires;
            }
            let faulty = Faulty::new(wires.number, wires.bus, FaultPlan::new());
            self.faults.insert(wires.number, (faulty.switch(), faulty.log()));
            I2cWires { bus: Box::new(faulty), ..wires }
        };
        let i2c = hardware.i2c.into_iter().map(&mut disturbed).collect();
        Hardware { i2c, ..hardware }
    }

    pub(super) fn on_edge(&mut self, on_edge: OnEdge) {
        self.on_edge = Some(on_edge);
    }

    /// Drives the line at a pin from `at_ns` on, or lets it go.
    pub(super) fn drive(&mut self, at_ns: u64, pin: u32, level: Option<Level>) {
        let mut gpio = self.gpio.lock();
        let before = gpio.line(pin);
        // A pin that another board had is left alone.
        let _ = gpio.drive(pin, level);
        let after = gpio.line(pin);
        drop(gpio);
        if let (Some(on_edge), Some(line)) = (&mut self.on_edge, after)
            && before != after
        {
            on_edge(at_ns, pin, line);
        }
    }

    /// Changes a value of a chip at `at_ns`.
    pub(super) fn set(&mut self, at_ns: u64, bus: u32, address: u8, name: &str, value: f64) {
        if let Some(chips) = self.chips.get(&bus)
            && let Some(chip) = chips.lock().chip_mut(address)
        {
            // The reader has asked the chip whether it has this.
            let _ = chip.set(at_ns, name, value);
        }
    }

    /// Lets transactions go wrong from `at_ns` on, which is now, as the step at `index` says.
    pub(super) fn add_fault(&mut self, at_ns: u64, index: usize, step: &FaultStep) {
        let Some((switch, _)) = self.faults.get(&step.bus) else { return };
        let mut when = When::always();
        if let Some(address) = step.address {
            when = when.address(address);
        }
        if let Some(times) = step.times {
            when = when.times(times);
        }
        if let Some(per_million) = step.per_million {
            when = when.rate(self.seed, per_million);
            self.by_chance = true;
        }
        let fault = match step.fault {
            // Each transaction of this time finds the bus held, and none begins such a time anew.
            Fault::StuckFor { ns } if step.times.is_none() => {
                when = when.between(at_ns, at_ns.saturating_add(ns));
                Fault::StuckFor { ns: 0 }
            }
            fault => fault,
        };
        let number = switch.add(when, fault);
        self.steps.insert((step.bus, number), index);
    }

    /// Ends faults of one bus or all, of one address or all.
    pub(super) fn clear_faults(&mut self, bus: Option<u32>, address: Option<u8>) {
        for (_, (switch, _)) in self.faults.iter().filter(|(number, _)| bus.is_none_or(|bus| bus == **number))
        {
            switch.clear(address);
        }
    }

    /// The seed that faults came from, if chance had a part.
    pub(super) fn seed(&self) -> Option<u64> {
        self.by_chance.then_some(self.seed)
    }

    /// The faults that disturbed nothing, bus by bus: the index of the step, and why.
    pub(super) fn idle_faults(&self) -> impl Iterator<Item = Vec<(usize, String)>> {
        self.faults.iter().map(|(bus, (_, log))| {
            let step = |(number, why)| Some((*self.steps.get(&(*bus, number))?, why));
            log.idle().into_iter().filter_map(step).collect()
        })
    }

    /// What became of the faults, a text per bus on which there were to be some.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        self.faults.values().map(|(_, log)| log.to_string())
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// A backend that device and scenario take turns at.
#[derive(Debug)]
struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    /// The backend. Whoever panicked while they held it has left it whole.
    fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: I2cBus> I2cBus for Shared<T> {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        self.lock().transaction(at_ns, address, frequency_hz, operations)
    }

    fn broken_off(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: BreakOff,
    ) -> Reply {
        self.lock().broken_off(at_ns, address, frequency_hz, operations, end)
    }
}

impl<T: Gpio> Gpio for Shared<T> {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.lock().pin_use(pin)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        self.lock().open(at_ns, pin, mode, initial)
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        self.lock().read(at_ns, pin)
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        self.lock().write(at_ns, pin, level)
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        self.lock().close(at_ns, pin)
    }

    fn line(&self, pin: u32) -> Option<Line> {
        self.lock().line(pin)
    }
}
