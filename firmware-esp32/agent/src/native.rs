//! Native mode: the board's own hardware in its own time, and what such a run tells: live, and never waiting for anybody.

use device_abi::Function;
use device_link::{Event, LogLine as LinkLine};
use hw_core::{
    LogLine, Observer, Pace, Stopped,
    backend::{DeviceError, Hardware, Quiet},
};

use crate::{
    Native,
    agent::{Agent, IDLE_NS, Shared},
    events::TRACE_BYTES,
    order::Order,
};

/// Waits up to this long are just waited for, nanoseconds.
const SHORT_NS: u64 = 1_000_000;

/// How long the agent at most does so before it looks around, nanoseconds.
const LOOK_NS: u64 = 10_000_000;

/// The hardware of a run.
pub(crate) fn hardware(native: Native, order: &Order) -> Hardware {
    Hardware {
        gpio: native.gpio,
        i2c: native.i2c,
        outside: alloc::boxed::Box::new(Quiet),
        device_id: order.device_id.clone(),
        reset_reason: order.reset_reason,
    }
}

/// Real time: the board's clock.
///
/// Every wait has its full length: what the guest's computing took is not taken off it. So device time falls behind the
/// board's by that much, and never gets ahead of it by more than hw-core lets calls cost without asking. What there is to
/// send goes out while the guest waits.
#[derive(Debug)]
pub(crate) struct RealPace {
    shared: Shared,
    /// The board's time at device time 0, later by all that was lost on the way.
    start_ns: u64,
    /// When it next looks around, whatever the guest does.
    look_ns: u64,
}

impl RealPace {
    /// Device time 0 is now.
    pub(crate) fn start(shared: Shared) -> Self {
        let start_ns = shared.with(|agent| agent.desk.out.board.now_ns());
        Self { shared, start_ns, look_ns: start_ns }
    }
}

impl Pace for RealPace {
    fn is_real(&self) -> bool {
        true
    }

    fn wait(&mut self, now_ns: u64, until_ns: u64) -> Result<(), Stopped> {
        let Self { shared, start_ns, look_ns } = self;
        shared.with(|agent| {
            let mut wall_ns = agent.desk.out.board.now_ns();
            *start_ns = wall_ns.saturating_sub(now_ns).max(*start_ns);
            let end_ns = start_ns.saturating_add(until_ns);
            loop {
                // A short wait would be much longer if it looked around each time.
                if wall_ns >= *look_ns || end_ns.saturating_sub(wall_ns) > SHORT_NS {
                    agent.desk.run_is_at(until_ns.min(wall_ns.saturating_sub(*start_ns)));
                    if agent.poll_stop() {
                        return Err(Stopped);
                    }
                    wall_ns = agent.desk.out.board.now_ns();
                    *look_ns = wall_ns.saturating_add(LOOK_NS);
                }
                if wall_ns >= end_ns {
                    return Ok(());
                }
                agent.desk.out.board.wait(end_ns.min(wall_ns.saturating_add(IDLE_NS)));
                wall_ns = agent.desk.out.board.now_ns();
            }
        })
    }
}

/// Tells the host, while one is there, what a run does; keeps log lines for a later one. What a host does not take in time
/// is dropped, and counted.
#[derive(Debug)]
pub(crate) struct Live {
    shared: Shared,
    app: u8,
}

impl Live {
    pub(crate) fn new(shared: Shared, app: u8) -> Self {
        Self { shared, app }
    }
}

impl Observer for Live {
    fn log(&mut self, line: &LogLine<'_>) {
        let &LogLine { time_ns, app, level, text, cut } = line;
        let line = LinkLine { time_ns, app, level, text, cut };
        self.shared.with(|agent| {
            agent.desk.log.push(&line);
            agent.offer(self.app, Event::Log(line));
        });
    }

    fn error(&mut self, time_ns: u64, function: Function, error: &dyn DeviceError) {
        self.shared
            .with(|agent| agent.offer(self.app, Event::Error { time_ns, function, code: error.code() }));
    }

    /// Whole records only: what arrives can be read, whatever was dropped before and after.
    fn records(&mut self, mut records: &[u8]) {
        while !records.is_empty() {
            let (whole, rest) = records.split_at(whole_records(records));
            records = rest;
            self.shared.with(|agent| agent.offer(self.app, Event::Trace(whole)));
        }
    }
}

impl Agent {
    /// Keeps an event for the host, if one is there: all of it, in several if it is a long piece of trace, or nothing. It is
    /// sent when the agent next looks around.
    fn offer(&mut self, app: u8, event: Event<'_>) {
        let bytes = match event {
            Event::Trace(records) => records.len(),
            Event::Log(line) => line.text.len(),
            _ => 0,
        };
        if self.desk.in_session && !self.desk.events.has_room(bytes) {
            // What makes room may have arrived.
            self.poll();
        }
        let desk = &mut self.desk;
        if !desk.in_session {
            return;
        }
        if !desk.events.has_room(bytes) {
            if let Some(status) = desk.run.status() {
                status.dropped += event.loss();
            }
            return;
        }
        // There is room for all of them.
        let _ = match event {
            Event::Trace(records) => records
                .chunks(TRACE_BYTES)
                .try_for_each(|piece| desk.events.push(app, Event::Trace(piece), &desk.out)),
            event => desk.events.push(app, event, &desk.out),
        };
    }
}

/// Bytes of the first records that fit into one event, or of the first record.
fn whole_records(records: &[u8]) -> usize {
    let mut end = 0;
    while let Some(length) = records[end..].first_chunk() {
        let next = end.saturating_add(u32::from_le_bytes(*length) as usize);
        if next == end || next > records.len() || end > 0 && next > TRACE_BYTES {
            break;
        }
        end = next;
    }
    if end == 0 { records.len() } else { end }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// Records of these lengths.
    fn records(lengths: &[usize]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for length in lengths {
            let end = bytes.len() + length;
            bytes.extend((*length as u32).to_le_bytes());
            bytes.resize(end, 0);
        }
        bytes
    }

    #[test]
    fn as_many_whole_records_as_fit_go_together() {
        for (lengths, whole) in [
            (&[16][..], 16),
            (&[16, 20, 30], 66),
            (&[900, 60, 16], 960),
            (&[900, 61, 16], 900),
            (&[961, 16], 961),
            (&[16, 5000], 16),
            (&[5000, 16], 5000),
        ] {
            assert_eq!(whole_records(&records(lengths)), whole, "{lengths:?}");
        }
    }

    #[test]
    fn what_is_no_record_is_not_taken_apart() {
        // The core hands over whole records; nothing else may end in a loop without end.
        for bytes in [&[1][..], &[9, 0, 0, 0, 1], &[0xff; 30]] {
            assert_eq!(whole_records(bytes), bytes.len());
        }
        assert_eq!(whole_records(&[0; 100]), 100);
    }
}
