//! Differences of traces: found as they were made, the same from either side, in bounded memory.

use std::{cell::Cell, fmt, rc::Rc};

use proptest::{collection::vec, prelude::*, sample::Index};
use sim_host::trace::diff::{
    Comparable, Difference, Differences, Kind, Likeness, Options, Side, Summary, WINDOW, headline, rows,
    summary,
};

/// A call of a function that does not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Call {
    time_us: u64,
    function: u8,
    argument: u32,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} us  f{} {}", self.time_us, self.function, self.argument)
    }
}

impl Comparable for Call {
    fn start_ns(&self) -> u64 {
        self.time_us * 1000
    }

    fn compare(&self, other: &Self) -> Likeness {
        match (self.function == other.function, self.argument == other.argument) {
            (true, true) => Likeness::Equal,
            (true, false) => Likeness::SameFunction,
            _ => Likeness::Unlike,
        }
    }
}

type Found = (Vec<Difference<Call>>, Summary);

fn diff_with(a: &[Call], b: &[Call], options: Options) -> Found {
    let (a, b) = (a.iter().cloned().map(Ok::<_, ()>), b.iter().cloned().map(Ok));
    let mut differences = Differences::new(a, b, options);
    let found = differences.by_ref().map(|difference| difference.unwrap()).collect();
    (found, differences.summary())
}

fn diff(a: &[Call], b: &[Call]) -> Found {
    diff_with(a, b, Options::default())
}

/// What is different, with the numbers of the calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Made {
    OnlyA(u64),
    OnlyB(u64),
    Changed(u64, u64),
    Shifted(u64, u64, i128),
    Ends(bool),
    Apart(u64, u64),
}

impl Made {
    fn mirrored(self) -> Self {
        match self {
            Self::OnlyA(number) => Self::OnlyB(number),
            Self::OnlyB(number) => Self::OnlyA(number),
            Self::Changed(a, b) => Self::Changed(b, a),
            Self::Shifted(a, b, distance) => Self::Shifted(b, a, -distance),
            Self::Ends(a) => Self::Ends(!a),
            Self::Apart(a, b) => Self::Apart(b, a),
        }
    }
}

fn made(differences: &[Difference<Call>]) -> Vec<Made> {
    let lines = differences.iter().flat_map(|difference| &difference.lines);
    let made = lines.filter_map(|line| match &line.kind {
        Kind::Same(_) | Kind::Breaks(_) | Kind::InOrder(_) => None,
        Kind::Only(Side::A, _) => Some(Made::OnlyA(line.at.a)),
        Kind::Only(Side::B, _) => Some(Made::OnlyB(line.at.b)),
        Kind::Changed(..) => Some(Made::Changed(line.at.a, line.at.b)),
        Kind::Shifted(distance) => Some(Made::Shifted(line.at.a, line.at.b, *distance)),
        Kind::Ends(side) => Some(Made::Ends(*side == Side::A)),
        Kind::Apart(..) => Some(Made::Apart(line.at.a, line.at.b)),
    });
    let mut made: Vec<Made> = made.collect();
    made.sort();
    made
}

/// Calls with few different functions and arguments, as a loop has them.
fn calls(
    arguments: u32,
    count: impl Into<proptest::collection::SizeRange>,
) -> impl Strategy<Value = Vec<Call>> {
    let call = (0u8..4, 0..arguments, 1u64..20);
    vec(call, count).prop_map(|calls| {
        let mut time_us = 0;
        let call = |(function, argument, took_us)| {
            time_us += took_us;
            Call { time_us, function, argument }
        };
        calls.into_iter().map(call).collect()
    })
}

/// Calls that are all different.
fn distinct(count: u32) -> Vec<Call> {
    let call = |n: u32| Call { time_us: u64::from(n) * 10, function: (n % 3) as u8, argument: n };
    (0..count).map(call).collect()
}

/// A change to a trace.
#[derive(Debug, Clone, Copy)]
enum Change {
    Delete,
    Insert,
    Argument,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![Just(Change::Delete), Just(Change::Insert), Just(Change::Argument)]
}

