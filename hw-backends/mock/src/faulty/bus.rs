//! A bus that goes wrong according to plan.

use core::fmt;

use embedded_hal::i2c::Operation;
use hw_core::backend::{I2cBus, Reply};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

use super::{
    Cause, Disturbed, Fault, FaultError, FaultLog, FaultPlan,
    log::State,
    plan::Chance,
    wire_bytes::{Acknowledged, acknowledged, acknowledged_count, before, nth_acknowledged},
};

/// The longest time that chance holds a bus, or slows a chip down, nanoseconds.
const MOST_NS_BY_CHANCE: u64 = 1_000_000;

/// A bus, disturbed as a [`FaultPlan`] says; what is not disturbed passes through unchanged.
#[derive(Debug)]
pub struct Faulty<B> {
    bus: u32,
    inner: B,
    plan: FaultPlan,
    random: Option<Random>,
    /// Until when something holds the bus, and why.
    stuck: Option<(u64, Fault, Cause)>,
    log: FaultLog,
}

struct Random {
    chance: Chance,
    random: ChaCha8Rng,
}

impl fmt::Debug for Random {
    /// The seed, from which everything else follows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chance.fmt(f)
    }
}

impl<B> Faulty<B> {
    /// Wraps `inner`. Messages name it as bus `bus`.
    #[must_use]
    pub fn new(bus: u32, inner: B, plan: FaultPlan) -> Self {
        let random =
            plan.chance.map(|chance| Random { chance, random: ChaCha8Rng::seed_from_u64(chance.seed) });
        let log = FaultLog::new(bus, plan.clone());
        Self { bus, inner, plan, random, stuck: None, log }
    }

    /// What it did so far, and will do.
    #[must_use]
    pub fn log(&self) -> FaultLog {
        self.log.clone()
    }

    /// What is to go wrong in a transaction: at most one fault that makes it fail, at the end.
    fn faults(
        &mut self,
        state: &mut State,
        at_ns: u64,
        address: u8,
        operations: &[Operation<'_>],
    ) -> Vec<(Fault, Cause)> {
        // Drawn for each transaction, so that rules do not change what the seed does to later ones.
        let chance = self.random.as_mut().and_then(|random| random.draw(operations));
        let mut faults = Vec::new();
        if let Some((until_ns, fault, cause)) = self.stuck
            && at_ns < until_ns
        {
            faults.push((fault, cause));
        }
        for (index, (when, fault)) in self.plan.rules.iter().enumerate() {
            if !when.fits(at_ns, address) {
                continue;
            }
            let rule = &mut state.rules[index];
            rule.seen += 1;
            let over = faults.last().is_some_and(|(fault, _)| fails(*fault));
            if over || when.nth.is_some_and(|nth| nth != rule.seen) {
                continue;
            }
            if matches!(fault, Fault::Nack { byte } if acknowledged(operations, *byte).is_none()) {
                rule.misses += 1;
                continue;
            }
            rule.hits += 1;
            faults.push((*fault, Cause::Rule(index + 1)));
        }
        if !faults.last().is_some_and(|(fault, _)| fails(*fault)) {
            faults.extend(chance);
        }
        faults
    }
}

/// Whether a fault makes the transaction fail.
fn fails(fault: Fault) -> bool {
    !matches!(fault, Fault::Slow { .. })
}

impl<B: I2cBus> I2cBus for Faulty<B> {
    fn transaction(
        &mut self,
        at_ns: u64,
        address: u8,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
    ) -> Reply {
        let log = self.log.clone();
        let mut state = log.lock();
        state.transactions += 1;
        let transaction = state.transactions;
        let (mut delay_ns, mut end) = (0_u64, None);
        for (fault, cause) in self.faults(&mut state, at_ns, address, operations) {
            state.add(Disturbed { transaction, at_ns, address, fault, cause });
            match fault {
                Fault::Slow { extra_ns } => delay_ns = delay_ns.saturating_add(extra_ns),
                _ => end = Some((fault, cause)),
            }
        }
        // The wrapped bus may be another of this kind; nothing is held while it works.
        drop(state);

        let mut reply = match end {
            None => self.inner.transaction(at_ns, address, frequency_hz, operations),
            Some((fault, cause)) => {
                let at_address = matches!(
                    fault,
                    Fault::Nack { byte } if acknowledged(operations, byte) == Some(Acknowledged::Address)
                );
                let error = FaultError { bus: self.bus, transaction, address, fault, at_address, cause };
                self.fail(at_ns, frequency_hz, operations, error)
            }
        };
        reply.extra_ns = reply.extra_ns.saturating_add(delay_ns);
        reply
    }
}

impl<B: I2cBus> Faulty<B> {
    /// Lets the chip hear what comes before the fault, and fails.
    fn fail(
        &mut self,
        at_ns: u64,
        frequency_hz: u32,
        operations: &mut [Operation<'_>],
        error: FaultError,
    ) -> Reply {
        match error.fault {
            Fault::Nack { byte } => {
                let mut heard = before(operations, byte);
                if heard.is_empty() {
                    return Reply::failed(error, byte);
                }
                let reply = self.inner.transaction(at_ns, error.address, frequency_hz, &mut heard);
                match reply.result {
                    // The chip itself refused something earlier.
                    Err(_) => reply,
                    Ok(()) => Reply { extra_ns: reply.extra_ns, ..Reply::failed(error, byte) },
                }
            }
            Fault::StuckFor { ns } => {
                if self.stuck.is_none_or(|(until_ns, ..)| until_ns <= at_ns) {
                    self.stuck = Some((at_ns.saturating_add(ns), error.fault, error.cause));
                }
                Reply::failed(error, 0)
            }
            Fault::ArbitrationLost | Fault::Slow { .. } => Reply::failed(error, 0),
        }
    }
}

impl Random {
    /// The fault for the next transaction, if any. Always draws as much, so that a fault depends on the seed, the
    /// transaction's number and its shape alone.
    fn draw(&mut self, operations: &[Operation<'_>]) -> Option<(Fault, Cause)> {
        const MILLION: u64 = 1_000_000;
        let [chance, kind, size] = [(); 3].map(|()| self.random.next_u32());
        if scaled(chance, MILLION) >= u64::from(self.chance.per_million) {
            return None;
        }
        let ns = 1 + scaled(size, MOST_NS_BY_CHANCE);
        let fault = match scaled(kind, 4) {
            0 => {
                let nth = scaled(size, acknowledged_count(operations));
                Fault::Nack { byte: nth_acknowledged(operations, nth)? }
            }
            1 => Fault::ArbitrationLost,
            2 => Fault::StuckFor { ns },
            _ => Fault::Slow { extra_ns: ns },
        };
        Some((fault, Cause::Seed(self.chance.seed)))
    }
}

/// `word` as a number from 0 to below `end`, evenly.
fn scaled(word: u32, end: u64) -> u64 {
    ((u128::from(word) * u128::from(end)) >> u32::BITS) as u64
}
