//! Where a time is in the picture: which line, and how far from its left end.
//!
//! Time is cut at its marks, the times at which anything begins, ends or changes. A step from one mark to the next is as
//! wide as what it is part of needs; a step in which nothing happens is as wide as it is long, up to a bound beyond
//! which it is a gap. Steps are then set in lines like words: a line ends with a gap if it can, and else between
//! transactions.

use std::ops::Range;

/// The length of a line, pixels.
pub(super) const ROW_PX: f64 = 1040.0;

/// The most lines.
const MOST_ROWS: usize = 32;

/// The width of a gap, pixels, and of the longest step that is none.
const GAP_PX: f64 = 64.0;
const MOST_IDLE_PX: f64 = 100.0;

/// The least width of a step, pixels, within something and where nothing happens.
const LEAST_PX: f64 = 2.0;
const LEAST_IDLE_PX: f64 = 6.0;

/// Something that needs room.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand {
    pub(super) from_ns: u64,
    pub(super) to_ns: u64,
    pub(super) px: f64,
}

/// From times to places.
#[derive(Debug)]
pub(super) struct Scale {
    steps: Vec<Step>,
    /// The steps of each line.
    rows: Vec<Range<usize>>,
}

/// From one mark to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) from_ns: u64,
    pub(super) to_ns: u64,
    pub(super) row: usize,
    pub(super) from_px: f64,
    pub(super) to_px: f64,
    /// Whether it is shorter than it should be.
    pub(super) is_gap: bool,
    /// What a line that begins with it would tear.
    tears: Tears,
}

/// What is torn by the beginning of a line; the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tears {
    Nothing,
    Transaction,
    Piece,
}

impl Scale {
    /// A scale for `marks`, which contain both ends of each demand, and of each of the `transactions`. A nanosecond in
    /// which nothing happens is `idle_px` wide, or as it suits the steps.
    pub(super) fn new(
        mut marks: Vec<u64>,
        demands: &[Demand],
        transactions: &[(u64, u64)],
        idle_px: Option<f64>,
    ) -> Self {
        marks.sort_unstable();
        marks.dedup();
        if let [only] = marks[..] {
            // The end of all time is a mark of its own.
            marks = vec![only.min(u64::MAX - 1), only.min(u64::MAX - 1) + 1];
        }
        let mut steps: Vec<Step> = marks.windows(2).map(|pair| Step::bare(pair[0], pair[1])).collect();
        let mut widths = vec![0.0_f64; steps.len()];
        for &(from_ns, to_ns) in transactions {
            for index in part(&steps, from_ns, to_ns).skip(1) {
                steps[index].tears = Tears::Transaction;
            }
        }
        for demand in demands {
            let part = part(&steps, demand.from_ns, demand.to_ns);
            let long_ns = (demand.to_ns - demand.from_ns) as f64;
            for index in part.clone() {
                let share = (steps[index].to_ns - steps[index].from_ns) as f64 / long_ns;
                widths[index] = widths[index].max((demand.px * share).max(LEAST_PX));
            }
            part.skip(1).for_each(|index| steps[index].tears = Tears::Piece);
        }
        let px_per_ns = idle_px.unwrap_or_else(|| suitable_idle_px(&steps, &widths));
        for (step, width) in steps.iter_mut().zip(widths) {
            step.to_px = width;
            if width == 0.0 {
                let due_px = (step.to_ns - step.from_ns) as f64 * px_per_ns;
                step.is_gap = due_px > MOST_IDLE_PX;
                step.to_px = if step.is_gap { GAP_PX } else { due_px.max(LEAST_IDLE_PX) };
            }
        }
        let rows = set_in_rows(&mut steps);
        steps.truncate(rows.last().map_or(0, |row| row.end));
        Self { steps, rows }
    }

    /// How many lines there are.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The steps of a line.
    pub(super) fn row(&self, row: usize) -> &[Step] {
        &self.steps[self.rows[row].clone()]
    }

    /// The time up to which there is room.
    pub(super) fn end_ns(&self) -> u64 {
        self.steps.last().map_or(0, |step| step.to_ns)
    }

