//! What went over the wires, kept in memory.

use std::{
    fmt,
    io::{self, Write},
};

use crate::{Layout, VcdWriter, WireEvent};

/// What went over the wires of a board. Shown as a line per event.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wires {
    /// Which wires were recorded.
    pub layout: Layout,
    /// What happened, in order of time.
    pub events: Vec<WireEvent>,
    /// What happened later and was not kept, because there was no more room.
    pub left_out: LeftOut,
    /// Device time at which the record ends, nanoseconds. File and picture show a transaction that is under way then as a
    /// whole, and end with it.
    pub end_ns: u64,
}

/// How much was not kept, because there was no more room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Transactions on the buses.
    pub transactions: u64,
    /// Changes at the pins.
    pub pin_changes: u64,
}

impl Wires {
    /// Everything that was kept as a VCD file (IEEE 1364-2005, section 18); see [`VcdWriter`] for what is in it.
    #[must_use]
    pub fn vcd(&self) -> String {
        let mut bytes = Vec::new();
        self.write_vcd(&mut bytes).expect("memory can be written");
        String::from_utf8(bytes).expect("a VCD file is ASCII")
    }

    /// Writes everything that was kept as a VCD file. Give it something with a buffer.
    ///
    /// # Errors
    /// Those of `output`.
    pub fn write_vcd(&self, output: impl Write) -> io::Result<()> {
        let mut writer = VcdWriter::new(output, &self.layout)?;
        for event in &self.events {
            writer.write(event)?;
        }
        writer.finish(self.end_ns)
    }
}

impl fmt::Display for Wires {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.events.iter().try_for_each(|event| writeln!(f, "{event}"))
    }
}
