//! Two traces side by side: which call of one belongs to which of the other.
//!
//! Calls are read as they are needed, and at most [`WINDOW`] of each trace are held. Where they do not come together again
//! within these, hashes of many more calls are looked at.

use std::{collections::VecDeque, fmt::Display};

use super::{
    Comparable, Likeness, LookAhead, Options, anchor,
    far::Far,
    search::{self, Edit, Stretches},
    source::Source,
    step::{Side, Step},
};

/// Calls of each trace that are held, and among which the traces are looked for to come together again, before those that
/// can be [looked at ahead of time](LookAhead) are.
pub const WINDOW: usize = 4096;

/// Windows that are tried first, for most differences are small.
const SIZES: [usize; 2] = [64, 512];

/// Calls of each trace that are aligned where hardly a piece is equal. The work grows with its square.
const DENSE: usize = 2048;

/// What part of a window must be equal in one piece for the traces to be together again beyond doubt.
const SURE_PART: usize = 4;

/// What part of a dense window must have found a counterpart; else the traces are apart.
const PAIRED_PART: usize = 8;

/// Equal calls in one piece after which the traces are no longer in step by their order alone.
const TOGETHER: usize = 64;

/// Equal calls in one piece behind which a difference has nothing to do with the ones before.
const APART_FROM_OTHERS: usize = 512;

/// Differences, one soon after the other, after which the traces may be together in the wrong place: where the rounds of a
/// loop are alike, each of them has a few.
const DOUBTED: usize = 8;

/// Calls of each trace that are shown where they go different ways.
const APART_SHOWN: usize = 4;

/// The steps of an alignment. After the last, or after the error of one of its traces, it is at its end.
#[derive(Debug)]
pub(super) struct Alignment<A: Iterator, B, T, E> {
    a: Source<A, T, E>,
    b: Source<B, T, E>,
    like: fn(&T, &T) -> Likeness,
    hash: fn(&T) -> Option<u64>,
    ready: VecDeque<Step<T>>,
    /// Calls of each that have no counterpart, behind those that are ready.
    gap: (usize, usize),
    far: Far,
    /// Equal calls since the last difference.
    equal: usize,
    /// Differences that came soon after each other, and how many make it doubtful that the traces are together.
    differences: usize,
    doubted: usize,
    /// Whether a whole window had changed calls, but none that only one trace has.
    in_step: bool,
    /// Whether it was told that calls are paired by their order.
    order_told: bool,
    end_told: bool,
    done: bool,
}

