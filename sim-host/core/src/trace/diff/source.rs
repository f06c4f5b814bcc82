//! A trace as far as it has been read.

use std::collections::VecDeque;

use super::{Comparable, LookAhead};

/// Bytes of each trace that are held, so that long calls do not fill the memory.
const WINDOW_BYTES: usize = 2 * 1024 * 1024;

/// A trace being read.
#[derive(Debug)]
pub(super) struct Source<I, T, E> {
    calls: I,
    /// Read, but not yet decided about.
    pub(super) window: VecDeque<T>,
    /// How many have been decided about.
    pub(super) taken: u64,
    pub(super) end: Option<End<E>>,
}

/// Why no more can be read.
#[derive(Debug)]
pub(super) enum End<E> {
    /// It was the last call.
    Ended,
    /// What was wrong; `None` when it has been told.
    Failed(Option<E>),
}

impl<I: LookAhead<Item = Result<T, E>>, T: Comparable, E> Source<I, T, E> {
    pub(super) fn new(calls: I) -> Self {
        Self { calls, window: VecDeque::new(), taken: 0, end: None }
    }

    /// Reads until `size` calls are held, or as many as there are, or as much as there may be.
    pub(super) fn fill(&mut self, size: usize) {
        if self.window.len() >= size || self.end.is_some() {
            return;
        }
        let mut bytes: usize = self.window.iter().map(T::bytes).sum();
        while self.window.len() < size && (self.window.is_empty() || bytes < WINDOW_BYTES) {
            match self.calls.next() {
                Some(Ok(call)) => {
                    bytes += call.bytes();
                    self.window.push_back(call);
                }
                Some(Err(error)) => return self.end = Some(End::Failed(Some(error))),
                None => return self.end = Some(End::Ended),
            }
        }
    }

    pub(super) fn next(&mut self) -> Option<T> {
        let next = self.window.pop_front();
        self.taken += u64::from(next.is_some());
        next
    }

    /// The hashes, made by `hash`, of the calls that are not yet decided about: also of those that are not yet read, up to
    /// what is wrong with one. `None` if they cannot be read ahead of time, or have no hashes.
    pub(super) fn hashes(&self, hash: fn(&T) -> Option<u64>) -> Option<impl Iterator<Item = u64>> {
        hash(self.window.front()?)?;
        let unread = match self.end {
            None => Some(self.calls.ahead()?),
            Some(_) => None,
        };
        let unread = unread.into_iter().flatten().map_while(Result::ok);
        Some(self.window.iter().map(hash).chain(unread.map(move |call| hash(&call))).map_while(|hash| hash))
    }

    pub(super) fn has_ended(&self) -> bool {
        matches!(self.end, Some(End::Ended))
    }

    pub(super) fn has_failed(&self) -> bool {
        matches!(self.end, Some(End::Failed(_)))
    }

    /// What was wrong, once everything before it has been decided about.
    pub(super) fn failure(&mut self) -> Option<E> {
        match &mut self.end {
            Some(End::Failed(error)) if self.window.is_empty() => error.take(),
            _ => None,
        }
    }
}