    /// The line and the place of a time; of two places, the end of a line and the beginning of the next, the second.
    /// `None` when it is not in the picture.
    pub(super) fn place(&self, ns: u64) -> Option<(usize, f64)> {
        let next = self.steps.partition_point(|step| step.to_ns <= ns);
        match self.steps.get(next) {
            Some(step) => step.contains(ns).then(|| (step.row, step.px_of(ns))),
            None => self.steps.last().filter(|step| step.to_ns == ns).map(|step| (step.row, step.to_px)),
        }
    }

    /// The piece of each line that belongs to a span of time: line, beginning and end.
    pub(super) fn spans(&self, from_ns: u64, to_ns: u64) -> Vec<(usize, f64, f64)> {
        let first = self.steps.partition_point(|step| step.to_ns <= from_ns);
        let mut spans: Vec<(usize, f64, f64)> = Vec::new();
        for step in self.steps[first..].iter().take_while(|step| step.from_ns < to_ns) {
            let (from_px, to_px) = (step.px_of(from_ns.max(step.from_ns)), step.px_of(to_ns.min(step.to_ns)));
            match spans.last_mut() {
                Some((row, _, end_px)) if *row == step.row => *end_px = to_px,
                _ => spans.push((step.row, from_px, to_px)),
            }
        }
        spans
    }
}

impl Step {
    fn bare(from_ns: u64, to_ns: u64) -> Self {
        Self { from_ns, to_ns, row: 0, from_px: 0.0, to_px: 0.0, is_gap: false, tears: Tears::Nothing }
    }

    fn contains(&self, ns: u64) -> bool {
        (self.from_ns..=self.to_ns).contains(&ns)
    }

    pub(super) fn px_of(&self, ns: u64) -> f64 {
        let part = (ns - self.from_ns) as f64 / (self.to_ns - self.from_ns) as f64;
        self.from_px + (self.to_px - self.from_px) * part
    }
}

/// The steps of a span of time that begins and ends with marks.
fn part(steps: &[Step], from_ns: u64, to_ns: u64) -> Range<usize> {
    steps.partition_point(|step| step.from_ns < from_ns)..steps.partition_point(|step| step.to_ns <= to_ns)
}

/// How wide a nanosecond should be in which nothing happens, so that most of such steps are no gaps.
fn suitable_idle_px(steps: &[Step], widths: &[f64]) -> f64 {
    let idle = steps.iter().zip(widths).filter(|(_, width)| **width == 0.0);
    let mut lengths: Vec<u64> = idle.map(|(step, _)| step.to_ns - step.from_ns).collect();
    lengths.sort_unstable();
    // Edges often come in twos and threes; the longest quarter is what stands between.
    lengths.get(lengths.len() * 3 / 4).map_or(1.0, |&long_ns| GAP_PX * 0.75 / long_ns as f64)
}

/// Sets the steps, whose widths are known, in lines, at most [`MOST_ROWS`].
fn set_in_rows(steps: &mut [Step]) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut begin = 0;
    while begin < steps.len() && rows.len() < MOST_ROWS {
        let row = begin..row_end(steps, begin);
        let mut px = 0.0;
        for step in &mut steps[row.clone()] {
            let width = step.to_px;
            (step.row, step.from_px, step.to_px) = (rows.len(), px, px + width);
            px += width;
        }
        begin = row.end;
        rows.push(row);
    }
    rows
}

