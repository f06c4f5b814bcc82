//! Differences with what is around them, and how many there are of each kind.

use std::{collections::VecDeque, fmt::Display};

use super::{
    Comparable, Options,
    align::{Alignment, Side, Step},
    shift::Shift,
};

/// Lines of one difference, besides its context; a longer one is given in pieces, so that it does not fill the memory.
const PIECE_LINES: usize = 12;

/// The number of the call that comes next, in each trace, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In the first trace.
    pub a: u64,
    /// In the second.
    pub b: u64,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<T> {
    /// Where it is.
    pub at: Place,
    /// What it says.
    pub kind: Kind<T>,
}

/// What a line of a difference says.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<T> {
    /// The same call in both traces, as the first has it: context.
    Same(T),
    /// A call of the same function in both, with other arguments or results.
    Changed(T, T),
    /// A call that only one trace has.
    Only(Side, T),
    /// From the next call on, the second trace is later by so many nanoseconds; earlier if negative, and on time
    /// if 0.
    Shifted(i128),
    /// This trace ends, the other goes on.
    Ends(Side),
    /// Here the traces go different ways, and do not come together again within [`WINDOW`](super::WINDOW) calls; the next few calls
    /// of each.
    Apart(Vec<T>, Vec<T>),
}

/// What differs in one place, with the equal calls before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference<T> {
    /// The calls, in order.
    pub lines: Vec<Line<T>>,
    /// Whether it is the continuation of the difference before it.
    pub continues: bool,
    /// Whether the next difference is the continuation of this.
    pub goes_on: bool,
}

/// How many calls are equal and how many are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Calls that both have; their times may differ.
    pub equal: u64,
    /// Calls of the same function in the same place, with other arguments or results.
    pub changed: u64,
    /// Calls that only the first has.
    pub only_a: u64,
    /// Calls that only the second has.
    pub only_b: u64,
    /// How often the distance in time changes.
    pub shifts: u64,
    /// Where it first changes, and to how many nanoseconds. Positive: the second trace is later.
    pub first_shift: Option<(Place, i128)>,
    /// Where the traces part for good, if they do. What comes behind it is not counted.
    pub apart: Option<Place>,
}

impl Summary {
    /// Whether there is no difference at all.
    #[must_use]
    pub fn is_identical(&self) -> bool {
        *self == Self { equal: self.equal, ..Self::default() }
    }

    /// Whether all calls are equal, and come at other times.
    #[must_use]
    pub fn differs_in_times_only(&self) -> bool {
        self.shifts > 0
            && *self
                == Self {
                    equal: self.equal,
                    shifts: self.shifts,
                    first_shift: self.first_shift,
                    ..Self::default()
                }
    }

    /// The calls of the next step.
    fn next(&self) -> Place {
        let paired = self.equal + self.changed;
        Place { a: paired + self.only_a + 1, b: paired + self.only_b + 1 }
    }
}

/// Iterates over the differences of two traces. An error of one of them is the last item.
#[derive(Debug)]
pub struct Differences<A: Iterator, B, T, E> {
    steps: Alignment<A, B, T, E>,
    context: usize,
    shift: Option<Shift>,
    summary: Summary,
    /// The last equal calls.
    before: VecDeque<Line<T>>,
    open: Option<Difference<T>>,
    /// Equal calls since the last difference.
    after: usize,
    error: Option<E>,
}

impl<A, B, T, E> Differences<A, B, T, E>
where
    A: Iterator<Item = Result<T, E>>,
    B: Iterator<Item = Result<T, E>>,
    T: Comparable + Display,
{
    /// Compares the calls of `a` and `b`, which are read as they are needed: at most [`WINDOW`](super::WINDOW) of each are held,
    /// besides a difference with its context.
    pub fn new(a: A, b: B, options: Options) -> Self {
        Self {
            steps: Alignment::new(a, b),
            context: options.context,
            shift: options.times.then(|| Shift::new(options.resolution_ns)),
            summary: Summary::default(),
            before: VecDeque::new(),
            open: None,
            after: 0,
            error: None,
        }
    }

    /// What has been counted so far; all of it after the last difference.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Takes in what comes next; gives a difference that is finished by it.
    fn step(&mut self, step: Step<T>) -> Option<Difference<T>> {
        let at = self.summary.next();
        let times = match &step {
            Step::Equal(a, b) | Step::Changed(a, b) => Some((a.start_ns(), b.start_ns())),
            _ => None,
        };
        let mut finished = None;
        if let Some(((a_ns, b_ns), shift)) = times.zip(self.shift.as_mut())
            && let Some(distance) = shift.changed(a_ns, b_ns)
        {
            self.summary.shifts += 1;
            self.summary.first_shift.get_or_insert((at, distance));
            finished = self.differs(Line { at, kind: Kind::Shifted(distance) });
        }
        // At most one of the two finishes a difference: the second finds it empty.
        let also_finished = match step {
            Step::Equal(a, _) => {
                self.summary.equal += 1;
                self.equals(Line { at, kind: Kind::Same(a) })
            }
            Step::Changed(a, b) => {
                self.summary.changed += 1;
                self.differs(Line { at, kind: Kind::Changed(a, b) })
            }
            Step::Only(side, call) => {
                match side {
                    Side::A => self.summary.only_a += 1,
                    Side::B => self.summary.only_b += 1,
                }
                self.differs(Line { at, kind: Kind::Only(side, call) })
            }
            Step::Ends(side) => self.differs(Line { at, kind: Kind::Ends(side) }),
            Step::Apart(a, b) => {
                self.summary.apart = Some(at);
                self.differs(Line { at, kind: Kind::Apart(a, b) })
            }
        };
        finished.or(also_finished)
    }

    fn equals(&mut self, line: Line<T>) -> Option<Difference<T>> {
        if let Some(open) = &mut self.open
            && self.after < self.context
        {
            self.after += 1;
            open.lines.push(line);
            return None;
        }
        let finished = self.open.take();
        if self.context > 0 {
            if self.before.len() == self.context {
                self.before.pop_front();
            }
            self.before.push_back(line);
        }
        finished
    }

    fn differs(&mut self, line: Line<T>) -> Option<Difference<T>> {
        self.after = 0;
        let is_full = |open: &Difference<T>| open.lines.len() >= PIECE_LINES + 2 * self.context;
        let mut piece = self.open.take_if(|open| is_full(open));
        if let Some(piece) = &mut piece {
            piece.goes_on = true;
        }
        let open = self.open.get_or_insert_with(|| Difference {
            lines: self.before.drain(..).collect(),
            continues: piece.is_some(),
            goes_on: false,
        });
        open.lines.push(line);
        piece
    }
}

impl<A, B, T, E> Iterator for Differences<A, B, T, E>
where
    A: Iterator<Item = Result<T, E>>,
    B: Iterator<Item = Result<T, E>>,
    T: Comparable + Display,
{
    type Item = Result<Difference<T>, E>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.error.is_none() {
            match self.steps.next() {
                Some(Ok(step)) => {
                    if let Some(finished) = self.step(step) {
                        return Some(Ok(finished));
                    }
                }
                Some(Err(error)) => self.error = Some(error),
                None => break,
            }
        }
        // What was found before an error is given first.
        self.open.take().map(Ok).or_else(|| self.error.take().map(Err))
    }
}
