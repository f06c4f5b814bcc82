//! The calls trace of a run.

use std::fmt;

use device_abi::trace::{Record, Records};

/// Every ABI call of a run, in order.
///
/// `Display` gives one line of text per call, ready for `insta::assert_snapshot!`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    bytes: Vec<u8>,
}

impl Trace {
    /// The trace in its binary form, laid out as [`device_abi::trace`] says.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The calls, one by one.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records::new(&self.bytes)
    }

    /// The lines without their times: for snapshots that shall not change with the cost of a call.
    #[must_use]
    pub fn untimed(&self) -> String {
        self.records().map(|record| record.untimed() + "\n").collect()
    }

    /// One JSON object per line, with everything that the trace holds.
    #[must_use]
    pub fn json_lines(&self) -> String {
        self.records().map(|record| record.json() + "\n").collect()
    }

    /// The calls of one function, by its full name: `i2c.write-read`.
    pub fn calls<'t>(&'t self, full_name: &'t str) -> impl Iterator<Item = Record<'t>> {
        self.records().filter(move |record| record.function.full_name == full_name)
    }

    pub(crate) fn append(&mut self, records: &[u8]) {
        self.bytes.extend_from_slice(records);
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.records().try_for_each(|record| writeln!(f, "{record}"))
    }
}
