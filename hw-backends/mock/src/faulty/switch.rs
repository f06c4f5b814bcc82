//! Faults that come and go while a bus works.

use super::{Cause, Fault, FaultLog, When, log::RuleState};

/// Changes what goes wrong on a bus while it works. Clones share it.
///
/// # Examples
/// ```
/// use hw_mock::{Fault, FaultPlan, Faulty, When};
/// # #[derive(Debug)] struct Bus;
/// # let bus = Bus;
/// let bus = Faulty::new(0, bus, FaultPlan::new());
/// let switch = bus.switch();
/// assert_eq!(switch.add(When::always().address(0x76).times(1), Fault::Nack { byte: 0 }), 1);
/// switch.clear(None);
/// ```
#[derive(Debug, Clone)]
pub struct FaultSwitch(pub(super) FaultLog);

impl FaultSwitch {
    /// Adds a rule behind those that there are, and gives its number, from 1. It counts transactions from now on.
    pub fn add(&self, when: When, fault: Fault) -> usize {
        let mut state = self.0.lock();
        let index = state.rules.len();
        let rule = RuleState::new(state.bus, index, &when);
        state.rules.push(rule);
        state.plan.rules.push((when, fault));
        index + 1
    }

    /// Ends all rules that are about `address` alone, and lets a bus go that one of them holds. With `None`, ends all
    /// rules and the chance of the plan, and whatever holds the bus lets go.
    pub fn clear(&self, address: Option<u8>) {
        let mut guard = self.0.lock();
        let state = &mut *guard;
        for (rule, (when, _)) in state.rules.iter_mut().zip(&state.plan.rules) {
            rule.cleared |= address.is_none_or(|address| when.is_for(address));
        }
        if address.is_none() {
            (state.dice, state.stuck) = (None, None);
        }
        if let Some((_, _, Cause::Rule(number))) = state.stuck
            && state.rules[number - 1].cleared
        {
            state.stuck = None;
        }
    }
}
