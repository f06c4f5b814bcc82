//! A scenario while it plays.

use std::collections::BTreeMap;

use device_abi::{Outcome, gpio::Level, trace::Records};
use hw_core::{LogLine, backend::Outlook};

use super::{
    Scenario, ScenarioReport,
    awaited::{Awaited, Expected},
    seen::{Seen, said},
    step::{Action, Moment, Step},
    text::Ms,
    world::World,
};

/// How many steps that were not reached are named.
const UNREACHED_SHOWN: usize = 5;
/// How many lines on the faults of a bus are shown from their beginning, and from their end.
const FAULTS_SHOWN: usize = 6;

/// A scenario while it plays.
#[derive(Debug)]
pub(super) struct Player {
    file: String,
    steps: Vec<Step>,
    /// Behind the last step that waits.
    waits_until: usize,
    /// The index of the step whose turn it is.
    next: usize,
    /// When the step before it happened.
    last_ns: u64,
    /// The index of the last expectation that was met, and when.
    met_last: Option<(usize, u64)>,
    /// When the present step began to wait, if it does.
    waits_since: Option<u64>,
    /// Whether the call that is yet to end has met a step by its message.
    met_by_message: bool,
    /// What contacts that bounce are yet to do, by time and order.
    bounces: BTreeMap<(u64, u64), (u32, Option<Level>)>,
    /// Counts `bounces`.
    bounce_count: u64,
    seen: Seen,
    failure: Option<Vec<String>>,
    ended: bool,
    pub(super) world: World,
}

impl Player {
    pub(super) fn new(scenario: Scenario, world: World) -> Self {
        let Scenario { file, steps, .. } = scenario;
        Self {
            file,
            seen: Seen::for_steps(&steps),
            waits_until: steps.iter().rposition(|step| step.action.listens()).map_or(0, |last| last + 1),
            steps,
            next: 0,
            last_ns: 0,
            met_last: None,
            waits_since: None,
            met_by_message: false,
            bounces: BTreeMap::new(),
            bounce_count: 0,
            failure: None,
            ended: false,
            world,
        }
    }

    pub(super) fn outlook(&self) -> Outlook {
        let end = self.ended || self.failure.is_some();
        if end {
            return Outlook { end, ..Outlook::default() };
        }
        let listens = self.next < self.waits_until;
        Outlook { next_ns: self.bounce_ns().into_iter().chain(self.step_ns()).min(), listens, end }
    }

    /// Makes everything happen that is due at or before `now_ns`.
    pub(super) fn advance(&mut self, now_ns: u64) {
        while !self.outlook().end {
            let (bounce, step) = (self.bounce_ns(), self.step_ns());
            let next = bounce.into_iter().chain(step).min();
            match next.filter(|next| *next <= now_ns) {
                None => return,
                // What began before goes on before the next step.
                Some(at_ns) if bounce == Some(at_ns) => self.bounce(at_ns),
                Some(at_ns) => self.step(at_ns),
            }
        }
    }

    pub(super) fn saw_call(&mut self, at_ns: u64, record: &[u8]) {
        // What has met one step does not meet another.
        let is_spent = std::mem::take(&mut self.met_by_message);
        self.advance(at_ns);
        for call in Records::new(record) {
            let met = !is_spent && self.awaited().is_some_and(|awaited| awaited.fits_call(&call));
            self.seen.call(at_ns, &call, record);
            if met {
                self.met(at_ns);
            } else if is_spent {
                // It began before the step that now waits.
                self.seen.step_begins();
            }
        }
    }

    pub(super) fn saw_log(&mut self, line: &LogLine<'_>) {
        self.advance(line.time_ns);
        self.failure = self.failure.take().or_else(|| self.broken_by(line));
        let met = self.awaited().is_some_and(|awaited| awaited.fits_text(line.level, line.text));
        self.seen.message(line);
        self.met_by_message = met;
        if met {
            self.met(line.time_ns);
        }
    }

