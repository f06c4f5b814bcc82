//! Gaps in long traces that are longer than what a comparison holds of them: found exactly, or it is said that they were not
//! looked for any further.

use std::fmt;

use device_abi::{
    Function,
    trace::{CallRecord, Recorder, Records, TraceBuffer},
};
use proptest::prelude::*;
use sim_host::trace::diff::{
    Comparable, Difference, Differences, Kind, LONGEST_GAP, Likeness, LookAhead, Options, Side, Summary,
    WINDOW, fingerprint, rows, summary,
};

/// Calls in a round of a guest's loop.
const ROUND: u64 = 8;

/// Rounds that may be taken for changed ones before a gap is seen.
const DOUBTFUL: u64 = 32;

/// A call of a loop: its place in the round, and what it read there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call {
    place: u64,
    reading: u64,
}

impl Call {
    /// Call `number` of a loop that reads something new in each round.
    fn of(number: u64) -> Self {
        let place = number % ROUND;
        Self { place, reading: if place == 5 { number / ROUND } else { 0 } }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "f{} {}", self.place, self.reading)
    }
}

impl Comparable for Call {
    fn start_ns(&self) -> u64 {
        0
    }

    fn compare(&self, other: &Self) -> Likeness {
        match (self == other, self.place == other.place) {
            (true, _) => Likeness::Equal,
            (_, true) => Likeness::SameFunction,
            _ => Likeness::Unlike,
        }
    }

    fn fingerprint(&self) -> Option<u64> {
        Some(fingerprint(&self.to_string()))
    }
}

/// What a pipe is: it can be read only once.
struct Pipe<I>(I);

impl<I: Iterator> Iterator for Pipe<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }
}

impl<I: Iterator> LookAhead for Pipe<I> {
    fn ahead(&self) -> Option<impl Iterator<Item = I::Item>> {
        None::<Self>
    }
}

fn ok(call: Call) -> Result<Call, ()> {
    Ok(call)
}

fn diff(a: &[Call], b: &[Call]) -> Summary {
    let mut all = Differences::new(a.iter().copied().map(ok), b.iter().copied().map(ok), Options::default());
    all.by_ref().for_each(drop);
    all.summary()
}

/// Calls that are equal, changed, only in the first, and only in the second.
fn counts(summary: &Summary) -> (u64, u64, u64, u64) {
    (summary.equal, summary.changed, summary.only_a, summary.only_b)
}

/// A trace without the calls from `start` on, `gap` of them.
fn cut(trace: &[Call], start: usize, gap: usize) -> Vec<Call> {
    [&trace[..start], &trace[start + gap..]].concat()
}