/// Makes the change in every place, which are numbers of calls in ascending order, and tells what should be found.
fn changed(a: &[Call], places: &[(usize, Change)]) -> (Vec<Call>, Vec<Made>) {
    let (mut b, mut expected) = (Vec::new(), Vec::new());
    for (at, call) in a.iter().enumerate() {
        let number = at as u64 + 1;
        match places.iter().find(|(place, _)| *place == at) {
            Some((_, Change::Delete)) => {
                expected.push(Made::OnlyA(number));
                continue;
            }
            Some((_, Change::Insert)) => {
                b.push(Call { function: 9, ..call.clone() });
                expected.push(Made::OnlyB(b.len() as u64));
            }
            Some((_, Change::Argument)) => {
                b.push(Call { argument: call.argument + 1_000_000, ..call.clone() });
                expected.push(Made::Changed(number, b.len() as u64));
                continue;
            }
            None => {}
        }
        b.push(call.clone());
    }
    expected.sort();
    (b, expected)
}

proptest! {
    #[test]
    fn a_trace_has_no_difference_from_itself(trace in calls(3, 0..300)) {
        let (differences, summary) = diff(&trace, &trace);
        prop_assert_eq!(differences, []);
        prop_assert!(summary.is_identical());
        prop_assert_eq!(summary.equal, trace.len() as u64);
    }

    #[test]
    fn changes_far_apart_are_found_as_they_were_made(
        changes in vec((change(), 0usize..30), 1..12),
    ) {
        let a = distinct(1000);
        let place = |(at, (change, on)): (usize, &(Change, usize))| (at * 80 + on, *change);
        let places: Vec<_> = changes.iter().enumerate().map(place).collect();
        let (b, expected) = changed(&a, &places);
        prop_assert_eq!(made(&diff(&a, &b).0), expected);
    }

    #[test]
    fn changes_in_a_loop_cost_a_round_at_most(
        body in calls(3, 1..9),
        changes in vec((change(), 0usize..30), 1..6),
    ) {
        // What looks like a call left out may as well be the rest of the round put in: that shows at the end only.
        let a: Vec<Call> = body.iter().cycle().take(800).cloned().collect();
        let place = |(at, (change, on)): (usize, &(Change, usize))| (at * 120 + on, *change);
        let places: Vec<_> = changes.iter().enumerate().map(place).collect();
        let (b, _) = changed(&a, &places);
        let options = Options { times: false, ..Options::default() };
        let summary = diff_with(&a, &b, options).1;
        let most = places.len() * (1 + body.len());
        prop_assert!(summary.changed + summary.only_a + summary.only_b <= most as u64);
        prop_assert_eq!(summary.equal + summary.changed + summary.only_a, a.len() as u64);
        prop_assert_eq!(summary.equal + summary.changed + summary.only_b, b.len() as u64);
    }

    #[test]
    fn what_is_found_is_the_same_from_the_other_side(
        a in calls(3, 0..200),
        b in calls(3, 0..200),
        related in any::<bool>(),
        cuts in vec((any::<Index>(), change()), 0..20),
    ) {
        let b = if related && !a.is_empty() {
            let mut cuts: Vec<_> = cuts.iter().map(|(at, change)| (at.index(a.len()), *change)).collect();
            cuts.sort_by_key(|(at, _)| *at);
            changed(&a, &cuts).0
        } else {
            b
        };
        let (there, back) = (diff(&a, &b), diff(&b, &a));
        let mut mirrored: Vec<Made> = made(&back.0).into_iter().map(Made::mirrored).collect();
        mirrored.sort();
        prop_assert_eq!(made(&there.0), mirrored);
        prop_assert_eq!(there.1.equal, back.1.equal);
        prop_assert_eq!(there.1.equal + there.1.changed + there.1.only_a, a.len() as u64);
        prop_assert_eq!(there.1.equal + there.1.changed + there.1.only_b, b.len() as u64);
    }
}

