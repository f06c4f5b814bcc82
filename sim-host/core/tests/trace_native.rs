//! A trace of a chip in native mode beside one of the simulator: longer is alike, shorter and otherwise is not.

#[path = "trace_native/model.rs"]
mod model;
#[path = "trace_native/rules.rs"]
mod rules;

use std::{convert::Infallible, fmt};

use device_abi::trace::{Record, Records};
use proptest::{collection::vec, prelude::*, sample::Index};
use sim_host::trace::diff::{
    Comparable, Differences, Kind, Likeness, Options, Summary,
    native::{Breach, Timing},
};

use model::{Chip, Program, op};

/// The rules that `b` breaks, by the number of the call in `b`, and what else is different.
fn compared(a: &[u8], b: &[u8]) -> (Vec<(u64, Breach)>, Summary) {
    let options = Options { native: true, ..Options::default() };
    let (a, b) = (Records::new(a).map(Ok::<_, Infallible>), Records::new(b).map(Ok));
    let mut differences = Differences::new(a, b, options);
    let lines = differences.by_ref().flat_map(|Ok(difference)| difference.lines);
    let broken = lines.filter_map(|line| match line.kind {
        Kind::Breaks(breach) => Some((line.at.b, breach)),
        _ => None,
    });
    (broken.collect(), differences.summary())
}

/// A call of which the time is rounded down to microseconds, as in the text.
struct Rounded<'t>(Record<'t>);

impl Comparable for Rounded<'_> {
    fn start_ns(&self) -> u64 {
        self.0.start_us() * 1000
    }

    fn compare(&self, other: &Self) -> Likeness {
        self.0.compare(&other.0)
    }

    fn compare_unmeasured(&self, other: &Self) -> Likeness {
        self.0.compare_unmeasured(&other.0)
    }

    fn timing(&self) -> Timing {
        self.0.timing()
    }
}

impl fmt::Display for Rounded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How the traces differ in their text.
fn rounded(a: &[u8], b: &[u8]) -> Summary {
    let side = |bytes| Records::new(bytes).map(|record| Ok::<_, Infallible>(Rounded(record)));
    let options = Options { native: true, resolution_ns: 1000, ..Options::default() };
    let mut differences = Differences::new(side(a), side(b), options);
    differences.by_ref().for_each(drop);
    differences.summary()
}

/// So many calls, each late by one of these times, nanoseconds.
fn late(calls: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<u64>> {
    vec(prop_oneof![Just(0), 0..3_000_u64, 0..40_000_000_u64], calls)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_chip_that_takes_longer_is_alike(
        ops in vec(op(), 0..60),
        late in late(1..100),
        call_ns in 0_u64..5_000,
    ) {
        let program = Program::new(ops);
        let a = program.simulated();
        let b = program.on(Chip { call_ns, late: &late, hurry: None });
        let (broken, summary) = compared(&a.bytes, &b.bytes);
        prop_assert_eq!(broken, []);
        prop_assert!(summary.is_identical(), "{:?}", summary);
        let summary = rounded(&a.bytes, &b.bytes);
        prop_assert!(summary.is_identical(), "{:?}", summary);
    }

    #[test]
    fn a_trace_is_alike_to_itself(ops in vec(op(), 0..60)) {
        let a = Program::new(ops).simulated();
        let (broken, summary) = compared(&a.bytes, &a.bytes);
        prop_assert_eq!(broken, []);
        prop_assert!(summary.is_identical(), "{:?}", summary);
    }

    #[test]
    fn one_wait_that_is_too_short_is_found(
        ops in vec(op(), 1..60),
        late in late(1..100),
        which in any::<Index>(),
        part in any::<Index>(),
    ) {
        let program = Program::new(ops);
        let a = program.simulated();
        // The last wait is not seen to end.
        let waits: Vec<_> = a.waits.iter().filter(|wait| wait.call + 1 < a.calls()).collect();
        prop_assume!(!waits.is_empty());
        let wait = waits[which.index(waits.len())];
        let by_ns = part.index(wait.ns as usize) as u64 + 1;
        let chip = Chip { call_ns: 0, late: &late, hurry: Some((wait.call, by_ns)) };
        let (broken, summary) = compared(&a.bytes, &program.on(chip).bytes);
        prop_assert!(!summary.is_identical());
        prop_assert_eq!(broken.len(), 1, "{:?}", broken);
        prop_assert_eq!(broken[0].0, wait.call as u64 + 1);
        let (ns, least_ns) = match broken[0].1 {
            Breach::Sleep { ns, least_ns } | Breach::Delay { ns, least_ns } => (ns, least_ns),
            Breach::Transfer { ns, least_ns, .. } => (ns, least_ns),
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        prop_assert_eq!((ns, least_ns), (wait.ns - by_ns, wait.ns));
    }

    #[test]
    fn swapped_calls_are_found(ops in vec(op(), 2..60), which in any::<Index>()) {
        let a = Program::new(ops).simulated();
        let records: Vec<_> = Records::new(&a.bytes).collect();
        let pairs: Vec<usize> = (1..records.len())
            .filter(|at| records[at - 1].compare_unmeasured(&records[*at]) != Likeness::Equal)
            .collect();
        prop_assume!(!pairs.is_empty());
        let at = pairs[which.index(pairs.len())];
        let (_, summary) = compared(&a.bytes, &a.with_swapped(at - 1));
        prop_assert!(!summary.is_identical());
        prop_assert!(summary.changed + summary.only_a + summary.only_b > 0, "{:?}", summary);
    }
}