impl<A, B, T, E> Alignment<A, B, T, E>
where
    A: LookAhead<Item = Result<T, E>>,
    B: LookAhead<Item = Result<T, E>>,
    T: Comparable + Display,
{
    pub(super) fn new(a: A, b: B, options: Options) -> Self {
        let (a, b) = (Source::new(a), Source::new(b));
        let like = if options.native { T::compare_unmeasured } else { T::compare };
        let hash = if options.native { T::fingerprint_unmeasured } else { T::fingerprint };
        Self {
            a,
            b,
            like,
            hash,
            ready: VecDeque::new(),
            gap: (0, 0),
            far: Far::default(),
            equal: 0,
            differences: 0,
            doubted: DOUBTED,
            in_step: false,
            order_told: false,
            end_told: false,
            done: false,
        }
    }

    /// Decides about the calls from a difference on, as many as can be decided about.
    fn resynchronise(&mut self) {
        self.differences += 1;
        if self.differences > self.doubted
            && let Some(gap) = self.doubt()
        {
            return self.step_over(gap);
        }
        let mut seen = (0, 0);
        for size in SIZES {
            self.a.fill(size);
            self.b.fill(size);
            let stretches = self.stretches(size);
            // Nothing more to be seen: the traces end, or their calls are too long.
            if stretches.lens == seen {
                break;
            }
            seen = stretches.lens;
            let Some(edits) = self.search(stretches, size) else { continue };
            if let Some(taken) = self.beyond_doubt(stretches, &edits, size) {
                return self.take(&edits[..taken]);
            }
        }
        self.a.fill(WINDOW);
        self.b.fill(WINDOW);
        let stretches = self.stretches(WINDOW);
        if let Some(gap) = self.gap(stretches) {
            let stretches = Stretches { lens: gap, ended: (true, true) };
            let edits = self.search(stretches, WINDOW);
            return self.take(&edits.unwrap_or_else(|| unpaired(gap)));
        }
        let far = self.far_gap();
        if let Some(gap) = far.filter(|gap| gap.0.min(gap.1) <= DENSE) {
            return self.step_over(gap);
        }
        let stretches = self.stretches(DENSE);
        let edits = self.search(stretches, DENSE).unwrap_or_default();
        let paired = edits.iter().filter(|edit| is_pair(**edit)).count();
        let (end_a, end_b) = (self.a.end.is_some(), self.b.end.is_some());
        if paired > 0 && paired >= stretches.lens.0.min(stretches.lens.1) / PAIRED_PART {
            self.in_step = !end_a && !end_b && paired == edits.len();
            if let Some(longest) = self.far.longest()
                && !std::mem::replace(&mut self.order_told, true)
            {
                self.ready.push_back(Step::InOrder(longest));
            }
            let last = self.a.has_failed() || self.b.has_failed() || stretches.ended == (true, true);
            self.take(&edits[..if last { edits.len() } else { looked_beyond(&edits) }]);
        } else if let Some(gap) = far {
            self.step_over(gap);
        } else if end_a || end_b {
            let rest = |ends: bool, len| if ends { len } else { 0 };
            let rest = (rest(end_a, self.a.window.len()), rest(end_b, self.b.window.len()));
            self.take(&unpaired(rest));
        } else {
            let first = |window: &mut VecDeque<T>| window.drain(..window.len().min(APART_SHOWN)).collect();
            let (a, b) = (first(&mut self.a.window), first(&mut self.b.window));
            self.ready.push_back(Step::Apart(a, b, self.far.longest().unwrap_or(WINDOW)));
            self.done = true;
        }
    }

    /// A gap that explains why there are so many differences. If there is none, more of them are needed for the next doubt.
    fn doubt(&mut self) -> Option<(usize, usize)> {
        self.a.fill(WINDOW);
        self.b.fill(WINDOW);
        let gap = self.far_gap().filter(|gap| gap.0.min(gap.1) <= DENSE);
        let is_shift = gap.is_some_and(|gap| gap.0.abs_diff(gap.1) >= SIZES[0]);
        self.differences = 0;
        self.doubted = if is_shift { DOUBTED } else { self.doubted * 2 };
        gap.filter(|_| is_shift)
    }

    /// The first `size` calls that are held.
    fn stretches(&self, size: usize) -> Stretches {
        let lens = (self.a.window.len().min(size), self.b.window.len().min(size));
        let ended_a = self.a.has_ended() && lens.0 == self.a.window.len();
        let ended_b = self.b.has_ended() && lens.1 == self.b.window.len();
        Stretches { lens, ended: (ended_a, ended_b) }
    }

    /// The cheapest alignment of `stretches`, if it costs at most `most`.
    fn search(&mut self, stretches: Stretches, most: usize) -> Option<Vec<Edit>> {
        let like = self.like;
        self.either_way(|a, b, swapped| {
            let stretches = if swapped { stretches.swapped() } else { stretches };
            let edits = search::cheapest(stretches, most, |x, y| like(&a[x], &b[y]));
            edits.map(|edits| if swapped { search::swapped(edits) } else { edits })
        })
    }

    /// How many calls of each lie before the next place where the traces are together beyond doubt.
    fn gap(&mut self, stretches: Stretches) -> Option<(usize, usize)> {
        let like = self.like;
        self.either_way(|a, b, swapped| {
            let stretches = if swapped { stretches.swapped() } else { stretches };
            let like = |x: usize, y: usize| like(&a[x], &b[y]);
            let gap = anchor::gap(stretches.lens, SIZES[0], like);
            gap.map(|(a, b)| if swapped { (b, a) } else { (a, b) })
        })
    }

    /// How many calls of each lie before the next place, however far ahead, where the traces are together.
    fn far_gap(&mut self) -> Option<(usize, usize)> {
        let swapped = self.is_swapped();
        self.far.gap(&self.a, &self.b, self.hash, swapped)
    }

    /// Takes the calls before a place where the traces are together again: those that are held, if all of one trace are,
    /// find their counterparts.
    fn step_over(&mut self, gap: (usize, usize)) {
        let lens = (gap.0.min(self.a.window.len()), gap.1.min(self.b.window.len()));
        let edits = match (lens.0 == gap.0, lens.1 == gap.1) {
            (false, false) => None,
            // The other trace's gap goes on behind what is held of it, so that only the end of this one counts.
            (whole_a, whole_b) => self.search(Stretches { lens, ended: (whole_b, whole_a) }, WINDOW),
        };
        let edits = edits.unwrap_or_default();
        let of = |side: Edit| edits.iter().filter(|edit| is_pair(**edit) || **edit == side).count();
        self.gap = (gap.0 - of(Edit::OnlyA), gap.1 - of(Edit::OnlyB));
        (self.in_step, self.order_told) = (false, false);
        self.take(&edits);
    }

    /// Looks at both windows, either way round.
    fn either_way<R>(&mut self, look: impl FnOnce(&[T], &[T], bool) -> R) -> R {
        let swapped = self.is_swapped();
        let (a, b) = (self.a.window.make_contiguous(), self.b.window.make_contiguous());
        if swapped { look(b, a, true) } else { look(a, b, false) }
    }

    /// Whether the traces are looked at the other way round: among alignments of one price, the choice must not depend on
    /// which trace is called the first.
    fn is_swapped(&self) -> bool {
        match (self.a.window.front(), self.b.window.front()) {
            (Some(a), Some(b)) => a.to_string() > b.to_string(),
            (a, _) => a.is_some(),
        }
    }

    /// How many of `edits` are surely right, if any are.
    fn beyond_doubt(&mut self, stretches: Stretches, edits: &[Edit], size: usize) -> Option<usize> {
        if stretches.ended == (true, true) {
            return Some(edits.len());
        }
        let mut end = edits.len();
        for run in edits.chunk_by(|one, other| one == other).rev() {
            if run[0] == Edit::Equal && run.len() >= size / SURE_PART {
                self.in_step = false;
                return Some(end);
            }
            end -= run.len();
        }
        let in_step = self.in_step && edits.iter().all(|edit| is_pair(*edit));
        in_step.then(|| looked_beyond(edits))
    }

    fn take(&mut self, edits: &[Edit]) {
        for edit in edits {
            let step = match edit {
                Edit::Equal => self.a.next().zip(self.b.next()).map(|(a, b)| Step::Equal(a, b)),
                Edit::Changed => self.a.next().zip(self.b.next()).map(|(a, b)| Step::Changed(a, b)),
                Edit::OnlyA => self.only(Side::A),
                Edit::OnlyB => self.only(Side::B),
            };
            self.ready.extend(step);
        }
    }

    /// The next call of a gap: those of the first trace come first.
    fn next_of_gap(&mut self) -> Option<Step<T>> {
        let (side, left) = match &mut self.gap {
            (0, 0) => return None,
            (0, b) => (Side::B, b),
            (a, _) => (Side::A, a),
        };
        *left -= 1;
        let step = self.only(side);
        if step.is_none() {
            // The trace has become shorter since it was looked at.
            self.gap = (0, 0);
        }
        step
    }

    fn only(&mut self, side: Side) -> Option<Step<T>> {
        let next = match side {
            Side::A => self.a.next(),
            Side::B => self.b.next(),
        };
        next.map(|call| Step::Only(side, call))
    }
}

