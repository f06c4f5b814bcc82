//! What happens outside, by the host's word.

use device_link::{LogLine as LinkLine, What};
use hw_core::{
    LogLine,
    backend::{Outlook, Outside},
};

use crate::agent::Shared;

/// Bytes of a record in one call: every host takes them, with up to 20 of the call itself.
const PIECE_BYTES: usize = device_link::SMALLEST_LIMIT - device_link::HEADER_BYTES - 20;

/// What happens outside, by the host's word. Every answer of the host brings the outlook, so that asking for it takes
/// no time on the line.
#[derive(Debug)]
pub(crate) struct HostsOutside {
    shared: Shared,
    app: u8,
}

impl HostsOutside {
    pub(crate) fn new(shared: Shared, app: u8) -> Self {
        Self { shared, app }
    }

    fn tell(&self, at_ns: u64, what: What<'_>) {
        self.shared.with(|agent| {
            if agent.call(self.app, at_ns, what, |_| ()).is_err() {
                // Without a host nothing happens outside any more.
                agent.outlook = device_link::Outlook::default();
            }
        });
    }
}

impl Outside for HostsOutside {
    fn outlook(&self) -> Outlook {
        let device_link::Outlook { next_ns, listens, end } = self.shared.with(|agent| agent.outlook);
        Outlook { next_ns, listens, end }
    }

    fn advance(&mut self, now_ns: u64) {
        // A host whose next moment has not come has nothing to do.
        if self.outlook().next_ns.is_some_and(|next_ns| next_ns <= now_ns) {
            self.tell(now_ns, What::Advance);
        }
    }

    fn saw_call(&mut self, at_ns: u64, record: &[u8]) {
        // A call that is refused may have been handed all of the guest's memory, and its record shows it.
        for piece in record.chunks(PIECE_BYTES) {
            self.tell(at_ns, What::SeenCall { record: piece });
        }
    }

    fn saw_log(&mut self, line: &LogLine<'_>) {
        let &LogLine { time_ns, app, level, text, cut } = line;
        self.tell(time_ns, What::SeenLog(LinkLine { time_ns, app, level, text, cut }));
    }
}