    pub(super) fn report(&mut self, end_ns: u64, outcome: &Outcome) -> ScenarioReport {
        self.advance(end_ns);
        let cut_short = self.failure.is_none() && self.next < self.steps.len();
        let mut failure = match &self.failure {
            Some(failure) => failure.clone(),
            None if cut_short => self.unreached(&format!("the run ended at {} ({outcome})", Ms(end_ns))),
            None => Vec::new(),
        };
        if !failure.is_empty() {
            for text in self.world.faults() {
                let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
                let (first, last) = (lines.len().min(FAULTS_SHOWN), lines.len().saturating_sub(FAULTS_SHOWN));
                failure.extend_from_slice(&lines[..first]);
                if last > first {
                    failure.push(format!("  … {} lines more", last - first));
                }
                failure.extend_from_slice(&lines[last.max(first)..]);
            }
        }
        let remarks = if failure.is_empty() { self.idle_faults() } else { Vec::new() };
        let (steps, passed, seed) = (self.steps.len(), self.next, self.world.seed());
        ScenarioReport { steps, passed, cut_short, failure, remarks, seed }
    }

    /// Which faults disturbed nothing, and why: the first ones of each bus.
    fn idle_faults(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for idle in self.world.idle_faults() {
            let shown = idle.iter().take(FAULTS_SHOWN);
            lines.extend(shown.map(|(index, why)| format!("{} {why}", self.name(*index))));
            if let more @ 1.. = idle.len().saturating_sub(FAULTS_SHOWN) {
                lines.push(format!("{more} more faults disturbed nothing"));
            }
        }
        lines
    }

    fn bounce_ns(&self) -> Option<u64> {
        self.bounces.first_key_value().map(|((at_ns, _), _)| *at_ns)
    }

    /// When the present step happens by itself, begins to wait, or has waited for too long.
    fn step_ns(&self) -> Option<u64> {
        let step = self.steps.get(self.next)?;
        match (self.waits_since, &step.action) {
            (Some(since_ns), Action::Expect(Expected { within_ns, .. })) => {
                // The last moment counts.
                Some(since_ns.saturating_add((*within_ns)?).saturating_add(1))
            }
            (Some(since_ns), Action::ExpectNo { for_ns, .. }) => Some(since_ns.saturating_add(*for_ns)),
            _ => Some(match step.moment {
                // A time that has passed is found out at once.
                Moment::At(at_ns) => at_ns.max(self.last_ns),
                Moment::After(ns) => self.last_ns.saturating_add(ns),
            }),
        }
    }

    /// What the present step waits for, if it does by now.
    fn awaited(&self) -> Option<&Awaited> {
        self.waits_since?;
        self.steps.get(self.next)?.action.expected().map(|expected| &expected.what)
    }

    /// The present step was met: those after it that are due now happen, too.
    fn met(&mut self, at_ns: u64) {
        self.met_last = Some((self.next, at_ns));
        self.happened(at_ns);
        self.advance(at_ns);
    }

    fn happened(&mut self, at_ns: u64) {
        self.next += 1;
        self.last_ns = at_ns;
        self.waits_since = None;
    }

    fn bounce(&mut self, at_ns: u64) {
        if let Some((_, (pin, level))) = self.bounces.pop_first() {
            self.world.drive(at_ns, pin, level);
        }
    }

    /// Does what the present step does at `at_ns`.
    fn step(&mut self, at_ns: u64) {
        let Some(step) = self.steps.get(self.next) else { return };
        if let Moment::At(wanted_ns) = step.moment
            && wanted_ns < at_ns
            && self.waits_since.is_none()
        {
            self.failure = Some(self.too_late(wanted_ns));
            return;
        }
        match step.action.clone() {
            Action::Expect(_) if self.waits_since.is_some() => {
                self.failure = Some(self.unmet());
                return;
            }
            Action::ExpectNo { .. } if self.waits_since.is_some() => {}
            Action::Expect(_) | Action::ExpectNo { .. } => {
                self.waits_since = Some(at_ns);
                self.seen.step_begins();
                return;
            }
            Action::Button { pin, button, down, .. } => {
                let edges: Vec<_> =
                    if down { button.press(at_ns).collect() } else { button.release(at_ns).collect() };
                self.move_contact(pin, edges);
            }
            Action::Drive { pin, level } => self.move_contact(pin, vec![(at_ns, level)]),
            Action::Set { bus, address, values, .. } => {
                for (name, value) in values {
                    self.world.set(at_ns, bus, address, &name, value);
                }
            }
            Action::Fault(fault) => self.world.add_fault(at_ns, self.next, &fault),
            Action::ClearFaults { bus, address } => self.world.clear_faults(bus, address),
            Action::End => self.ended = true,
        }
        self.happened(at_ns);
    }

