//! Faults of a scenario around modelled chips: which transactions they disturb, and what the chips make of it.

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

struct Play {
    hardware: Hardware,
    #[allow(dead_code, reason = "it reports")]
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
