//! Which transactions are to be disturbed, and how.

use core::fmt;

use super::Fault;

/// What goes wrong on a bus, and when; a [`FaultSwitch`](super::FaultSwitch) changes it while the bus works.
///
/// Rules are looked at in order; the first that makes the transaction fail ends it, delays of others add up. Chance
/// comes last. Without rules and seed a plan disturbs nothing.
///
/// # Examples
/// ```
/// use hw_mock::{Fault, FaultPlan, When};
///
/// let plan = FaultPlan::new()
///     .rule(When::always().address(0x50).nth(3), Fault::Nack { byte: 2 })
///     .seeded(42, 10_000); // one transaction in a hundred
/// assert_eq!(plan.to_string(), "rule 1: transaction 3 to 0x50: no acknowledge at byte 2\n\
///     seed 42: 10000 of 1000000 transactions");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FaultPlan {
    pub(super) rules: Vec<(When, Fault)>,
    pub(super) chance: Option<Chance>,
}

/// Faults by chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chance {
    pub(super) seed: u64,
    pub(super) per_million: u32,
}

/// The transactions that a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    address: Option<u8>,
    pub(super) nth: Option<u64>,
    pub(super) times: Option<u64>,
    pub(super) chance: Option<Chance>,
    from_ns: u64,
    until_ns: u64,
}

impl FaultPlan {
    /// A plan in which nothing goes wrong.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule.
    #[must_use]
    pub fn rule(mut self, when: When, fault: Fault) -> Self {
        self.rules.push((when, fault));
        self
    }

    /// Disturbs `per_million` of 1,000,000 transactions, chosen with ChaCha8 from `seed` and the bus's number, each kind
    /// of fault but short reads as often as the others; more than 1,000,000 is all. A bus is stuck, or a chip slow, for
    /// at most 1 ms. The same seed and the same transactions on the same bus give the same faults.
    #[must_use]
    pub fn seeded(mut self, seed: u64, per_million: u32) -> Self {
        self.chance = Some(Chance { seed, per_million });
        self
    }
}

impl When {
    /// Every transaction.
    #[must_use]
    pub fn always() -> Self {
        Self { address: None, nth: None, times: None, chance: None, from_ns: 0, until_ns: u64::MAX }
    }

    /// Only those to `address`.
    #[must_use]
    pub fn address(mut self, address: u8) -> Self {
        self.address = Some(address);
        self
    }

    /// Only the `nth`, from 1, of those that are otherwise meant.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Only the first `times` of those that are otherwise meant.
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Only `per_million` of 1,000,000, chosen with ChaCha8 from `seed` and the numbers of bus and rule; more than
    /// 1,000,000 is all.
    #[must_use]
    pub fn rate(mut self, seed: u64, per_million: u32) -> Self {
        self.chance = Some(Chance { seed, per_million });
        self
    }

    /// Only those that start at or after `from_ns` and before `until_ns`, nanoseconds of device time.
    #[must_use]
    pub fn between(mut self, from_ns: u64, until_ns: u64) -> Self {
        (self.from_ns, self.until_ns) = (from_ns, until_ns);
        self
    }

    /// Whether it is about `address` and no other.
    pub(super) fn is_for(&self, address: u8) -> bool {
        self.address == Some(address)
    }

    /// Whether it is about a transaction, but for its number.
    pub(super) fn fits(&self, at_ns: u64, address: u8) -> bool {
        self.address.is_none_or(|wanted| wanted == address) && self.from_ns <= at_ns && at_ns < self.until_ns
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nth {
            Some(nth) => write!(f, "transaction {nth}")?,
            None => f.write_str("every transaction")?,
        }
        if let Some(address) = self.address {
            write!(f, " to {address:#04x}")?;
        }
        if let Some(times) = self.times {
            write!(f, ", {times} times")?;
        }
        if let Some(Chance { seed, per_million }) = self.chance {
            write!(f, ", seed {seed}: {per_million} of 1000000")?;
        }
        if self.from_ns > 0 {
            write!(f, " from {} ns on", self.from_ns)?;
        }
        if self.until_ns < u64::MAX {
            write!(f, " before {} ns", self.until_ns)?;
        }
        Ok(())
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = "";
        for (index, (when, fault)) in self.rules.iter().enumerate() {
            write!(f, "{line}rule {}: {when}: {fault}", index + 1)?;
            line = "\n";
        }
        match self.chance {
            Some(Chance { seed, per_million }) => {
                write!(f, "{line}seed {seed}: {per_million} of 1000000 transactions")
            }
            None if line.is_empty() => f.write_str("no faults planned"),
            None => Ok(()),
        }
    }
}
