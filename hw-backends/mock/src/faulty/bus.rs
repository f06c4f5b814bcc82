//! A bus that goes wrong according to plan.

use embedded_hal::i2c::Operation;
use hw_core::backend::{BreakOff, I2cBus, Reply};

use super::{
    Cause, Disturbed, Fault, FaultError, FaultLog, FaultPlan, FaultSwitch,
    dice::Dice,
    log::State,
    wire_bytes::{Acknowledged, acknowledged, before, cut_short, read_count},
};

/// A bus, disturbed as a [`FaultPlan`] says; what is not disturbed passes through unchanged.
#[derive(Debug)]
pub struct Faulty<B> {
    bus: u32,
    inner: B,
    log: FaultLog,
}

impl<B> Faulty<B> {
    /// Wraps `inner`. Messages name it as bus `bus`.
    #[must_use]
    pub fn new(bus: u32, inner: B, plan: FaultPlan) -> Self {
        Self { bus, inner, log: FaultLog::new(bus, plan) }
    }

    /// What it did so far, and will do.
    #[must_use]
    pub fn log(&self) -> FaultLog {
        self.log.clone()
    }

    /// Changes what goes wrong from now on.
    #[must_use]
    pub fn switch(&self) -> FaultSwitch {
        FaultSwitch(self.log())
    }
}

/// A fault that is due in a transaction.
#[derive(Debug, Clone, Copy)]
struct Due {
    fault: Fault,
    cause: Cause,
    /// The index of the rule that it counts for; none while a bus is still held, and by the plan's chance.
    rule: Option<usize>,
}

impl State {
    /// What is to go wrong in a transaction: at most one fault that makes it fail, at the end.
    fn faults(&mut self, at_ns: u64, address: u8, operations: &[Operation<'_>]) -> Vec<Due> {
        // Drawn for each transaction, so that rules do not change what the seed does to later ones.
        let chance = self.dice.as_mut().and_then(|dice| dice.fault(operations));
        let mut faults: Vec<Due> = Vec::new();
        if let Some((until_ns, fault, cause)) = self.stuck
            && at_ns < until_ns
        {
            faults.push(Due { fault, cause, rule: None });
        }
        for (index, (when, fault)) in self.plan.rules.iter().enumerate() {
            let rule = &mut self.rules[index];
            if rule.cleared || !when.fits(at_ns, address) {
                continue;
            }
            rule.seen += 1;
            let spared = !rule.dice.as_mut().is_none_or(Dice::hits);
            let over = faults.last().is_some_and(|due| fails(due.fault));
            let other = when.nth.is_some_and(|nth| nth != rule.seen);
            let used_up = when.times.is_some_and(|times| rule.hits >= times);
            if other || used_up || spared {
                continue;
            }
            if over {
                rule.overtaken += 1;
                continue;
            }
            let can = match fault {
                Fault::Nack { byte } => acknowledged(operations, *byte).is_some(),
                Fault::ShortRead { bytes } => read_count(operations) > u64::from(*bytes),
                Fault::ArbitrationLost | Fault::StuckFor { .. } | Fault::Slow { .. } => true,
            };
            if !can {
                rule.misses += 1;
                continue;
            }
            faults.push(Due { fault: *fault, cause: Cause::Rule(index + 1), rule: Some(index) });
        }
        if !faults.last().is_some_and(|due| fails(due.fault)) {
            faults.extend(chance.map(|(fault, cause)| Due { fault, cause, rule: None }));
        }
        faults
    }

    /// Counts a fault, or that the transaction failed before its turn came.
    fn count(&mut self, due: Due, came: bool, transaction: u64, at_ns: u64, address: u8) {
        let Due { fault, cause, rule } = due;
        if let Some(index) = rule {
            let rule = &mut self.rules[index];
            *(if came { &mut rule.hits } else { &mut rule.forestalled }) += 1;
        }
        if came {
            self.add(Disturbed { transaction, at_ns, address, fault, cause });
        }
    }
}

/// Whether a fault makes the transaction fail.
fn fails(fault: Fault) -> bool {
    !matches!(fault, Fault::Slow { .. } | Fault::ShortRead { .. })
}

impl<B: I2cBus> I2cBus for Faulty<B> {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        self.run(at_ns, address, frequency_hz, operations, None)
    }

