//! The timers of one app.

use device_abi::types::EventKind;

use crate::{
    events::{Event, EventQueue},
    handles::Handles,
};

use crate::app::Resource;

/// One open timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Timer {
    /// When it expires next; `None` while stopped.
    pub(crate) next_ns: Option<u64>,
    /// 0: once.
    pub(crate) period_ns: u64,
    /// Of two that expire together, the one that was started first goes first.
    pub(crate) registration: u64,
    /// Expirations since it was started.
    pub(crate) expirations: u64,
}

impl Timer {
    /// Expires `count` times and moves on to the next time.
    fn expire(&mut self, count: u64) {
        self.expirations = self.expirations.saturating_add(count);
        self.next_ns = match (self.next_ns, self.period_ns) {
            (Some(next), period) if period > 0 => next.checked_add(period.saturating_mul(count)),
            _ => None,
        };
    }

    /// How many times it expires at or before `now_ns`.
    fn due(&self, now_ns: u64) -> u64 {
        match self.next_ns {
            Some(next) if next <= now_ns && self.period_ns > 0 => (now_ns - next) / self.period_ns + 1,
            Some(next) if next <= now_ns => 1,
            _ => 0,
        }
    }
}

/// When the next timer expires.
pub(crate) fn next_ns(handles: &mut Handles<Resource>) -> Option<u64> {
    timers(handles).filter_map(|(_, timer)| timer.next_ns).min()
}

/// Queues the expirations at or before `now_ns`, in order of time and registration.
pub(crate) fn expire(handles: &mut Handles<Resource>, queue: &mut EventQueue, now_ns: u64) {
    while !queue.is_full() {
        let due = timers(handles).filter(|(_, timer)| timer.due(now_ns) > 0);
        let Some((source, timer)) = due.min_by_key(|(_, timer)| (timer.next_ns, timer.registration)) else {
            return;
        };
        let time_ns = timer.next_ns.unwrap_or(now_ns);
        timer.expire(1);
        queue.push(Event { time_ns, kind: EventKind::Timer, source, value: timer.expirations });
    }
    // Nothing leaves the queue before `now_ns`: the rest is lost, and need not be counted one by one.
    let first =
        timers(handles).filter(|(_, timer)| timer.due(now_ns) > 0).filter_map(|(_, timer)| timer.next_ns);
    let Some(first_ns) = first.min() else { return };
    let mut lost = 0_u64;
    for (_, timer) in timers(handles) {
        let due = timer.due(now_ns);
        if due > 0 {
            timer.expire(due);
            lost = lost.saturating_add(due);
        }
    }
    queue.lose(first_ns, lost);
}

/// The timers among an app's open things, with their handles.
pub(crate) fn timers(handles: &mut Handles<Resource>) -> impl Iterator<Item = (u32, &mut Timer)> {
    handles.iter_mut().filter_map(|(handle, resource)| match resource {
        Resource::Timer(timer) => Some((handle, timer)),
        _ => None,
    })
}