#[test]
fn a_long_gap_is_found_although_changing_calls_would_be_cheaper() {
    // Of four calls, one has a value of its own.
    let body =
        |n: u32| Call { time_us: 0, function: (n % 4) as u8, argument: if n % 4 == 2 { n } else { 0 } };
    let a: Vec<Call> = (0..12_000).map(body).collect();
    let mut b = a.clone();
    b.drain(5_000..8_000);
    for (a, b, expected) in [(&a, &b, (3_000, 0)), (&b, &a, (0, 3_000))] {
        let summary = diff(a, b).1;
        assert_eq!((summary.only_a, summary.only_b, summary.changed), (expected.0, expected.1, 0));
    }
}

#[test]
fn calls_that_are_all_changed_stay_in_step() {
    let a = distinct(10_000);
    let b: Vec<Call> = a.iter().map(|call| Call { argument: call.argument + 1_000_000, ..*call }).collect();
    let summary = diff(&a, &b).1;
    assert_eq!((summary.equal, summary.changed, summary.only_a, summary.only_b), (0, 10_000, 0, 0));
}

#[test]
fn traces_that_part_for_good_are_not_read_to_their_end() {
    let read = Rc::new(Cell::new(0));
    let endless = |function: u8| {
        let read = read.clone();
        (0..).map(move |n| {
            read.set(read.get() + 1);
            let function = if n < 10 { 0 } else { function };
            Ok::<_, ()>(Call { time_us: n, function, argument: n as u32 })
        })
    };
    let mut differences = Differences::new(endless(1), endless(2), Options::default());
    let found: Vec<_> = differences.by_ref().map(Result::unwrap).collect();
    assert_eq!(made(&found), [Made::Apart(11, 11)]);
    assert_eq!(differences.summary().equal, 10);
    assert!(read.get() <= 2 * (WINDOW + 20), "{} calls were read", read.get());
    let text: Vec<String> = rows(&found[0], ["a", "b"]).into_iter().map(|row| row.text).collect();
    assert_eq!(text[3], "-     11         10 us  f1 10");
    assert_eq!(text[7], "+            11  10 us  f2 10");
    assert_eq!(text[11], "~ a and b do not come together again within 4096 calls");
    assert_eq!(
        summary(&differences.summary(), true, ["a", "b"]),
        "10 calls equal; not compared from call 11 on"
    );
}

/// A call that is counted while it is held.
#[derive(Debug)]
struct Counted(Call, Rc<Cell<usize>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
    }
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Comparable for Counted {
    fn start_ns(&self) -> u64 {
        self.0.start_ns()
    }

    fn compare(&self, other: &Self) -> Likeness {
        self.0.compare(&other.0)
    }
}

#[test]
fn few_calls_are_held_however_long_the_traces_are() {
    let (held, most) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(0)));
    let counted = |every: u32| {
        let (held, most) = (held.clone(), most.clone());
        (0..200_000u32).filter(move |n| n % 1000 != every).map(move |n| {
            held.set(held.get() + 1);
            most.set(most.get().max(held.get()));
            let call = Call { time_us: n.into(), function: (n % 3) as u8, argument: n };
            Ok::<_, ()>(Counted(call, held.clone()))
        })
    };
    let mut differences = Differences::new(counted(500), counted(600), Options::default());
    assert_eq!(differences.by_ref().count(), 400);
    let summary = differences.summary();
    assert_eq!((summary.equal, summary.only_a, summary.only_b), (199_600, 200, 200));
    assert!(most.get() < 1000, "{} calls were held", most.get());
    // One that ends early: all that comes behind is one difference.
    let mut differences = Differences::new(counted(0), counted(0).take(10), Options::default());
    assert_eq!(differences.by_ref().map(Result::unwrap).map(|found| found.lines.len()).max(), Some(18));
    assert!(most.get() < 1000, "{} calls were held", most.get());
}

