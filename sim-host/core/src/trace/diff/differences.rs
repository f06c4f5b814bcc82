//! Differences with what is around them, and how many there are of each kind.

use std::{collections::VecDeque, fmt::Display};

use super::{
    Comparable, Kind, Line, LookAhead, Options, Place, Summary,
    align::Alignment,
    native::{Breach, Breaches, Call, LeastTimes},
    shift::Shift,
    step::{Side, Step},
};

/// Lines of one difference, besides its context; a longer one is given in pieces, so that it does not fill the memory.
const PIECE_LINES: usize = 12;

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

/// Iterates over the differences of two traces. An error of one of them is the last item.
#[derive(Debug)]
pub struct Differences<A: Iterator, B, T, E> {
    steps: Alignment<A, B, T, E>,
    context: usize,
    shift: Option<Shift>,
    least_times: Option<LeastTimes>,
    summary: Summary,
    /// The last equal calls.
    before: VecDeque<Line<T>>,
    open: Option<Difference<T>>,
    /// Equal calls since the last difference.
    after: usize,
    finished: VecDeque<Difference<T>>,
    error: Option<E>,
}

impl<A, B, T, E> Differences<A, B, T, E>
where
    A: LookAhead<Item = Result<T, E>>,
    B: LookAhead<Item = Result<T, E>>,
    T: Comparable + Display,
{
    /// Compares the calls of `a` and `b`, which are read as they are needed: at most [`WINDOW`](super::WINDOW) of each are held,
    /// besides a difference with its context. Where the traces do not come together again within these, they are read ahead of
    /// time, and hashes of some million calls are held.
    pub fn new(a: A, b: B, options: Options) -> Self {
        let Options { times, context, resolution_ns, native } = options;
        Self {
            steps: Alignment::new(a, b, options),
            context,
            shift: (times && !native).then(|| Shift::new(resolution_ns)),
            least_times: (times && native).then(|| LeastTimes::new(resolution_ns)),
            summary: Summary { native, ..Summary::default() },
            before: VecDeque::new(),
            open: None,
            after: 0,
            finished: VecDeque::new(),
            error: None,
        }
    }

    /// What has been counted so far; all of it after the last difference.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// Takes in what comes next.
    fn step(&mut self, step: Step<T>) {
        let at = self.summary.next();
        let times = match &step {
            Step::Equal(a, b) | Step::Changed(a, b) => Some((a.start_ns(), b.start_ns())),
            _ => None,
        };
        if let Some(((a_ns, b_ns), shift)) = times.zip(self.shift.as_mut())
            && let Some(distance) = shift.changed(a_ns, b_ns)
        {
            self.summary.shifts += 1;
            self.summary.first_shift.get_or_insert((at, distance));
            self.differs(Line { at, kind: Kind::Shifted(distance) });
        }
        let breaches = self.breaches(at, &step);
        self.breaks(breaches.before);
        match step {
            Step::Equal(a, _) if !self.summary.native => {
                self.summary.equal += 1;
                self.equals(Line { at, kind: Kind::Same(a) });
            }
            // What was measured, and when, is in the second.
            Step::Equal(_, b) => {
                self.summary.equal += 1;
                self.equals(Line { at, kind: Kind::Same(b) });
            }
            Step::Changed(a, b) => {
                self.summary.changed += 1;
                self.differs(Line { at, kind: Kind::Changed(a, b) });
            }
            Step::Only(side, call) => {
                match side {
                    Side::A => self.summary.only_a += 1,
                    Side::B => self.summary.only_b += 1,
                }
                self.differs(Line { at, kind: Kind::Only(side, call) });
            }
            Step::Ends(side) => self.differs(Line { at, kind: Kind::Ends(side) }),
            Step::InOrder(gap) => {
                self.summary.in_order.get_or_insert(at);
                self.differs(Line { at, kind: Kind::InOrder(gap) });
            }
            Step::Apart(a, b, within) => {
                self.summary.apart = Some(at);
                self.differs(Line { at, kind: Kind::Apart(a, b, within) });
            }
        }
        self.breaks(breaches.by);
    }

    /// Which rules of time the second trace breaks with this step.
    fn breaches(&mut self, at: Place, step: &Step<T>) -> Breaches {
        let Some(least_times) = &mut self.least_times else { return Breaches::default() };
        let call = |call: &T| Some(Call { start_ns: call.start_ns(), timing: call.timing() });
        match step {
            Step::Equal(a, b) | Step::Changed(a, b) => least_times.step(at, call(a), call(b)),
            Step::Only(Side::A, a) => least_times.step(at, call(a), None),
            Step::Only(Side::B, b) => least_times.step(at, None, call(b)),
            Step::Ends(_) | Step::InOrder(_) | Step::Apart(..) => Breaches::default(),
        }
    }

    fn breaks(&mut self, breaches: Vec<(Place, Breach)>) {
        for (at, breach) in breaches {
            self.summary.breaches += 1;
            self.differs(Line { at, kind: Kind::Breaks(breach) });
        }
    }

    fn equals(&mut self, line: Line<T>) {
        if let Some(open) = &mut self.open
            && self.after < self.context
        {
            self.after += 1;
            return open.lines.push(line);
        }
        self.finished.extend(self.open.take());
        if self.context > 0 {
            if self.before.len() == self.context {
                self.before.pop_front();
            }
            self.before.push_back(line);
        }
    }

    fn differs(&mut self, line: Line<T>) {
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
        self.finished.extend(piece);
    }
}

impl<A, B, T, E> Iterator for Differences<A, B, T, E>
where
    A: LookAhead<Item = Result<T, E>>,
    B: LookAhead<Item = Result<T, E>>,
    T: Comparable + Display,
{
    type Item = Result<Difference<T>, E>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.finished.is_empty() && self.error.is_none() {
            match self.steps.next() {
                Some(Ok(step)) => self.step(step),
                Some(Err(error)) => self.error = Some(error),
                None => break,
            }
        }
        if let Some(finished) = self.finished.pop_front() {
            return Some(Ok(finished));
        }
        // What was found before an error is given first.
        self.open.take().map(Ok).or_else(|| self.error.take().map(Err))
    }
}
