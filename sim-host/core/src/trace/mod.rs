//! The calls trace of a run, and questions to it: what went to a chip, what a pin did, what came before what.

pub mod diff;
mod gpio;
mod hole;
mod i2c;
mod order;
mod resolve;

use std::fmt;

use device_abi::trace::{Record, Records};
pub use device_abi::{gpio::Level, types::ErrorCode};

pub use self::{
    diff::TraceDiff,
    gpio::GpioTraffic,
    hole::Hole,
    i2c::{I2cTraffic, Step, Transaction},
    order::OutOfOrder,
    resolve::{Call, Peripheral, ResolvedCalls},
};

/// Every ABI call of a run, in order.
///
/// `Display` gives one line of text per call, ready for `insta::assert_snapshot!`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    bytes: Vec<u8>,
    dropped_bytes: u64,
}

impl Trace {
    /// The trace in its binary form, laid out as [`device_abi::trace`] says.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of records that are missing, because a device in native mode had no room for them; which ones is not known.
    #[must_use]
    pub fn dropped_bytes(&self) -> u64 {
        self.dropped_bytes
    }

    /// Notes that so many bytes of records are missing. The trace is the same as no other then.
    pub fn note_dropped(&mut self, bytes: u64) {
        self.dropped_bytes = self.dropped_bytes.saturating_add(bytes);
    }

