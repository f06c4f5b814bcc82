//! Faults of a scenario around modelled chips: which transactions they disturb, and what the chips make of it.

use device_abi::Outcome;
use embedded_hal::i2c::Operation;
use hw_board::{Board, Scenario, ScenarioHandle};
use hw_core::backend::Hardware;

const BOARD: &str = r#"
    [i2c.0]
    chips = [ { model = "at24c256", address = 0x50, write-cycle-ms = 1.0 } ]
    [i2c.1]
    chips = [ { model = "at24c256", address = 0x50 } ]
"#;
const MS: u64 = 1_000_000;
/// A byte, or a start with a stop, at 400 kHz.
const BYTE_NS: u64 = 22_500;
const CONDITIONS_NS: u64 = 5_000;

struct Play {
    hardware: Hardware,
    handle: ScenarioHandle,
}

impl Play {
    fn new(steps: &str) -> Self {
        let board = Board::parse(BOARD, "board.toml").unwrap();
        let scenario =
            Scenario::parse(steps, "scenario.toml", &board).unwrap_or_else(|error| panic!("{error}"));
        let (hardware, handle) = board.hardware_with(&scenario, 7);
        Self { hardware, handle }
    }

    /// The code of a transaction's error, or `ok`, and how long it took beyond its bus time.
    fn transaction(
        &mut self,
        at_ns: u64,
        bus: usize,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> (&'static str, u64) {
        self.hardware.outside.advance(at_ns);
        let reply = self.hardware.i2c[bus].bus.transaction(at_ns, address, 400_000, operations);
        (reply.result.err().map_or("ok", |error| error.code().name()), reply.extra_ns)
    }

    fn write(&mut self, at_ns: u64, address: u8, bytes: &[u8]) -> &'static str {
        self.transaction(at_ns, 0, address, &mut [Operation::Write(bytes)]).0
    }

    /// What is said of the scenario in the end.
    fn remarks(&self) -> Vec<String> {
        let report = self.handle.report(100 * MS, &Outcome::Exit(0));
        assert!(report.succeeded(), "{report}");
        let mut lines: Vec<_> = report.to_string().lines().map(str::to_owned).collect();
        assert!(lines[0].contains("done"), "{report}");
        lines.remove(0);
        let remarks: Vec<_> = report.remarks().iter().map(|remark| format!("  {remark}")).collect();
        assert_eq!(lines, remarks);
        lines
    }

    /// The byte of the EEPROM at word address 0x0010.
    fn byte(&mut self, at_ns: u64) -> u8 {
        let mut into = [0];
        let operations = &mut [Operation::Write(&[0, 0x10]), Operation::Read(&mut into)];
        assert_eq!(self.transaction(at_ns, 0, 0x50, operations).0, "ok");
        into[0]
    }
}

