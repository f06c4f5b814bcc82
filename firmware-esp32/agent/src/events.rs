//! What a run in bench mode tells the host by itself: log, trace, errors; and how every run ends.

use device_abi::{Function, Outcome};
use device_link::{Counters, EndOfRun, Ended, Event, GIVE_UP_MS, LogLine as LinkLine, PushError};
use hw_core::{LogLine, Observer, backend::DeviceError};

use crate::{agent::Shared, desk::Desk};

/// Bytes of the trace in one event: small enough that several are on their way, and that a call does not wait for long
/// behind them.
pub(crate) const TRACE_BYTES: usize = 960;

/// How long the agent waits at a time for the host to make room, nanoseconds.
const ROOM_NS: u64 = 10_000_000;

const _: () = assert!(TRACE_BYTES + device_link::HEADER_BYTES + 6 <= device_link::SMALLEST_LIMIT);

/// Tells the host what a run in bench mode does. Waits when the host is slow, so that nothing is lost; only when it says nothing at
/// all for [`GIVE_UP_MS`], it is gone.
#[derive(Debug)]
pub(crate) struct Events {
    shared: Shared,
    app: u8,
}

impl Events {
    pub(crate) fn new(shared: Shared, app: u8) -> Self {
        Self { shared, app }
    }

    /// Tells the host how the run ended.
    pub(crate) fn ended(&self, outcome: &Outcome, time_ns: u64, counters: Counters) {
        let outcome = EndOfRun::from(outcome);
        self.push(|desk| {
            // A hello may come while it waits for room.
            let dropped = desk.run.told().map(|status| status.dropped).unwrap_or_default();
            let ended = Ended { outcome, time_ns, counters, dropped, heap: desk.heap() };
            Event::Ended(ended.within(desk.out.limit))
        });
    }

    /// Hands an event over, waiting for room. Whoever listens no more is told nothing; nor is, about a run in native mode, who
    /// makes no room for [`GIVE_UP_MS`], whatever else it says.
    fn push<'e>(&self, event: impl Fn(&Desk) -> Event<'e>) {
        let mut heard = None;
        let end_ms = self.shared.with(|agent| agent.desk.out.now_ms()).saturating_add(GIVE_UP_MS);
        loop {
            let taken = self.shared.with(|agent| {
                let desk = &mut agent.desk;
                let is_late = desk.run.is_native() && desk.out.now_ms() >= end_ms;
                if is_late || desk.is_silenced() || desk.out.board.is_over() {
                    return true;
                }
                let event = event(desk);
                let taken = desk.events.push(self.app, event, &desk.out);
                desk.send_events();
                // An event that does not even fit alone is not one of ours.
                taken != Err(PushError::Full)
            });
            if taken {
                return;
            }
            self.shared.with(|agent| {
                let now_ms = agent.desk.out.now_ms();
                match heard {
                    Some((count, since_ms)) if count == agent.desk.heard() => {
                        if now_ms.saturating_sub(since_ms) >= GIVE_UP_MS {
                            agent.host_is_gone();
                        }
                    }
                    _ => heard = Some((agent.desk.heard(), now_ms)),
                }
                agent.wait(ROOM_NS);
            });
        }
    }
}

impl Observer for Events {
    fn log(&mut self, line: &LogLine<'_>) {
        let &LogLine { time_ns, app, level, text, cut } = line;
        self.push(|_| Event::Log(LinkLine { time_ns, app, level, text, cut }));
    }

    fn error(&mut self, time_ns: u64, function: Function, error: &dyn DeviceError) {
        self.push(|_| Event::Error { time_ns, function, code: error.code() });
    }

    fn records(&mut self, records: &[u8]) {
        for piece in records.chunks(TRACE_BYTES) {
            self.push(|_| Event::Trace(piece));
        }
    }
}