#[test]
fn a_shift_in_time_is_one_difference() {
    let a = distinct(100);
    let mut b = a.clone();
    b[40..].iter_mut().for_each(|call| call.time_us += 310);
    let (differences, found) = diff(&a, &b);
    assert_eq!(made(&differences), [Made::Shifted(41, 41, 310_000)]);
    assert!(found.differs_in_times_only());
    assert_eq!(headline(&differences[0], ["a", "b"]), "from call 41 on, b is 310 us later");
    assert_eq!(
        summary(&found, true, ["a", "b"]),
        "only times differ: 100 calls equal; from call 41 on, b is 310 us later"
    );
    let (differences, found) = diff_with(&a, &b, Options { times: false, ..Options::default() });
    assert_eq!((differences.len(), found.is_identical()), (0, true));
}

#[test]
fn context_is_as_long_as_asked_for_and_shared_by_neighbours() {
    let a = distinct(100);
    let (b, _) = changed(&a, &[(20, Change::Delete), (24, Change::Argument), (60, Change::Insert)]);
    for (context, lines) in [(0, vec![1, 1, 1]), (1, vec![3, 3, 3]), (3, vec![11, 7]), (200, vec![101])] {
        let options = Options { context, times: false, ..Options::default() };
        let found: Vec<usize> = diff_with(&a, &b, options).0.iter().map(|found| found.lines.len()).collect();
        assert_eq!(found, lines, "{context}");
    }
}

#[test]
fn a_long_difference_comes_in_pieces() {
    let a = distinct(1000);
    let found = diff(&a, &a[..100]).0;
    assert!(found.len() > 1 && found.iter().all(|piece| piece.lines.len() < 40));
    assert_eq!(made(&found).len(), 901);
    for (at, piece) in found.iter().enumerate() {
        assert_eq!((piece.continues, piece.goes_on), (at > 0, at + 1 < found.len()));
    }
    assert_eq!(headline(&found[0], ["a", "b"]), "b ends after 100 calls, a goes on");
}

#[test]
fn a_full_piece_does_not_swallow_what_comes_next() {
    let a = distinct(40);
    let later = |call: &Call| Call { time_us: call.time_us + 5, ..*call };
    let b: Vec<Call> = a[12..].iter().map(later).collect();
    let found = diff_with(&a, &b, Options { context: 0, ..Options::default() }).0;
    assert_eq!(made(&found).last(), Some(&Made::Shifted(13, 1, 5_000)));
}

#[test]
fn an_error_comes_after_what_was_found_before_it() {
    let a = distinct(100);
    let (b, _) = changed(&a, &[(50, Change::Delete)]);
    let broken = |calls: &[Call], at: usize| {
        let good: Vec<_> = calls[..at].iter().cloned().map(Ok).collect();
        good.into_iter().chain([Err("half a line")])
    };
    let options = Options::default();
    let ends = |differences: Vec<Result<Difference<Call>, &str>>| {
        let errors = differences.iter().filter(|found| found.is_err()).count();
        (differences.len() - errors, differences.last().is_some_and(Result::is_err), errors)
    };
    assert_eq!(
        ends(Differences::new(broken(&a, 80), b.iter().cloned().map(Ok), options).collect()),
        (1, true, 1)
    );
    assert_eq!(
        ends(Differences::new(a.iter().cloned().map(Ok), broken(&b, 60), options).collect()),
        (1, true, 1)
    );
    assert_eq!(
        ends(Differences::new(broken(&a, 30), b.iter().cloned().map(Ok), options).collect()),
        (0, true, 1)
    );
    assert_eq!(ends(Differences::new(broken(&a, 0), broken(&b, 0), options).collect()), (0, true, 1));
}

#[test]
fn empty_traces() {
    let a = distinct(2);
    assert!(diff(&[], &[]).1.is_identical());
    assert_eq!(made(&diff(&a, &[]).0), [Made::OnlyA(1), Made::OnlyA(2), Made::Ends(false)]);
    assert_eq!(made(&diff(&[], &a).0), [Made::OnlyB(1), Made::OnlyB(2), Made::Ends(true)]);
}