#[test]
fn a_fault_waits_while_nobody_answers() {
    let mut play = Play::new(r#"step = [ { fault = { i2c = 0, kind = "nack", byte = 3, times = 1 } } ]"#);
    assert_eq!(play.write(0, 0x11, &[0, 0x10, 1, 2]), "no-acknowledge-address");
    assert_eq!(play.write(MS, 0x50, &[0, 0x10, 1, 2]), "no-acknowledge-data");
    assert_eq!(play.write(2 * MS, 0x50, &[0, 0x10, 1, 2]), "ok");

    let mut play =
        Play::new(r#"step = [ { at-ms = 1, fault = { i2c = 0, kind = "nack", byte = 3, times = 1 } } ]"#);
    assert_eq!(play.write(0, 0x50, &[0, 0x10, 1]), "ok");
    assert_eq!(play.write(MS, 0x50, &[0, 0x10, 3]), "no-acknowledge-address", "the write cycle lasts");
    assert_eq!(play.write(2 * MS, 0x50, &[0, 0x10, 4]), "no-acknowledge-data");
    assert_eq!(play.byte(3 * MS), 1);
}

#[test]
fn a_stretched_clock_comes_before_the_stop() {
    let slow = "step = [ { fault = { i2c = 0, kind = 'slow', extra-us = 3000, times = 1 } } ]";
    let end_ns = 3 * MS + 4 * BYTE_NS + CONDITIONS_NS;
    // The write cycle of 1 ms begins at the stop; a poll is answered at its address's acknowledge.
    let poll_ns = BYTE_NS + CONDITIONS_NS / 2;
    for (at_ns, answer) in
        [(end_ns + MS - poll_ns - 1, "no-acknowledge-address"), (end_ns + MS - poll_ns, "ok")]
    {
        let mut play = Play::new(slow);
        let stretched = play.transaction(0, 0, 0x50, &mut [Operation::Write(&[0, 0x10, 1])]);
        assert_eq!(stretched, ("ok", 3 * MS));
        assert_eq!(play.write(at_ns, 0x50, &[]), answer, "{at_ns}");
    }
}

#[test]
fn a_repeated_start_that_nobody_answers_discards_what_was_written() {
    // Address, two of the word address, a byte of data; then the address of a read.
    for (byte, stored) in [(3, 0xff), (4, 1), (5, 0xff)] {
        let steps =
            format!("step = [ {{ fault = {{ i2c = 0, kind = 'nack', byte = {byte}, times = 1 }} }} ]");
        let mut play = Play::new(&steps);
        let mut into = [0];
        let operations = &mut [Operation::Write(&[0, 0x10, 1, 2]), Operation::Read(&mut into)];
        assert!(play.transaction(0, 0, 0x50, operations).0.starts_with("no-acknowledge-"));
        assert_eq!(play.byte(2 * MS), stored, "byte {byte}");
    }
}

/// Which of probes at these times, milliseconds, find the bus held.
fn held(steps: &str, times_ms: &[u64], address: u8) -> Vec<bool> {
    let mut play = Play::new(steps);
    let probe = |ms: &u64| match play.write(ms * MS, address, &[]) {
        "bus" => true,
        "ok" => false,
        other => panic!("{other} at {ms} ms"),
    };
    times_ms.iter().map(probe).collect()
}

#[test]
fn a_stuck_bus_is_held_from_the_step_on_and_comes_free_by_itself() {
    let steps = "step = [ { at-ms = 1, fault = { i2c = 0, kind = 'stuck', for-ms = 5 } } ]";
    assert_eq!(held(steps, &[0, 2, 5, 6, 12, 22, 42], 0x50), [false, true, true, false, false, false, false]);
    // The time begins with the step also when nobody notices.
    assert_eq!(held(steps, &[6, 7], 0x50), [false, false]);
    let cleared = "step = [ { at-ms = 1, fault = { i2c = 0, kind = 'stuck', for-ms = 5 } }, \
                   { at-ms = 3, clear-faults = true } ]";
    assert_eq!(held(cleared, &[2, 3, 4], 0x50), [true, false, false]);
}

#[test]
fn a_stuck_bus_about_transactions_is_held_from_one_of_them_on() {
    for about in ["address = 0x50", "times = 1", "rate = 1.0"] {
        let steps =
            format!("step = [ {{ at-ms = 1, fault = {{ i2c = 0, kind = 'stuck', for-ms = 5, {about} }} }} ]");
        assert_eq!(held(&steps, &[10, 14, 15, 16, 30], 0x50), [true, true, false, false, false], "{about}");
    }
    let twice = "step = [ { fault = { i2c = 0, kind = 'stuck', for-ms = 5, address = 0x50, times = 2 } } ]";
    assert_eq!(held(twice, &[10, 14, 15, 19, 20, 30], 0x50), [true, true, true, true, false, false]);
}

#[test]
fn faults_that_disturb_nothing_are_told_with_where_they_stand() {
    let table = [
        (
            "kind = 'nack', byte = 9",
            "no acknowledge at byte 9) could not disturb a transaction in which no chip \
          acknowledges that byte; times: 2",
        ),
        (
            "kind = 'short-read', bytes = 0",
            "short read of 0 bytes) could not disturb a transaction that reads no more \
          than that; times: 2",
        ),
        (
            "kind = 'stuck', for-ms = 0.5",
            "bus stuck for 500000 ns) disturbed nothing; transactions that it is about: 0",
        ),
    ];
    for (fault, why) in table {
        let mut play = Play::new(&format!(
            "step = [\n{{ at-ms = 0.1, fault = {{ i2c = 0, {fault} }} }},\n{{ fault = {{ i2c = 1, kind = 'slow', \
             extra-us = 1 }} }} ]"
        ));
        for ms in [0, 1, 3] {
            assert_eq!(play.write(ms * MS, 0x50, &[0, 0x10]), "ok", "{fault}");
        }
        let slow = "  scenario.toml:3: step 2 (fault on i2c 1: slow by 1000 ns) disturbed nothing; transactions that \
                    it is about: 0";
        let expected = format!("  scenario.toml:2: step 1 (fault on i2c 0: {why}");
        assert_eq!(play.remarks(), [expected.as_str(), slow], "{fault}");
    }
}

#[test]
fn faults_that_come_too_late_or_after_another_are_told() {
    let mut play = Play::new(
        "step = [ { fault = { i2c = 0, address = 0x11, kind = 'nack', byte = 1 } },
        { fault = { i2c = 0, address = 0x50, kind = 'arbitration-lost' } },
        { fault = { i2c = 0, address = 0x50, kind = 'nack' } } ]",
    );
    play.write(0, 0x11, &[1]);
    play.write(MS, 0x50, &[1]);
    assert_eq!(
        play.remarks(),
        [
            "  scenario.toml:1: step 1 (fault on i2c 0 at 0x11: no acknowledge at byte 1) came too late for a \
             transaction that had failed; times: 1",
            "  scenario.toml:3: step 3 (fault on i2c 0 at 0x50: no acknowledge at byte 0) disturbed nothing, as \
             another fault came first; times: 1",
        ]
    );
}

#[test]
fn chance_that_spares_all_is_no_remark_and_many_faults_are_some() {
    let mut play =
        Play::new("step = [ { fault = { i2c = 0, kind = 'arbitration-lost', rate = 0.000001 } } ]");
    assert_eq!(play.write(0, 0x50, &[]), "ok");
    assert!(play.remarks().is_empty());

    let step = "{ fault = { i2c = 0, address = 0x11, kind = 'nack' } },\n";
    let mut play = Play::new(&format!("step = [ {} ]", step.repeat(9)));
    assert_eq!(play.write(0, 0x50, &[]), "ok");
    let remarks = play.remarks();
    assert_eq!((remarks.len(), remarks[6].as_str()), (7, "  3 more faults disturbed nothing"));
}
