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
    /// What happened, in order.
    pub events: Vec<WireEvent>,
    /// Device time at which the record ends, nanoseconds.
    pub end_ns: u64,
}

impl Wires {
    /// Everything as a VCD file (IEEE 1364-2005, section 18); see [`VcdWriter`] for what is in it.
    #[must_use]
    pub fn vcd(&self) -> String {
        let mut bytes = Vec::new();
        self.write_vcd(&mut bytes).expect("memory can be written");
        String::from_utf8(bytes).expect("a VCD file is ASCII")
    }

    /// Writes everything as a VCD file. Give it something with a buffer.
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
