//! What a scenario has seen of the guest, for the report of an expectation that is not met.

use std::collections::{BTreeMap, VecDeque};

use device_abi::{
    log::Level,
    trace::{Record, Records},
};
use hw_core::LogLine;

use super::{
    awaited::{Awaited, line},
    step::Step,
    text::Ms,
};

/// Messages that are kept, and calls of each function.
const KEPT: usize = 32;
/// How many of the last ones a report shows.
const SHOWN: usize = 3;

/// The last messages and calls that expectations may be about.
#[derive(Debug, Default)]
pub(super) struct Seen {
    messages: Option<Ring<(Level, String)>>,
    /// Records of calls, by the functions that expectations name.
    calls: BTreeMap<&'static str, Ring<Vec<u8>>>,
}

/// The last things of one kind, each with its time.
#[derive(Debug)]
struct Ring<T> {
    kept: VecDeque<(u64, T)>,
    /// How many there have been.
    total: u64,
    /// How many there had been when the present step began to wait.
    before: u64,
}

impl Seen {
    /// What is to be kept for the expectations among `steps`.
    pub(super) fn for_steps(steps: &[Step]) -> Self {
        let mut seen = Self::default();
        for expected in steps.iter().filter_map(|step| step.action.expected()) {
            match &expected.what {
                Awaited::Log(_) => seen.messages = Some(Ring::default()),
                Awaited::Call { function, .. } => _ = seen.calls.entry(function.full_name).or_default(),
            }
        }
        seen
    }

    pub(super) fn message(&mut self, line: &LogLine<'_>) {
        if let Some(messages) = &mut self.messages {
            messages.push(line.time_ns, (line.level, line.text.to_owned()));
        }
    }

    /// Notes a call that ended at `at_ns`, and its record.
    pub(super) fn call(&mut self, at_ns: u64, call: &Record<'_>, record: &[u8]) {
        if let Some(calls) = self.calls.get_mut(call.function.full_name) {
            calls.push(at_ns, record.to_vec());
        }
    }

    /// Notes that a step begins to wait.
    pub(super) fn step_begins(&mut self) {
        self.messages.iter_mut().for_each(Ring::mark);
        self.calls.values_mut().for_each(Ring::mark);
    }

    /// What came instead of what was awaited, a line each.
    pub(super) fn instead(&self, awaited: &Awaited) -> Vec<String> {
        match awaited {
            Awaited::Log(message) => {
                let show = |(level, text): &(Level, String)| said(*level, text);
                let fits = |(level, text): &(Level, String)| awaited.fits_text(*level, text);
                let ring = self.messages.as_ref();
                ring.map_or_else(Vec::new, |ring| ring.instead("messages", &message.contains, show, fits))
            }
            Awaited::Call { function, contains } => {
                let show = |record: &Vec<u8>| Records::new(record).map(|call| line(&call)).collect();
                let fits = |record: &Vec<u8>| Records::new(record).any(|call| awaited.fits_call(&call));
                let what = format!("calls of {}", function.full_name);
                let ring = self.calls.get(function.full_name);
                ring.map_or_else(Vec::new, |ring| ring.instead(&what, contains, show, fits))
            }
        }
    }
}

/// A message as reports show it.
pub(super) fn said(level: Level, text: &str) -> String {
    format!("{:<5} {text:?}", level.name())
}

impl<T> Default for Ring<T> {
    fn default() -> Self {
        Self { kept: VecDeque::new(), total: 0, before: 0 }
    }
}

impl<T> Ring<T> {
    fn push(&mut self, at_ns: u64, thing: T) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((at_ns, thing));
        self.total += 1;
    }

    fn mark(&mut self) {
        self.before = self.total;
    }

    fn instead(
        &self,
        what: &str,
        contains: &str,
        show: impl Fn(&T) -> String,
        fits: impl Fn(&T) -> bool,
    ) -> Vec<String> {
        let since = self.total - self.before;
        let early = self.kept.len().saturating_sub(usize::try_from(since).unwrap_or(usize::MAX));
        let line = |label: &str, at_ns: u64, thing: &T| format!("{label}: {} {}", Ms(at_ns), show(thing));
        let mut lines = vec![match since {
            0 => format!("seen since: no {what}"),
            _ => format!("seen since: {what}: {since}, none that fits"),
        }];
        // What came a moment too early is what mostly goes wrong.
        if let Some((at_ns, thing)) = self.kept.iter().take(early).rev().find(|(_, thing)| fits(thing)) {
            lines.push(line("too early", *at_ns, thing));
        }
        let after: Vec<_> = self.kept.iter().skip(early).collect();
        let (rest, last) = after.split_at(after.len().saturating_sub(SHOWN));
        let near = |thing: &T| strsim::sorensen_dice(contains, &show(thing));
        let scored = rest.iter().map(|seen| (near(&seen.1), seen)).filter(|(near, _)| *near > 0.0);
        if let Some((_, (at_ns, thing))) = scored.max_by(|(one, _), (other, _)| one.total_cmp(other)) {
            lines.push(line("nearest", *at_ns, thing));
        }
        lines.extend(last.iter().map(|(at_ns, thing)| line("last", *at_ns, thing)));
        lines
    }
}