    /// Lets a line go through `edges`, the first of which is now. What it was still going to do it does no more.
    fn move_contact(&mut self, pin: u32, edges: Vec<(u64, Option<Level>)>) {
        self.bounces.retain(|_, (other, _)| *other != pin);
        for (index, (at_ns, level)) in edges.into_iter().enumerate() {
            if index == 0 {
                self.world.drive(at_ns, pin, level);
            } else {
                self.bounces.insert((at_ns, self.bounce_count), (pin, level));
                self.bounce_count += 1;
            }
        }
    }

    /// A step as a report names it: where it stands, its number, what it is.
    fn name(&self, index: usize) -> String {
        let Step { line, action, .. } = &self.steps[index];
        format!("{}:{line}: step {} ({action})", self.file, index + 1)
    }

    fn too_late(&self, wanted_ns: u64) -> Vec<String> {
        let (file, number, Step { line, .. }) = (&self.file, self.next + 1, &self.steps[self.next]);
        let (wanted, before, last) = (Ms(wanted_ns), self.next, Ms(self.last_ns));
        let mut text = format!("{file}:{line}: step {number} is at {wanted}, before step {before} at {last}");
        // The file was read as one whose times can be kept: an expectation has held it up.
        if let Some((index, met_ns)) = self.met_last {
            let (number, action) = (index + 1, &self.steps[index].action);
            text += &format!(": step {number} ({action}) was met only at {}", Ms(met_ns));
        }
        vec![text]
    }

    /// What there is to say of a message that the present step does not allow.
    fn broken_by(&self, line: &LogLine<'_>) -> Option<Vec<String>> {
        let (since_ns, Step { action, .. }) = (self.waits_since?, self.steps.get(self.next)?);
        match action {
            Action::ExpectNo { message, .. } if message.fits(line.level, line.text) => {
                let (name, after, at) =
                    (self.name(self.next), Ms(line.time_ns.saturating_sub(since_ns)), Ms(line.time_ns));
                let what =
                    format!("{name} was not kept from {} on: after {after} there was one", Ms(since_ns));
                Some(vec![what, format!("  seen: {at} {}", said(line.level, line.text))])
            }
            _ => None,
        }
    }

    fn unmet(&self) -> Vec<String> {
        let (Some(since_ns), Some(expected)) = (self.waits_since, self.steps[self.next].action.expected())
        else {
            return Vec::new();
        };
        let within =
            expected.within_ns.map_or(String::new(), |within_ns| format!(" within {}", Ms(within_ns)));
        let mut lines =
            vec![format!("{} was not met{within} from {} on", self.name(self.next), Ms(since_ns))];
        lines.extend(self.seen.instead(&expected.what).into_iter().map(|line| format!("  {line}")));
        lines
    }

    /// Which steps did not come to their turn or to their end, or wait for ever.
    fn unreached(&self, end: &str) -> Vec<String> {
        let mut first = self.next;
        let mut lines = Vec::new();
        if let (Some(since_ns), Some(expected)) = (self.waits_since, self.steps[first].action.expected()) {
            lines.push(format!("{} was not met from {} on: {end}", self.name(first), Ms(since_ns)));
            lines.extend(self.seen.instead(&expected.what).into_iter().map(|line| format!("  {line}")));
            first += 1;
        }
        if let (Some(since_ns), Action::ExpectNo { .. }) = (self.waits_since, &self.steps[self.next].action) {
            lines.push(format!("{} was not over, from {} on: {end}", self.name(first), Ms(since_ns)));
            first += 1;
        }
        let unreached = first..self.steps.len();
        for index in unreached.clone().take(UNREACHED_SHOWN) {
            let end = if lines.is_empty() { format!(": {end}") } else { String::new() };
            lines.push(format!("{} was never reached{end}", self.name(index)));
        }
        if let more @ 1.. = unreached.len().saturating_sub(UNREACHED_SHOWN) {
            lines.push(format!("{more} more steps were never reached"));
        }
        lines
    }
}
