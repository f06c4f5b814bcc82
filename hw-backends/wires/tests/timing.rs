//! What a logic analyser measures between the edges, against the bus specification.

mod support;

use embedded_hal::i2c::Operation;
use hw_core::backend::{I2cBus, Reply};
use hw_wires::{Layout, Recorder, TracedBus};
use support::{decode, line, wire};
use vcd::Value::{self, V0, V1};

/// A bus on which everybody acknowledges, and all bytes read are 0x5a.
#[derive(Debug)]
struct Agreeable;

impl I2cBus for Agreeable {
    fn transaction(&mut self, _: u64, _: u8, _: u32, operations: &mut [Operation<'_>]) -> Reply {
        for operation in operations {
            if let Operation::Read(into) = operation {
                into.fill(0x5a);
            }
        }
        Reply::ok(())
    }
}

/// The least of each time, nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Least {
    /// The clock is low.
    low: u64,
    /// The clock is high.
    high: u64,
    /// From the fall of data to that of the clock: a start is held.
    hold_start: u64,
    /// From the rise of the clock to the fall of data: a repeated start is set up.
    set_up_start: u64,
    /// From the rise of the clock to that of data: a stop is set up.
    set_up_stop: u64,
    /// From a stop to a start.
    free: u64,
    /// From a change of data to the rise of the clock.
    set_up_data: u64,
}

/// NXP UM10204 rev. 7, table 10: standard mode, fast mode, fast-mode plus.
const TABLE: [(u32, Least); 3] = [
    (100_000, least([4_700, 4_000, 4_000, 4_700, 4_000, 4_700, 250])),
    (400_000, least([1_300, 600, 600, 600, 600, 1_300, 100])),
    (1_000_000, least([500, 260, 260, 260, 260, 500, 50])),
];

const fn least([low, high, hold_start, set_up_start, set_up_stop, free, set_up_data]: [u64; 7]) -> Least {
    Least { low, high, hold_start, set_up_start, set_up_stop, free, set_up_data }
}

/// Two transactions without time between, as a file.
fn back_to_back(hz: u32, into: &mut [u8]) -> String {
    let recorder = Recorder::keeping(Layout { buses: vec![0], ..Layout::default() });
    let mut bus = TracedBus::new(0, Agreeable, recorder.clone());
    // 1 + 9 + 9 + 1 cycles, and then 20 more for a byte that is read.
    let cycles = if into.is_empty() { 20 } else { 30 + 9 * into.len() as u64 };
    for at_ns in [0, cycles * 1_000_000_000 / u64::from(hz)] {
        let mut operations = vec![Operation::Write(&[0xa5])];
        if !into.is_empty() {
            operations.push(Operation::Read(into));
        }
        assert!(bus.transaction(at_ns, 0x55, hz, &mut operations).result.is_ok());
    }
    recorder.finish(0).unwrap().vcd()
}

/// The shortest of everything in a file.
fn measure(file: &str) -> Least {
    let mut found = least([u64::MAX; 7]);
    let shorter = |least: &mut u64, from_ns: u64, to_ns: u64| *least = (*least).min(to_ns - from_ns);
    // The wires and the times of their last changes, and of the last stop and start.
    let (mut levels, mut changed_ns, mut stop_ns, mut start_ns) = ([V1; 2], [0; 2], None::<u64>, None::<u64>);
    let mut is_busy = false;
    let edges =
        |index, name| wire(file, &["i2c0", name]).into_iter().map(move |(at_ns, to)| (at_ns, index, to));
    let mut edges: Vec<_> = edges(0, "i2c0_scl").chain(edges(1, "i2c0_sda")).collect();
    edges.sort_by_key(|&(at_ns, ..)| at_ns);
    for (at_ns, wire, value) in edges {
        let [scl_ns, sda_ns] = changed_ns;
        match (wire, value, levels[0]) {
            _ if levels[wire] == value => continue,
            (0, V0, _) => {
                if let Some(start_ns) = start_ns.take() {
                    shorter(&mut found.hold_start, start_ns, at_ns);
                }
                shorter(&mut found.high, scl_ns, at_ns);
            }
            (0, _, _) => {
                shorter(&mut found.low, scl_ns, at_ns);
                if sda_ns >= scl_ns {
                    shorter(&mut found.set_up_data, sda_ns, at_ns);
                }
            }
            (1, V0, V1) if is_busy => {
                shorter(&mut found.set_up_start, scl_ns, at_ns);
                start_ns = Some(at_ns);
            }
            (1, V0, V1) => {
                if let Some(stop_ns) = stop_ns {
                    shorter(&mut found.free, stop_ns, at_ns);
                }
                (is_busy, start_ns) = (true, Some(at_ns));
            }
            (1, V1, V1) => {
                shorter(&mut found.set_up_stop, scl_ns, at_ns);
                (is_busy, stop_ns) = (false, Some(at_ns));
            }
            _ => {}
        }
        (levels[wire], changed_ns[wire]) = (value, at_ns);
    }
    assert_eq!(levels, [Value::V1; 2]);
    found
}

/// The times of `found` that are too short, with what they are.
fn too_short(found: Least, least: Least) -> Vec<(&'static str, u64)> {
    let times = [
        ("tLOW", found.low, least.low),
        ("tHIGH", found.high, least.high),
        ("tHD;STA", found.hold_start, least.hold_start),
        ("tSU;STA", found.set_up_start, least.set_up_start),
        ("tSU;STO", found.set_up_stop, least.set_up_stop),
        ("tBUF", found.free, least.free),
        ("tSU;DAT", found.set_up_data, least.set_up_data),
    ];
    times
        .into_iter()
        .filter(|(_, found, least)| found < least)
        .map(|(name, found, _)| (name, found))
        .collect()
}

#[test]
fn writes_keep_all_times() {
    for (hz, least) in TABLE {
        let file = back_to_back(hz, &mut []);
        assert_eq!(line(&decode(&file, "i2c0")), "S aa+ a5+ P S aa+ a5+ P");
        let found = measure(&file);
        assert_eq!(found.set_up_start, u64::MAX, "no repeated start");
        assert_eq!(too_short(found, least), [], "at {hz} Hz");
    }
}

#[test]
fn repeated_starts_keep_all_times_that_a_cycle_has_room_for() {
    for (hz, least) in TABLE {
        let file = back_to_back(hz, &mut [0]);
        let read = "S aa+ a5+ Sr ab+ 5a- P";
        assert_eq!(line(&decode(&file, "i2c0")), format!("{read} {read}"));
        // 4.7 us low, 4.7 us and 4.0 us are more than a cycle of 10 us.
        let expected: &[_] = if hz == 100_000 { &[("tHD;STA", 2_600), ("tSU;STA", 2_600)] } else { &[] };
        assert_eq!(too_short(measure(&file), least), expected, "at {hz} Hz");
    }
    let slow = measure(&back_to_back(55_000, &mut [0]));
    assert_eq!(too_short(slow, TABLE[0].1), [], "at 55 kHz");
}
