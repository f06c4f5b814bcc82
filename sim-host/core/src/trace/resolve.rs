//! Which bus or pin a handle in the trace stands for, by following what was opened.

use std::collections::HashMap;

use device_abi::trace::{Record, Records, Status, Value};

/// What a handle gives access to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Peripheral {
    /// The i2c bus of this number.
    I2c(u32),
    /// The pin of this number.
    Pin(u32),
}

/// A call, with what its handle stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Call<'t> {
    /// The call as it was recorded.
    pub record: Record<'t>,
    /// What it was about, if that is a bus or a pin. `None` also for a handle that was not open, and for a call
    /// that trapped, of which no arguments are known.
    pub peripheral: Option<Peripheral>,
}

impl Call<'_> {
    /// Whether it calls the function of this full name: `i2c.write-read`.
    #[must_use]
    pub fn is(&self, full_name: &str) -> bool {
        self.record.function.full_name == full_name
    }

    /// The number of the i2c bus that it was about.
    #[must_use]
    pub fn bus(&self) -> Option<u32> {
        match self.peripheral {
            Some(Peripheral::I2c(number)) => Some(number),
            _ => None,
        }
    }

    /// The number of the pin that it was about.
    #[must_use]
    pub fn pin(&self) -> Option<u32> {
        match self.peripheral {
            Some(Peripheral::Pin(number)) => Some(number),
            _ => None,
        }
    }

    /// Whether it did what was asked: it returned, and no error code.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self.record.status, Status::Returned | Status::Value(_))
    }
}

/// Iterates over the calls of a trace, each with what its handle stands for.
#[derive(Debug, Clone)]
pub struct ResolvedCalls<'t> {
    records: Records<'t>,
    /// What is open, by app and handle.
    open: HashMap<(u8, u64), Peripheral>,
}

impl<'t> ResolvedCalls<'t> {
    pub(super) fn new(records: Records<'t>) -> Self {
        Self { records, open: HashMap::new() }
    }

    /// What `record` is about; notes what it opens and closes.
    fn peripheral(&mut self, record: &Record<'_>) -> Option<Peripheral> {
        let Some(Value::Unsigned(first)) = record.args.first() else { return None };
        let number = || u32::try_from(*first).ok();
        let opened = match (record.function.interface, record.function.name) {
            ("i2c", "open") => Peripheral::I2c(number()?),
            ("gpio", "open") => Peripheral::Pin(number()?),
            ("i2c" | "gpio", name) => {
                let handle = (record.app, *first);
                let peripheral = *self.open.get(&handle)?;
                // A handle of another kind is refused, so the call was about nothing.
                if matches!(peripheral, Peripheral::I2c(_)) != (record.function.interface == "i2c") {
                    return None;
                }
                if name == "close" && record.status == Status::Returned {
                    self.open.remove(&handle);
                }
                return Some(peripheral);
            }
            _ => return None,
        };
        if let Status::Value(Value::Unsigned(handle)) = record.status {
            self.open.insert((record.app, handle), opened);
        }
        Some(opened)
    }
}

impl<'t> Iterator for ResolvedCalls<'t> {
    type Item = Call<'t>;

    fn next(&mut self) -> Option<Call<'t>> {
        let record = self.records.next()?;
        let peripheral = self.peripheral(&record);
        Some(Call { record, peripheral })
    }
}