    /// A transaction like others as far as it goes: what disturbs it here comes before what breaks it off.
    fn broken_off(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        end: BreakOff,
    ) -> Reply {
        self.run(at_ns, address, frequency_hz, operations, Some(end))
    }
}

impl<B: I2cBus> Faulty<B> {
    fn run(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        broken_off: Option<BreakOff>,
    ) -> Reply {
        let log = self.log.clone();
        let mut state = log.lock();
        state.transactions += 1;
        let transaction = state.transactions;
        let faults = state.faults(at_ns, address, operations);
        // The wrapped bus may be another of this kind; nothing is held while it works.
        drop(state);

        let (mut delay_ns, mut end, mut delivered) = (0_u64, None, u32::MAX);
        for Due { fault, cause, .. } in &faults {
            match *fault {
                Fault::Slow { extra_ns } => delay_ns = delay_ns.saturating_add(extra_ns),
                Fault::ShortRead { bytes } => delivered = delivered.min(bytes),
                _ => end = Some((*fault, *cause)),
            }
        }
        let mut injected = end.is_some();
        // A stretched clock delays what the chip hears, its stop above all.
        let heard_ns = at_ns.saturating_add(delay_ns);
        let mut reply = match end {
            None => match broken_off {
                None => self.inner.transaction(heard_ns, address, frequency_hz, operations),
                Some(end) => self.inner.broken_off(heard_ns, address, frequency_hz, operations, end),
            },
            Some((fault, cause)) => {
                let at_address = matches!(
                    fault,
                    Fault::Nack { byte } if acknowledged(operations, byte) == Some(Acknowledged::Address)
                );
                let error = FaultError { bus: self.bus, transaction, address, fault, at_address, cause };
                self.fail(at_ns, heard_ns, frequency_hz, operations, error).unwrap_or_else(|refused| {
                    injected = false;
                    refused
                })
            }
        };
        let mut state = log.lock();
        for due in faults {
            let came = match due.fault {
                Fault::Slow { .. } => true,
                Fault::ShortRead { .. } => reply.result.is_ok(),
                _ => injected,
            };
            state.count(due, came, transaction, at_ns, address);
        }
        drop(state);
        if reply.result.is_ok() {
            cut_short(operations, delivered);
        }
        reply.extra_ns = reply.extra_ns.saturating_add(delay_ns);
        reply
    }

    /// Lets the chip hear what comes before the fault, and fails.
    ///
    /// # Errors
    /// What the wrapped bus answers that has itself failed earlier.
    fn fail(
        &mut self,
        at_ns: u64,
        heard_ns: u64,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        error: FaultError,
    ) -> Result<Reply, Reply> {
        match error.fault {
            Fault::Nack { byte } => {
                let mut heard = before(operations, byte);
                if heard.is_empty() {
                    return Ok(Reply::failed(error, byte));
                }
                let end = if error.at_address { BreakOff::AtRepeatedStart } else { BreakOff::AtData };
                let reply = self.inner.broken_off(heard_ns, error.address, frequency_hz, &mut heard, end);
                match reply.result {
                    Err(_) => Err(reply),
                    Ok(()) => Ok(Reply { extra_ns: reply.extra_ns, ..Reply::failed(error, byte) }),
                }
            }
            Fault::StuckFor { ns } => {
                let stuck = &mut self.log.lock().stuck;
                if stuck.is_none_or(|(until_ns, ..)| until_ns <= at_ns) {
                    *stuck = Some((at_ns.saturating_add(ns), error.fault, error.cause));
                }
                Ok(Reply::failed(error, 0))
            }
            Fault::ArbitrationLost | Fault::ShortRead { .. } | Fault::Slow { .. } => {
                Ok(Reply::failed(error, 0))
            }
        }
    }
}
