//! The events that wait for a guest's `on-event`.

use alloc::collections::VecDeque;

use device_abi::types::EventKind;

/// One event, as `on-event` receives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When it happened, nanoseconds of device time.
    pub time_ns: u64,
    /// What it is about.
    pub kind: EventKind,
    /// The handle that it comes from, or 0.
    pub source: u32,
    /// What the kind says: a count.
    pub value: u64,
}

impl Event {
    /// When it happened, microseconds, rounded down.
    #[must_use]
    pub fn time_us(&self) -> u64 {
        self.time_ns / 1000
    }
}

/// A bounded queue, in the order in which events happened. What does not fit is counted in an `overflow`
/// event that stands where the lost ones would have.
#[derive(Debug)]
pub(crate) struct EventQueue {
    events: VecDeque<Event>,
    /// How many of `events` are not `overflow`.
    len: usize,
    capacity: usize,
}

impl EventQueue {
    pub(crate) fn new(capacity: u32) -> Self {
        let capacity = capacity as usize;
        // Between two runs of lost events there is at least one that was kept: at most capacity + 1 runs.
        Self { events: VecDeque::with_capacity(2 * capacity + 1), len: 0, capacity }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len >= self.capacity
    }

    pub(crate) fn push(&mut self, event: Event) {
        if self.is_full() {
            self.lose(event.time_ns, 1);
        } else {
            self.events.push_back(event);
            self.len += 1;
        }
    }

    /// Counts `count` events as lost, the first of them at `time_ns`.
    pub(crate) fn lose(&mut self, time_ns: u64, count: u64) {
        match self.events.back_mut() {
            Some(last) if last.kind == EventKind::Overflow => last.value = last.value.saturating_add(count),
            _ => self.events.push_back(Event { time_ns, kind: EventKind::Overflow, source: 0, value: count }),
        }
    }

    pub(crate) fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        self.len -= usize::from(event.kind != EventKind::Overflow);
        Some(event)
    }

    /// Drops what waits from `source`. Lost events stay counted; runs of them that are neighbours now become one.
    pub(crate) fn remove_from(&mut self, source: u32) {
        let mut kept = 0_usize;
        for at in 0..self.events.len() {
            let event = self.events[at];
            let overflow = event.kind == EventKind::Overflow;
            if !overflow && event.source == source {
                self.len -= 1;
                continue;
            }
            if overflow
                && let Some(before) = kept.checked_sub(1).and_then(|before| self.events.get_mut(before))
                && before.kind == EventKind::Overflow
            {
                before.value = before.value.saturating_add(event.value);
                continue;
            }
            self.events[kept] = event;
            kept += 1;
        }
        self.events.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timer(time_ns: u64, source: u32) -> Event {
        Event { time_ns, kind: EventKind::Timer, source, value: 1 }
    }

    fn overflow(time_ns: u64, value: u64) -> Event {
        Event { time_ns, kind: EventKind::Overflow, source: 0, value }
    }

    #[test]
    fn lost_events_are_counted_where_they_would_have_been() {
        let mut queue = EventQueue::new(2);
        for at in 1..=5 {
            queue.push(timer(at, 1));
        }
        assert_eq!(queue.pop(), Some(timer(1, 1)));
        queue.push(timer(6, 1));
        queue.push(timer(7, 1));
        let rest: alloc::vec::Vec<_> = core::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [timer(2, 1), overflow(3, 3), timer(6, 1), overflow(7, 1)]);
    }

    #[test]
    fn closing_a_source_frees_its_places_and_keeps_the_count_of_losses() {
        let mut queue = EventQueue::new(2);
        queue.push(timer(1, 1));
        queue.push(timer(2, 2));
        queue.push(timer(3, 1));
        queue.remove_from(1);
        queue.push(timer(4, 3));
        let rest: alloc::vec::Vec<_> = core::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [timer(2, 2), overflow(3, 1), timer(4, 3)]);
    }

    #[test]
    fn the_queue_is_bounded_however_often_its_source_starts_anew() {
        let mut queue = EventQueue::new(2);
        for at in 0..1000 {
            for _ in 0..5 {
                queue.push(timer(at, 1));
            }
            queue.remove_from(1);
        }
        let rest: alloc::vec::Vec<_> = core::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(rest, [overflow(0, 3000)]);
    }
}