    /// The calls, one by one.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records::new(&self.bytes)
    }

    /// The lines without their times: for snapshots that shall not change with the cost of a call.
    #[must_use]
    pub fn untimed(&self) -> String {
        let hole = self.hole().map(|hole| format!("{hole}\n"));
        self.records().map(|record| record.untimed() + "\n").chain(hole).collect()
    }

    /// One JSON object per line, with everything that the trace holds. A file of `twinboard run --trace-format json` has one
    /// more before them, which says the version of the ABI.
    #[must_use]
    pub fn json_lines(&self) -> String {
        let hole = self.hole().map(|hole| hole.json() + "\n");
        self.records().map(|record| record.json() + "\n").chain(hole).collect()
    }

    /// The calls of one function, by its full name: `i2c.write-read`.
    pub fn calls<'t>(&'t self, full_name: &'t str) -> impl Iterator<Item = Record<'t>> {
        self.records().filter(move |record| record.function.full_name == full_name)
    }

    /// The calls, each with the bus or pin that its handle stands for.
    #[must_use]
    pub fn resolved(&self) -> ResolvedCalls<'_> {
        ResolvedCalls::new(self.records())
    }

    /// What the guest did on i2c bus `bus`, through however many handles.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sim_host::{Board, Guest, Sim};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let guest = Guest::from_bytes(br#"(module
    /// #     (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
    /// #     (import "device:abi/i2c@1" "write-read"
    /// #         (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
    /// #     (memory (export "memory") 1) (data (i32.const 0) "\d0")
    /// #     (func (export "run") (result i32)
    /// #         (call $write_read (call $open (i32.const 0) (i32.const 0))
    /// #             (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 1))))"#)?;
    /// let board = "[i2c.0]\nchips = [ { model = \"bme280\", address = 0x76 } ]";
    /// let run = Sim::builder().board(Board::parse(board, "board")?).guest(guest).run()?;
    ///
    /// let sensor = run.trace.i2c(0).at(0x76);
    /// assert_eq!(sensor.writes(), [[0xd0]]);
    /// assert_eq!(sensor.reads(), [[0x60]]);
    /// assert_eq!(sensor.count(), 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn i2c(&self, bus: u32) -> I2cTraffic<'_> {
        I2cTraffic::on(self, bus)
    }

    /// What the guest did with pin `number`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sim_host::{Guest, Sim, trace::Level};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let guest = Guest::from_bytes(br#"(module
    /// #     (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
    /// #     (import "device:abi/gpio@1" "toggle" (func $toggle (param i32) (result i32)))
    /// #     (memory (export "memory") 1)
    /// #     (func (export "run") (result i32)
    /// #         (call $toggle (call $open (i32.const 2) (i32.const 3) (i32.const 0)))))"#)?;
    /// let run = Sim::builder().guest(guest).run()?;
    /// assert_eq!(run.trace.gpio(2).levels(), [(0, Level::Low), (1, Level::High)]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn gpio(&self, number: u32) -> GpioTraffic {
        GpioTraffic::of(self, number)
    }

    /// Checks that a call for each of `expected` is there, each one later than the one before it; other calls
    /// may lie between them.
    ///
    /// That something never came before something else is a question of first positions:
    /// `trace.resolved().position(…)`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sim_host::{Guest, Sim};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let guest = Guest::from_bytes(br#"(module
    /// #     (import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
    /// #     (import "device:abi/gpio@1" "write" (func $write (param i32 i32) (result i32)))
    /// #     (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    /// #     (memory (export "memory") 1)
    /// #     (func (export "run") (result i32) (local $pin i32)
    /// #         (local.set $pin (call $open (i32.const 2) (i32.const 3) (i32.const 0)))
    /// #         (call $sleep (i64.const 10))
    /// #         (call $write (local.get $pin) (i32.const 1))))"#)?;
    /// let run = Sim::builder().guest(guest).run()?;
    /// run.trace.in_order(&[
    ///     &|call| call.is("gpio.open") && call.pin() == Some(2),
    ///     &|call| call.is("clock.sleep"),
    ///     &|call| call.is("gpio.write") && call.pin() == Some(2),
    /// ])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Says which of `expected` was not found, and after which call it was looked for.
    pub fn in_order(&self, expected: &[&dyn Fn(&Call<'_>) -> bool]) -> Result<(), OutOfOrder> {
        order::in_order(self, expected)
    }

    /// What `other` has different: calls that are missing, added or changed, and where times shift.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sim_host::{Guest, Sim};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let run = |sleep| -> Result<_, sim_host::SimError> {
    /// #     let guest = Guest::from_bytes(format!(r#"(module
    /// #         (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
    /// #         (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
    /// #         (memory (export "memory") 1)
    /// #         (func (export "run") (result i32) {sleep}
    /// #             (call $log (i32.const 2) (i32.const 0) (i32.const 0)) (i32.const 0)))"#).as_bytes())?;
    /// #     Sim::builder().guest(guest).run()
    /// # };
    /// # let (before, now) = (run("")?, run("(call $sleep (i64.const 10))")?);
    /// let diff = before.trace.diff(&now.trace);
    /// assert_eq!(
    ///     diff.to_string(),
    ///     "a and b differ at call 1\n\
    ///      +             1           0 us  clock.sleep     duration-us=10\n\
    ///      ~ from here on, b is 11 us later\n\
    ///      \x20      1      2           0 us  log.write       level=info \"\"\n\
    ///      1 call equal, 1 only in b; from call 1 of a, 2 of b on, b is 11 us later\n"
    /// );
    /// assert!(now.trace.diff(&now.trace).is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn diff<'t>(&'t self, other: &'t Self) -> TraceDiff<'t> {
        self.diff_with(other, diff::Options::default())
    }

    /// What `other` has different, by other rules.
    #[must_use]
    pub fn diff_with<'t>(&'t self, other: &'t Self, options: diff::Options) -> TraceDiff<'t> {
        TraceDiff::of(self, other, options)
    }

    fn hole(&self) -> Option<Hole> {
        (self.dropped_bytes > 0).then_some(Hole { bytes: self.dropped_bytes })
    }

    pub(crate) fn append(&mut self, records: &[u8]) {
        self.bytes.extend_from_slice(records);
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.records().try_for_each(|record| writeln!(f, "{record}"))?;
        self.hole().map_or(Ok(()), |hole| writeln!(f, "{hole}"))
    }
}