impl<A, B, T, E> Iterator for Alignment<A, B, T, E>
where
    A: LookAhead<Item = Result<T, E>>,
    B: LookAhead<Item = Result<T, E>>,
    T: Comparable + Display,
{
    type Item = Result<Step<T>, E>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(step) = self.ready.pop_front() {
                return Some(Ok(step));
            }
            if self.done {
                return None;
            }
            self.a.fill(1);
            self.b.fill(1);
            if let Some(error) = self.a.failure().or_else(|| self.b.failure()) {
                self.done = true;
                return Some(Err(error));
            }
            if let Some(step) = self.next_of_gap() {
                return Some(Ok(step));
            }
            let side = match (self.a.window.front(), self.b.window.front()) {
                (Some(a), Some(b)) if (self.like)(a, b) == Likeness::Equal => {
                    self.equal += 1;
                    match self.equal {
                        TOGETHER => (self.in_step, self.order_told) = (false, false),
                        APART_FROM_OTHERS => (self.differences, self.doubted) = (0, DOUBTED),
                        _ => {}
                    }
                    return self.a.next().zip(self.b.next()).map(|(a, b)| Ok(Step::Equal(a, b)));
                }
                (Some(_), Some(_)) => {
                    self.equal = 0;
                    self.resynchronise();
                    continue;
                }
                (None, None) => return None,
                (None, Some(_)) => Side::B,
                (Some(_), None) => Side::A,
            };
            if !std::mem::replace(&mut self.end_told, true) {
                return Some(Ok(Step::Ends(side.other())));
            }
            return self.only(side).map(Ok);
        }
    }
}

fn is_pair(edit: Edit) -> bool {
    matches!(edit, Edit::Equal | Edit::Changed)
}

/// So many calls of each, without counterparts.
fn unpaired((a, b): (usize, usize)) -> Vec<Edit> {
    [vec![Edit::OnlyA; a], vec![Edit::OnlyB; b]].concat()
}

/// The half of `edits` that is decided; the other is looked at again with what comes behind it.
fn looked_beyond(edits: &[Edit]) -> usize {
    edits.len().div_ceil(2)
}
