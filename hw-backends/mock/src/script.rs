//! The list itself: which expectation is next, and what has been seen.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use device_abi::types::ErrorCode;
use hw_core::backend::DeviceError;

use crate::{Call, Deviation, Expectation, Mismatch, MockError, SeenCall, Unmet, Wire, expectation::Answer};

/// Calls that a report shows from before a deviation.
const LAST_CALLS: usize = 8;

/// In which order expectations are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// One behind the other, over everything.
    Strict,
    /// One behind the other on each bus and on each pin.
    PerBus,
}

/// Expectations and how far they have been met.
#[derive(Debug)]
pub(crate) struct Script {
    order: Order,
    steps: Vec<Step>,
    /// Where calls are compared although the list may say nothing of them.
    watched: BTreeSet<Wire>,
    /// Per list that has an order of its own: no step before this one can be met any more.
    next: BTreeMap<Option<Wire>, usize>,
    calls: u64,
    last_calls: VecDeque<SeenCall>,
    deviation: Option<Box<Deviation>>,
    further: u64,
}

#[derive(Debug)]
struct Step {
    expectation: Expectation,
    met: bool,
}

impl Script {
    pub(crate) fn new(order: Order) -> Self {
        Self {
            order,
            steps: Vec::new(),
            watched: BTreeSet::new(),
            next: BTreeMap::new(),
            calls: 0,
            last_calls: VecDeque::new(),
            deviation: None,
            further: 0,
        }
    }

    pub(crate) fn push(&mut self, expectation: Expectation) {
        self.steps.push(Step { expectation, met: false });
    }

    pub(crate) fn watch(&mut self, wire: Wire) {
        self.watched.insert(wire);
    }

    /// What the list is about.
    pub(crate) fn wires(&self) -> BTreeSet<Wire> {
        let expected = self.steps.iter().map(|step| step.expectation.call.wire());
        self.watched.iter().copied().chain(expected).collect()
    }

    /// Compares a call with what is next. The list advances only if it fits, so that one stray call too many does
    /// not make all later ones wrong.
    pub(crate) fn take(&mut self, at_ns: u64, call: Call) -> Result<Answer, MockError> {
        let next = self.next(call.wire());
        let result = match next {
            Some(index) if self.steps[index].expectation.call == call => {
                let step = &mut self.steps[index];
                step.met = true;
                match step.expectation.answer.failure {
                    None => Ok(step.expectation.answer.clone()),
                    Some((code, _)) => {
                        Err(MockError::Scripted { position: index + 1, call: call.clone(), code })
                    }
                }
            }
            _ => Err(self.deviate(next, at_ns, call.clone())),
        };
        self.note(at_ns, call, result.as_ref().err());
        result
    }

    /// What `position` (from 1) says of bytes acknowledged before its error, and of time.
    pub(crate) fn failure(&self, position: usize) -> (u32, u64) {
        let answer = &self.steps[position - 1].expectation.answer;
        (answer.failure.map_or(0, |(_, acknowledged)| acknowledged), answer.extra_ns)
    }

    /// Remembers a call for reports.
    pub(crate) fn note(&mut self, at_ns: u64, call: Call, error: Option<&MockError>) {
        self.calls += 1;
        if self.last_calls.len() == LAST_CALLS {
            self.last_calls.pop_front();
        }
        let failed = error.map(DeviceError::code);
        self.last_calls.push_back(SeenCall { number: self.calls, at_ns, call, failed });
    }

    pub(crate) fn report(&self) -> Result<(), Mismatch> {
        let unmet = self.steps.iter().enumerate().filter(|(_, step)| !step.met);
        let unmet = unmet
            .map(|(index, step)| Unmet { position: index + 1, expectation: step.expectation.clone() })
            .collect::<Vec<_>>();
        if self.deviation.is_none() && unmet.is_empty() {
            return Ok(());
        }
        Err(Mismatch {
            deviation: self.deviation.clone(),
            further: self.further,
            unmet,
            total: self.steps.len(),
            last_calls: self.last_calls.iter().cloned().collect(),
        })
    }

    /// The step that a call on `wire` has to meet.
    fn next(&mut self, wire: Wire) -> Option<usize> {
        let list = (self.order == Order::PerBus).then_some(wire);
        let next = self.next.entry(list).or_insert(0);
        let rest = self.steps.iter().skip(*next);
        let passed =
            rest.take_while(|step| step.met || list.is_some_and(|wire| step.expectation.call.wire() != wire));
        *next += passed.count();
        (*next < self.steps.len()).then_some(*next)
    }

    fn deviate(&mut self, next: Option<usize>, at_ns: u64, call: Call) -> MockError {
        let deviation = Box::new(Deviation {
            expected: next.map(|index| (index + 1, self.steps[index].expectation.clone())),
            got: SeenCall { number: self.calls + 1, at_ns, call, failed: Some(ErrorCode::Other) },
            before: self.last_calls.iter().cloned().collect(),
            total: self.steps.len(),
        });
        match self.deviation {
            Some(_) => self.further += 1,
            None => self.deviation = Some(deviation.clone()),
        }
        MockError::Deviation(deviation)
    }
}
