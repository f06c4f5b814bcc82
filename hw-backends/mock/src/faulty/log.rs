//! What was disturbed, for reports.

use core::fmt;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Cause, Fault, FaultPlan, When, dice::Dice};
use crate::call::Time;

/// Disturbed transactions that a log keeps, the last ones; more are counted only.
const KEPT: usize = 64;

/// A transaction that was disturbed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disturbed {
    /// Its number on the bus, from 1.
    pub transaction: u64,
    /// When it started, nanoseconds of device time.
    pub at_ns: u64,
    /// The address that it was for.
    pub address: u8,
    /// What went wrong.
    pub fault: Fault,
    /// Why.
    pub cause: Cause,
}

/// What a [`Faulty`](super::Faulty) bus did. Clones share it; its `Display` names the plan with its seed, and
/// rules that never came to anything.
#[derive(Debug, Clone)]
pub struct FaultLog {
    shared: Arc<Mutex<State>>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) bus: u32,
    pub(super) plan: FaultPlan,
    /// What the plan's chance draws from.
    pub(super) dice: Option<Dice>,
    /// Until when something holds the bus, and why.
    pub(super) stuck: Option<(u64, Fault, Cause)>,
    pub(super) transactions: u64,
    disturbed: u64,
    last: VecDeque<Disturbed>,
    /// Per rule.
    pub(super) rules: Vec<RuleState>,
}

/// How often a rule was due.
#[derive(Debug, Clone)]
pub(super) struct RuleState {
    /// What its chance draws from, if it has one.
    pub(super) dice: Option<Dice>,
    /// Whether it no longer counts.
    pub(super) cleared: bool,
    /// Transactions that it fitted, but for their number.
    pub(super) seen: u64,
    /// Transactions that it disturbed.
    pub(super) hits: u64,
    /// Transactions that it could not disturb, as they have no such byte.
    pub(super) misses: u64,
    /// Transactions that had failed before it could disturb them.
    pub(super) forestalled: u64,
    /// Transactions that another fault ended before it.
    pub(super) overtaken: u64,
}

impl FaultLog {
    pub(super) fn new(bus: u32, plan: FaultPlan) -> Self {
        let rules = plan.rules.iter().enumerate().map(|(index, (when, _))| RuleState::new(bus, index, when));
        let state = State {
            bus,
            rules: rules.collect(),
            dice: plan.chance.map(|chance| Dice::new(chance, bus, 0)),
            stuck: None,
            plan,
            transactions: 0,
            disturbed: 0,
            last: VecDeque::new(),
        };
        Self { shared: Arc::new(Mutex::new(state)) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many transactions there were.
    #[must_use]
    pub fn transactions(&self) -> u64 {
        self.lock().transactions
    }

    /// How many faults were injected.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.lock().disturbed
    }

    /// The rules that disturbed nothing, by their number from 1, and why, in words that go on after the rule's name:
    /// `disturbed nothing; transactions that it is about: 0`. A rule that chance spared is none of them.
    #[must_use]
    pub fn idle(&self) -> Vec<(usize, String)> {
        let state = self.lock();
        let rules = state.rules.iter().zip(&state.plan.rules).enumerate();
        let idle = rules.filter(|(_, (rule, _))| rule.hits == 0 && !rule.spared());
        idle.map(|(index, (rule, (_, fault)))| (index + 1, rule.why(*fault).join(", "))).collect()
    }

    /// The last faults, at most 64, oldest first.
    #[must_use]
    pub fn last(&self) -> Vec<Disturbed> {
        self.lock().last.iter().copied().collect()
    }
}

impl RuleState {
    /// The state of the rule at `index` of a bus, which is about `when`.
    pub(super) fn new(bus: u32, index: usize, when: &When) -> Self {
        // Rules draw from streams of their own, so that they do not change each other's faults.
        let dice = when.chance.map(|chance| Dice::new(chance, bus, index as u32 + 1));
        Self { dice, cleared: false, seen: 0, hits: 0, misses: 0, forestalled: 0, overtaken: 0 }
    }

    /// Whether nothing but chance kept it from disturbing something.
    fn spared(&self) -> bool {
        self.dice.is_some() && self.seen > 0 && self.misses + self.forestalled + self.overtaken == 0
    }

    /// Why it did not disturb a transaction that it could have been about with its `fault`, or any.
    fn why(&self, fault: Fault) -> Vec<String> {
        let Self { seen, hits, misses, forestalled, overtaken, .. } = *self;
        let mut why = Vec::new();
        if misses > 0 {
            let which = match fault {
                Fault::ShortRead { .. } => "that reads no more than that",
                _ => "in which no chip acknowledges that byte",
            };
            why.push(format!("could not disturb a transaction {which}; times: {misses}"));
        }
        if forestalled > 0 {
            why.push(format!("came too late for a transaction that had failed; times: {forestalled}"));
        }
        if hits + misses + forestalled == 0 {
            why.push(match overtaken {
                0 => format!("disturbed nothing; transactions that it is about: {seen}"),
                _ => format!("disturbed nothing, as another fault came first; times: {overtaken}"),
            });
        }
        why
    }
}

impl State {
    pub(super) fn add(&mut self, disturbed: Disturbed) {
        self.disturbed += 1;
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(disturbed);
    }
}

impl fmt::Display for FaultLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { bus, plan, transactions, disturbed, last, rules, .. } = &*self.lock();
        write!(f, "i2c.{bus}: faults injected: {disturbed}, in {transactions} transactions")?;
        for line in plan.to_string().lines() {
            write!(f, "\n  {line}")?;
        }
        for (index, rule) in rules.iter().enumerate() {
            for why in rule.why(plan.rules[index].1) {
                write!(f, "\n  rule {} {why}", index + 1)?;
            }
        }
        if *disturbed > last.len() as u64 {
            write!(f, "\n  the last {} of them:", last.len())?;
        }
        for Disturbed { transaction, at_ns, address, fault, cause } in last {
            let at = Time(*at_ns);
            write!(f, "\n  transaction {transaction} at {at}, to {address:#04x}: {fault} ({cause})")?;
        }
        Ok(())
    }
}
