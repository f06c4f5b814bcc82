//! Edges that somebody outside makes, at their own times, between the guest's calls.

mod support;

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use device_abi::gpio::{
    Level::{self, High, Low},
    Mode,
};
use embedded_hal::i2c::Operation;
use hw_core::backend::{Gpio, HeldBy, I2cBus, Line, PinUse, Reply};
use hw_wires::{Layout, Recorder, TracedBus, TracedPins, Wires};
use proptest::prelude::*;
use support::wire;
use vcd::Value::{V0, V1, Z};

/// Pins that all have one level, which the outside makes.
#[derive(Debug, Clone)]
struct Pins(Arc<Mutex<Level>>);

impl Gpio for Pins {
    fn pin_use(&self, _: u32) -> Option<PinUse> {
        Some(PinUse::Free)
    }

    fn open(&mut self, _: u64, _: u32, _: Mode, _: Level) -> Reply {
        Reply::ok(())
    }

    fn read(&mut self, _: u64, _: u32) -> Reply<Level> {
        Reply::ok(*self.0.lock().unwrap())
    }

    fn write(&mut self, _: u64, _: u32, _: Level) -> Reply {
        Reply::ok(())
    }

    fn close(&mut self, _: u64, _: u32) -> Reply {
        Reply::ok(())
    }

    fn line(&self, _: u32) -> Option<Line> {
        Some(driven(*self.0.lock().unwrap()))
    }
}

fn driven(level: Level) -> Line {
    Line { level, held_by: HeldBy::World }
}

/// A bus on which everybody acknowledges.
#[derive(Debug)]
struct Agreeable;

impl I2cBus for Agreeable {
    fn transaction(&mut self, _: u64, _: u8, _: u32, _: &mut [Operation<'_>]) -> Reply {
        Reply::ok(())
    }
}

/// Where a VCD file is written while it happens.
#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Bench {
    recorder: Recorder,
    gpio: TracedPins<Pins>,
    bus: TracedBus<Agreeable>,
    pins: Pins,
    file: Shared,
}

impl Bench {
    fn new() -> Self {
        let pins = vec![(2, String::new()), (9, String::new())];
        let (held, file) = (Pins(Arc::new(Mutex::new(High))), Shared::default());
        let layout = Layout { buses: vec![0], pins, ..Layout::default() };
        let recorder = Recorder::new(layout, Recorder::KEPT_BYTES, Some(Box::new(file.clone())));
        let gpio = TracedPins::new(held.clone(), recorder.clone());
        let bus = TracedBus::new(0, Agreeable, recorder.clone());
        Self { recorder, gpio, bus, pins: held, file }
    }

    fn outside(&self, at_ns: u64, pin: u32, level: Level) {
        *self.pins.0.lock().unwrap() = level;
        self.recorder.line(at_ns, pin, driven(level));
    }

    /// What was kept, and the file that was written meanwhile.
    fn finish(self, end_ns: u64) -> (Wires, String) {
        let wires = self.recorder.finish(end_ns).unwrap();
        let file = String::from_utf8(std::mem::take(&mut self.file.0.lock().unwrap())).unwrap();
        (wires, file)
    }
}

#[test]
fn an_edge_is_there_at_its_time_and_once() {
    let mut bench = Bench::new();
    bench.gpio.open(10, 9, Mode::InputPullUp, High).result.unwrap();
    assert!(matches!(bench.gpio.read(20, 9).result, Ok(High)));
    bench.outside(5_000, 9, Low);
    bench.outside(6_000, 9, Low);
    assert!(matches!(bench.gpio.read(90_000, 9).result, Ok(Low)));
    bench.outside(91_000, 9, High);
    bench.gpio.close(95_000, 9).result.unwrap();
    let (wires, file) = bench.finish(100_000);
    let expected = "10 ns  gpio.9  input-pull-up, high from outside\n\
                    5000 ns  gpio.9  low from outside\n\
                    91000 ns  gpio.9  high from outside\n\
                    95000 ns  gpio.9  closed, high from outside\n";
    assert_eq!(wires.to_string(), expected);
    assert_eq!(file, wires.vcd());
    let levels = wire(&file, &["gpio", "pin9"]);
    assert_eq!(levels, [(0, Z), (10, V1), (5_000, V0), (91_000, V1)]);
}

#[test]
fn an_edge_within_a_transaction_is_told_after_it() {
    let mut bench = Bench::new();
    bench.gpio.open(0, 9, Mode::Input, Low).result.unwrap();
    // 20 cycles of 10 us.
    assert!(bench.bus.transaction(1_000, 0x20, 100_000, &mut [Operation::Write(&[1])]).result.is_ok());
    bench.outside(57_000, 9, Low);
    bench.gpio.read(202_000, 9).result.unwrap();
    let (wires, file) = bench.finish(300_000);
    assert_eq!(wire(&file, &["gpio", "pin9"]), [(0, Z), (0, V1), (57_000, V0)]);
    assert_eq!(support::line(&support::decode(&file, "i2c0")), "S 40+ 01+ P");
    assert_eq!(file, wires.vcd());
}

#[test]
fn a_long_transaction_does_not_hide_edges_at_its_beginning() {
    let mut bench = Bench::new();
    bench.gpio.open(0, 9, Mode::Input, Low).result.unwrap();
    let data = [0x55; 4096];
    assert!(bench.bus.transaction(1_000, 0x20, 100_000, &mut [Operation::Write(&data)]).result.is_ok());
    bench.outside(2_000, 9, Low);
    bench.outside(3_000, 9, High);
    bench.gpio.read(400_000_000, 9).result.unwrap();
    let (wires, file) = bench.finish(500_000_000);
    assert_eq!(wire(&file, &["gpio", "pin9"]), [(0, Z), (0, V1), (2_000, V0), (3_000, V1)]);
    assert_eq!(support::decode(&file, "i2c0").len(), 1 + 4097 + 1);
    assert_eq!(file, wires.vcd());
}