#[test]
fn rounds_cut_out_of_a_long_trace_are_one_gap() {
    let long: Vec<Call> = (0..40_000).map(Call::of).collect();
    let short = cut(&long, 12_000, 700 * 8);
    assert_eq!(counts(&diff(&long, &short)), (34_400, 0, 5_600, 0));
    assert_eq!(counts(&diff(&short, &long)), (34_400, 0, 0, 5_600));
    assert_eq!(diff(&long, &short).in_order, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_cut_is_exact(start in 0_usize..10_000, gap in 1_usize..20_000, rest in 1_200_usize..4_000) {
        let long: Vec<Call> = (0..(start + gap + rest) as u64).map(Call::of).collect();
        let short = cut(&long, start, gap);
        let (equal, gap) = (short.len() as u64, gap as u64);
        prop_assert_eq!(counts(&diff(&long, &short)), (equal, 0, gap, 0));
        prop_assert_eq!(counts(&diff(&short, &long)), (equal, 0, 0, gap));
    }

    #[test]
    fn edits_on_both_sides_of_a_cut_cost_no_more_than_they_are(
        edits in proptest::collection::btree_set(0_u64..120, 0..12),
        gap in 5_000_usize..20_000,
    ) {
        let long: Vec<Call> = (0..30_000).map(Call::of).collect();
        let mut short = cut(&long, 5_000, gap);
        // Some of them before the cut, most behind it.
        for edit in &edits {
            short[4_007 + *edit as usize * 50].reading += 1_000_000;
        }
        let summary = diff(&long, &short);
        prop_assert_eq!(counts(&summary), ((short.len() - edits.len()) as u64, edits.len() as u64, gap as u64, 0));
    }
}

#[test]
fn a_gap_in_a_loop_of_long_rounds_is_seen_after_a_few_of_them() {
    for (round, gap) in [(20, 1_000), (20, 8_000), (52, 5_200)] {
        let call = |number: u64| Call {
            place: number % round,
            reading: if number % round == 5 { number / round } else { 0 },
        };
        let long: Vec<Call> = (0..30_000).map(call).collect();
        let short = cut(&long, 12_000, gap);
        let (equal, changed, only_a, only_b) = counts(&diff(&long, &short));
        assert_eq!((only_a, only_b), (gap as u64, 0), "{round} {changed}");
        assert!(changed <= DOUBTFUL && equal + changed == short.len() as u64, "{round} {changed}");
    }
}

#[test]
fn the_longest_gap_is_found() {
    let rest = 2_000;
    let a = (0..LONGEST_GAP as u64 + rest).map(Call::of);
    let b = (LONGEST_GAP as u64..LONGEST_GAP as u64 + rest).map(Call::of);
    let mut all = Differences::new(a.map(ok), b.map(ok), Options::default());
    all.by_ref().for_each(drop);
    assert_eq!(counts(&all.summary()), (rest, 0, LONGEST_GAP as u64, 0));
}

#[test]
fn readings_that_differ_for_long_stay_in_step() {
    let a: Vec<Call> = (0..40_000).map(Call::of).collect();
    let mut b = a.clone();
    let noise = b[10_000..30_000].iter_mut().filter(|call| call.place == 5);
    noise.for_each(|call| call.reading += 1_000_000);
    assert_eq!(counts(&diff(&a, &b)), (37_500, 2_500, 0, 0));
    // A gap behind it is found all the same.
    assert_eq!(counts(&diff(&a, &cut(&b, 32_000, 6_000))), (31_500, 2_500, 6_000, 0));
}

#[test]
fn what_was_replaced_by_something_longer_is_a_gap_of_both() {
    let a: Vec<Call> = (0..30_000).map(Call::of).collect();
    let other = (0..9_000).map(|reading| Call { place: 99, reading });
    let b: Vec<Call> = a[..10_000].iter().copied().chain(other).chain(a[16_000..].iter().copied()).collect();
    assert_eq!(counts(&diff(&a, &b)), (24_000, 0, 6_000, 9_000));
}

#[test]
fn it_is_said_where_the_bound_decides() {
    let all = |range: std::ops::Range<u64>| Pipe(range.map(Call::of).map(ok));
    let short = Pipe((0..1_000).chain(6_600..20_000).map(Call::of).map(ok));
    let mut differences = Differences::new(all(0..20_000), short, Options::default());
    let found: Vec<Difference<Call>> = differences.by_ref().map(Result::unwrap).collect();
    let remarks = found.iter().flat_map(|difference| &difference.lines);
    let remarks: Vec<u64> =
        remarks.filter(|line| matches!(line.kind, Kind::InOrder(WINDOW))).map(|line| line.at.a).collect();
    assert_eq!(remarks, [1_006]);
    let text: Vec<String> = rows(&found[0], ["a", "b"]).into_iter().map(|row| row.text).collect();
    assert_eq!(
        text[3],
        "~ a and b do not come together again behind a gap of up to 4096 calls: from here on, calls are paired in order"
    );
    let counted = differences.summary();
    assert!(counted.changed > 1_000 && !counted.is_identical(), "{counted:?}");
    let text = summary(&counted, true, ["a", "b"]);
    assert!(text.ends_with("; paired in order from call 1006 on, perhaps wrongly"), "{text}");
    // A shorter gap is found, and there is nothing to be said.
    let short = Pipe((0..1_000).chain(4_200..20_000).map(Call::of).map(ok));
    let mut differences = Differences::new(all(0..20_000), short, Options::default());
    let only = |line: &sim_host::trace::diff::Line<Call>| matches!(line.kind, Kind::Only(Side::A, _));
    let found = differences.by_ref().map(Result::unwrap);
    assert_eq!(found.flat_map(|difference| difference.lines).filter(only).count(), 3_200);
    assert_eq!(differences.summary().in_order, None);
}

/// A record of `clock.now`.
fn now(start_ns: u64, app: u8, end: impl FnOnce(CallRecord<'_>)) -> Vec<u8> {
    let mut buffer = TraceBuffer::new(usize::MAX, usize::MAX);
    end(Recorder::new(&mut buffer, app).call(Function::ClockNow, start_ns));
    buffer.bytes().to_vec()
}

#[test]
fn records_have_the_same_fingerprint_if_they_are_equal() {
    let all = [
        now(0, 0, |call| call.returned_value(7)),
        now(9, 0, |call| call.returned_value(7)),
        now(0, 1, |call| call.returned_value(7)),
        now(0, 0, |call| call.returned_value(8)),
        now(0, 0, |call| call.trapped(0)),
    ];
    let all: Vec<_> = all.iter().map(|bytes| Records::new(bytes).next().unwrap()).collect();
    for one in &all {
        for other in &all {
            let is_equal = one.compare(other) == Likeness::Equal;
            assert_eq!(one.fingerprint() == other.fingerprint(), is_equal, "{one} {other}");
            let is_equal = one.compare_unmeasured(other) == Likeness::Equal;
            let is_same = one.fingerprint_unmeasured() == other.fingerprint_unmeasured();
            assert_eq!(is_same, is_equal, "{one} {other}");
        }
    }
    assert_eq!(all[0].compare_unmeasured(&all[3]), Likeness::Equal);
}
