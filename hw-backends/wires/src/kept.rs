//! The events that are kept in memory: the first ones, in order of time.

use crate::{Layout, LeftOut, Symbol, WireEvent, Wires};

/// What is kept, up to a bound.
#[derive(Debug)]
pub(crate) struct Kept {
    wires: Wires,
    /// Bytes that may still be used; `None` once an event did not fit, so that there are no holes.
    bytes_left: Option<usize>,
}

impl Kept {
    pub(crate) fn new(layout: Layout, bytes: usize) -> Self {
        Self { wires: Wires { layout, ..Wires::default() }, bytes_left: Some(bytes) }
    }

    pub(crate) fn push(&mut self, event: WireEvent) {
        self.bytes_left = self.bytes_left.and_then(|left| left.checked_sub(bytes(&event)));
        if self.bytes_left.is_none() {
            self.wires.left_out.count(&event);
            return;
        }
        let events = &mut self.wires.events;
        // Nearly always the end: only what happens outside is told late.
        let later = events.iter().rev().take_while(|other| other.at_ns() > event.at_ns()).count();
        events.insert(events.len() - later, event);
    }

    /// Takes out what was kept; nothing is kept or counted afterwards.
    pub(crate) fn finish(&mut self, end_ns: u64) -> Wires {
        self.bytes_left = None;
        Wires { end_ns, ..std::mem::take(&mut self.wires) }
    }
}

impl LeftOut {
    fn count(&mut self, event: &WireEvent) {
        match event {
            WireEvent::I2c(_) => self.transactions += 1,
            WireEvent::Pin(_) => self.pin_changes += 1,
        }
    }
}

/// What an event takes in memory.
fn bytes(event: &WireEvent) -> usize {
    let symbols = match event {
        WireEvent::I2c(transaction) => transaction.symbols.capacity() * size_of::<Symbol>(),
        WireEvent::Pin(_) => 0,
    };
    size_of::<WireEvent>() + symbols
}