#[test]
fn pins_need_no_order_among_themselves() {
    let mut bench = Bench::new();
    bench.outside(30_000, 9, Low);
    bench.outside(10_000, 2, High);
    bench.outside(20_000, 2, Low);
    bench.gpio.open(50_000, 9, Mode::Input, Low).result.unwrap();
    // A pin that goes back in time does so for nobody.
    bench.outside(40_000, 9, High);
    let (wires, file) = bench.finish(60_000);
    assert_eq!(wire(&file, &["gpio", "pin2"]), [(0, Z), (10_000, V1), (20_000, V0)]);
    let levels = wire(&file, &["gpio", "pin9"]);
    assert_eq!(levels, [(0, Z), (30_000, V0), (50_000, V1)]);
    assert!(wires.events.is_sorted_by_key(hw_wires::WireEvent::at_ns), "{wires}");
    assert_eq!(file, wires.vcd());
}

#[test]
fn a_busy_outside_and_a_sleeping_guest_take_bounded_memory() {
    let bench = Bench::new();
    let (mut seen, mut written, mut most_held) = (0, 0, 0);
    for n in 0..20_000 {
        bench.outside(n * 1_000, 9, if n % 2 == 0 { High } else { Low });
        let file = bench.file.0.lock().unwrap();
        written += file[seen..].iter().filter(|&&byte| byte == b'#').count() as u64;
        seen = file.len();
        most_held = most_held.max((n + 1).saturating_sub(written));
    }
    assert!((2_000..5_000).contains(&most_held), "{most_held} edges were held back");
    let (wires, file) = bench.finish(20_000_000);
    assert_eq!(wire(&file, &["gpio", "pin9"]).len(), 1 + 20_000);
    assert_eq!(file, wires.vcd());
}

#[test]
fn only_the_first_events_are_kept_and_the_others_counted() {
    let layout = Layout { buses: vec![0], pins: vec![(2, String::new())], ..Layout::default() };
    for bytes in [0, 1_000, 10_000] {
        let file = Shared::default();
        let recorder = Recorder::new(layout.clone(), bytes, Some(Box::new(file.clone())));
        let mut bus = TracedBus::new(0, Agreeable, recorder.clone());
        for n in 0..500 {
            let at_ns = n * 1_000_000;
            assert!(bus.transaction(at_ns, 0x20, 100_000, &mut [Operation::Write(&[1])]).result.is_ok());
            recorder.line(at_ns + 500_000, 2, driven(if n % 2 == 0 { High } else { Low }));
        }
        let wires = recorder.finish(500_000_000).unwrap();
        let kept = wires.events.len() as u64;
        assert_eq!(kept + wires.left_out.transactions + wires.left_out.pin_changes, 1_000);
        let least = bytes as u64 / 100;
        assert!((least..=least * 2).contains(&kept), "{kept} events in {bytes} bytes");
        let is_first =
            |(index, event): (usize, &hw_wires::WireEvent)| event.at_ns() == index as u64 * 500_000;
        assert!(wires.events.iter().enumerate().all(is_first), "{wires}");
        // The file has them all: 20 cycles each.
        let file = String::from_utf8(std::mem::take(&mut file.0.lock().unwrap())).unwrap();
        assert_eq!(support::decode(&file, "i2c0").len(), 500 * 4);
        assert_eq!(wire(&file, &["gpio", "pin2"]).len(), 1 + 500);
    }
}

/// Somebody does something to pin 9 after some time.
fn steps() -> impl Strategy<Value = Vec<(u64, u8, bool)>> {
    proptest::collection::vec((0..1_000_u64, 0..5_u8, any::<bool>()), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to an input, the file shows the outside's level at every time from when it is known.
    #[test]
    fn an_input_always_shows_the_outside(steps in steps()) {
        let mut bench = Bench::new();
        let (mut now_ns, mut is_open) = (0, false);
        let mut expected = Vec::<(u64, Level)>::new();
        for (after_ns, step, high) in steps {
            now_ns += after_ns + 1;
            let level = if high { High } else { Low };
            match step {
                0 if !is_open => {
                    bench.gpio.open(now_ns, 9, Mode::Input, Low).result.unwrap();
                    is_open = true;
                }
                1 if is_open => {
                    bench.gpio.close(now_ns, 9).result.unwrap();
                    is_open = false;
                }
                // Before anything outside is known, reading would tell the level, too.
                2 if is_open && !expected.is_empty() => {
                    bench.gpio.read(now_ns, 9).result.unwrap();
                }
                3 | 4 => {
                    bench.outside(now_ns, 9, level);
                    expected.push((now_ns, level));
                }
                _ => {}
            }
        }
        let (wires, file) = bench.finish(now_ns + 1);
        prop_assert_eq!(&file, &wires.vcd());
        let changes = wire(&file, &["gpio", "pin9"]);
        for probe_ns in 0..=now_ns {
            let Some((_, level)) = expected.iter().rev().find(|(at_ns, _)| *at_ns <= probe_ns) else { continue };
            let shown = changes.iter().rev().find(|(at_ns, _)| *at_ns <= probe_ns).map(|(_, value)| *value);
            prop_assert_eq!(shown, Some(if *level == High { V1 } else { V0 }), "at {} ns", probe_ns);
        }
    }
}
