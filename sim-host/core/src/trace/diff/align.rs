//! Two traces side by side: which call of one belongs to which of the other.
//!
//! Calls are read as they are needed, and at most [`WINDOW`] of each trace are held.

use std::{collections::VecDeque, fmt::Display};

use super::{
    Comparable, Likeness, Options, anchor,
    search::{self, Edit, Stretches},
    source::Source,
};

/// Calls of each trace among which the traces are looked for to come together again.
pub const WINDOW: usize = 4096;

/// Windows that are tried first, for most differences are small.
const SIZES: [usize; 2] = [64, 512];

/// Calls of each trace that are aligned where hardly a piece is equal. The work grows with its square.
const DENSE: usize = 2048;

/// What part of a window must be equal in one piece for the traces to be together again beyond doubt.
const SURE_PART: usize = 4;

/// What part of a dense window must have found a counterpart; else the traces are apart.
const PAIRED_PART: usize = 8;

/// Calls of each trace that are shown where they go different ways.
const APART_SHOWN: usize = 4;

/// One of the two traces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The first.
    A,
    /// The second.
    B,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

/// What comes next in the two traces.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step<T> {
    /// The same call in both, at whatever time.
    Equal(T, T),
    /// A call of the same function, with other arguments or results.
    Changed(T, T),
    /// A call that only one of them has.
    Only(Side, T),
    /// This one ends here; the other goes on.
    Ends(Side),
    /// Here they go different ways, and do not come together again within [`WINDOW`] calls. The last step, with the
    /// next few calls of each.
    Apart(Vec<T>, Vec<T>),
}

/// The steps of an alignment. After the last, or after the error of one of its traces, it is at its end.
#[derive(Debug)]
pub(super) struct Alignment<A: Iterator, B, T, E> {
    a: Source<A, T, E>,
    b: Source<B, T, E>,
    like: fn(&T, &T) -> Likeness,
    ready: VecDeque<Step<T>>,
    /// Whether a whole window had changed calls, but none that only one trace has.
    in_step: bool,
    end_told: bool,
    done: bool,
}

impl<A, B, T, E> Alignment<A, B, T, E>
where
    A: Iterator<Item = Result<T, E>>,
    B: Iterator<Item = Result<T, E>>,
    T: Comparable + Display,
{
    pub(super) fn new(a: A, b: B, options: Options) -> Self {
        let (a, b) = (Source::new(a), Source::new(b));
        let like = if options.native { T::compare_unmeasured } else { T::compare };
        Self { a, b, like, ready: VecDeque::new(), in_step: false, end_told: false, done: false }
    }

    /// Decides about the calls from a difference on, as many as can be decided about.
    fn resynchronise(&mut self) {
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
        let stretches = self.stretches(DENSE);
        let edits = self.search(stretches, DENSE).unwrap_or_default();
        let paired = edits.iter().filter(|edit| is_pair(**edit)).count();
        let (end_a, end_b) = (self.a.end.is_some(), self.b.end.is_some());
        if paired > 0 && paired >= stretches.lens.0.min(stretches.lens.1) / PAIRED_PART {
            self.in_step = !end_a && !end_b && paired == edits.len();
            let last = self.a.has_failed() || self.b.has_failed() || stretches.ended == (true, true);
            self.take(&edits[..if last { edits.len() } else { looked_beyond(&edits) }]);
        } else if end_a || end_b {
            let rest = |ends: bool, len| if ends { len } else { 0 };
            let rest = (rest(end_a, self.a.window.len()), rest(end_b, self.b.window.len()));
            self.take(&unpaired(rest));
        } else {
            let first = |window: &mut VecDeque<T>| window.drain(..window.len().min(APART_SHOWN)).collect();
            self.ready.push_back(Step::Apart(first(&mut self.a.window), first(&mut self.b.window)));
            self.done = true;
        }
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

    /// Looks at both windows, either way round: among alignments of one price, the choice must not depend on which
    /// trace is called the first.
    fn either_way<R>(&mut self, look: impl FnOnce(&[T], &[T], bool) -> R) -> R {
        let (a, b) = (self.a.window.make_contiguous(), self.b.window.make_contiguous());
        let swapped = match (a.first(), b.first()) {
            (Some(a), Some(b)) => a.to_string() > b.to_string(),
            (a, _) => a.is_some(),
        };
        if swapped { look(b, a, true) } else { look(a, b, false) }
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
                Edit::OnlyA => self.a.next().map(|a| Step::Only(Side::A, a)),
                Edit::OnlyB => self.b.next().map(|b| Step::Only(Side::B, b)),
            };
            self.ready.extend(step);
        }
    }
}

impl<A, B, T, E> Iterator for Alignment<A, B, T, E>
where
    A: Iterator<Item = Result<T, E>>,
    B: Iterator<Item = Result<T, E>>,
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
            let (side, rest) = match (self.a.window.front(), self.b.window.front()) {
                (Some(a), Some(b)) if (self.like)(a, b) == Likeness::Equal => {
                    return self.a.next().zip(self.b.next()).map(|(a, b)| Ok(Step::Equal(a, b)));
                }
                (Some(_), Some(_)) => {
                    self.resynchronise();
                    continue;
                }
                (None, None) => return None,
                (None, Some(_)) => (Side::B, &mut self.b.window),
                (Some(_), None) => (Side::A, &mut self.a.window),
            };
            if !std::mem::replace(&mut self.end_told, true) {
                return Some(Ok(Step::Ends(side.other())));
            }
            return rest.pop_front().map(|call| Ok(Step::Only(side, call)));
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