/// Where a line that begins with the step `begin` ends: after the last gap or else the last transaction, if that leaves
/// not too much of it empty, or else where least is torn.
fn row_end(steps: &[Step], begin: usize) -> usize {
    // By what they tear: the last place to end.
    let mut ends = [None; 3];
    let (mut px, mut after_gap) = (0.0, None);
    for index in begin..steps.len() {
        let is_enough = px > ROW_PX * 0.5;
        let tears = steps[index].tears;
        if index > begin && (is_enough || tears != Tears::Nothing) {
            ends[tears as usize] = Some(index);
            if tears == Tears::Nothing && steps[index - 1].is_gap {
                after_gap = Some(index);
            }
        }
        px += steps[index].to_px;
        if px > ROW_PX && index > begin {
            return after_gap.or_else(|| ends.into_iter().flatten().next()).unwrap_or(index);
        }
    }
    steps.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(from_ns: u64, to_ns: u64, px: f64) -> Demand {
        Demand { from_ns, to_ns, px }
    }

    #[test]
    fn one_time_is_enough_for_a_scale() {
        for ns in [0, 5, u64::MAX] {
            let scale = Scale::new(vec![ns, ns], &[], &[], None);
            assert_eq!((scale.rows(), scale.place(ns).map(|(row, _)| row)), (1, Some(0)));
        }
    }

    #[test]
    fn what_needs_room_has_it_and_gaps_are_short() {
        let demands = [demand(0, 9, 30.0), demand(9, 18, 66.0)];
        let scale = Scale::new(vec![0, 9, 18, 1_000_000, 1_000_010], &demands, &[(0, 18)], Some(1.0));
        assert_eq!(scale.spans(0, 9), [(0, 0.0, 30.0)]);
        assert_eq!(scale.spans(9, 18), [(0, 30.0, 96.0)]);
        assert_eq!(
            scale.row(0).iter().map(|step| step.is_gap).collect::<Vec<_>>(),
            [false, false, true, false]
        );
        assert_eq!(scale.spans(18, 1_000_000), [(0, 96.0, 96.0 + GAP_PX)]);
        assert_eq!(scale.place(1_000_010), Some((0, 96.0 + GAP_PX + 10.0)));
        assert_eq!(scale.place(1_000_011), None);
    }

    #[test]
    fn the_more_demanding_of_two_buses_counts() {
        let demands = [demand(0, 100, 30.0), demand(40, 60, 66.0)];
        let scale = Scale::new(vec![0, 40, 60, 100], &demands, &[], None);
        assert_eq!(scale.spans(40, 60), [(0, 12.0, 78.0)]);
        assert_eq!(scale.spans(0, 100), [(0, 0.0, 90.0)]);
    }

    /// Transactions of `bytes` bytes of 10 ns, with `idle_ns` between.
    fn rows(transactions: u64, bytes: u64, idle_ns: u64) -> Scale {
        let (mut marks, mut demands, mut spans) = (vec![0], Vec::new(), Vec::new());
        for number in 0..transactions {
            let begin_ns = number * (bytes * 10 + idle_ns);
            for byte in 0..bytes {
                let from_ns = begin_ns + byte * 10;
                demands.push(demand(from_ns, from_ns + 10, 30.0));
                marks.extend([from_ns, from_ns + 10]);
            }
            spans.push((begin_ns, begin_ns + bytes * 10));
        }
        Scale::new(marks, &demands, &spans, Some(3.0))
    }

    #[test]
    fn lines_end_where_least_is_torn() {
        // 300 px and a gap: two in a line, for the gap of a third does not fit. Nearly without idle time: three.
        for (idle_ns, expected) in [(1_000_000, 5), (2, 4)] {
            let scale = rows(10, 10, idle_ns);
            assert_eq!(scale.rows(), expected);
            for row in 1..expected {
                let from_ns = scale.row(row)[0].from_ns;
                let idle_before = from_ns % (100 + idle_ns);
                assert!([0, 100].contains(&idle_before), "line {row} begins at {from_ns} ns");
            }
        }
        // A transaction that fits nowhere is torn between bytes.
        let scale = rows(1, 50, 0);
        assert_eq!((scale.rows(), scale.row(1)[0].from_ns), (2, 340));
    }

    #[test]
    fn lines_are_full_but_not_fuller_and_time_goes_on() {
        let scale = rows(500, 7, 5);
        assert_eq!(scale.rows(), MOST_ROWS);
        let mut before_ns = 0;
        for row in 0..scale.rows() {
            let steps = scale.row(row);
            let last = steps[steps.len() - 1];
            assert!((ROW_PX * 0.5..=ROW_PX).contains(&last.to_px), "{last:?}");
            for step in steps {
                assert_eq!(step.from_ns, before_ns);
                assert_eq!(scale.place(step.from_ns), Some((row, step.from_px)));
                assert!(step.to_px - step.from_px >= LEAST_PX);
                before_ns = step.to_ns;
            }
        }
        assert_eq!(scale.end_ns(), before_ns);
        assert_eq!(scale.place(before_ns + 1), None);
    }
}
