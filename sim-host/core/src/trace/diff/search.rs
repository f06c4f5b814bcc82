//! The cheapest way from one stretch of calls to another: how often a call has to be changed, left out, or added.
//!
//! This is the diagonal search of Myers ("An O(ND) difference algorithm and its variations", 1986), with one step
//! more: a call of the same function may be changed at the price of one, not two. The further along a diagonal, the
//! dearer, for that step, too; so it is enough to keep the furthest point per diagonal and price.

use super::Likeness;

/// One step of an alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    Equal,
    Changed,
    OnlyA,
    OnlyB,
}

/// A stretch of each trace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretches {
    /// Calls of both.
    pub(super) lens: (usize, usize),
    /// Whether the trace ends with the stretch. If not, what is left over at its end costs nothing: its counterpart
    /// may come later.
    pub(super) ended: (bool, bool),
}

impl Stretches {
    /// The same, the other way round.
    pub(super) fn swapped(self) -> Self {
        Self { lens: (self.lens.1, self.lens.0), ended: (self.ended.1, self.ended.0) }
    }
}

/// How a point was reached. Two bits.
const STAYED: u8 = 0;
const CHANGED: u8 = 1;
const ONLY_A: u8 = 2;
const ONLY_B: u8 = 3;

/// Not reached.
const NOWHERE: isize = -1;

/// The cheapest alignment from the beginning of both stretches to the end of one (of both, where the traces end);
/// `None` if it costs more than `most`.
pub(super) fn cheapest(
    stretches: Stretches,
    most: usize,
    like: impl Fn(usize, usize) -> Likeness,
) -> Option<Vec<Edit>> {
    let (n, m) = (stretches.lens.0 as isize, stretches.lens.1 as isize);
    let alike = |x: isize, y: isize| {
        if x < n && y < m { like(x as usize, y as usize) } else { Likeness::Unlike }
    };
    let slide = |mut x: isize, diagonal: isize| {
        while alike(x, x - diagonal) == Likeness::Equal {
            x += 1;
        }
        x
    };
    let is_end = |x: isize, y: isize| {
        (x == n && !stretches.ended.0) || (y == m && !stretches.ended.1) || (x == n && y == m)
    };

    let most = most.min(stretches.lens.0 + stretches.lens.1);
    let mut ways = Ways::default();
    // By diagonal x - y from -most - 1 to most + 1: the furthest x.
    let middle = most as isize + 1;
    let mut reached = vec![NOWHERE; 2 * most + 3];
    let mut next = reached.clone();
    for cost in 0..=most as isize {
        ways.add_row(cost);
        let mut end: Option<(isize, isize)> = None;
        for diagonal in (-cost).max(-m)..=cost.min(n) {
            let at = |diagonal: isize| reached[(diagonal + middle) as usize];
            let (mut x, mut way) = (at(diagonal), STAYED);
            if cost == 0 {
                x = 0;
            } else if x != NOWHERE && alike(x, x - diagonal) == Likeness::SameFunction {
                (x, way) = (x + 1, CHANGED);
            }
            let (without_a, without_b) = (at(diagonal - 1), at(diagonal + 1));
            if without_a != NOWHERE && without_a < n && without_a + 1 > x {
                (x, way) = (without_a + 1, ONLY_A);
            }
            if without_b != NOWHERE && without_b - diagonal <= m && without_b > x {
                (x, way) = (without_b, ONLY_B);
            }
            if x == NOWHERE {
                continue;
            }
            x = slide(x, diagonal);
            next[(diagonal + middle) as usize] = x;
            ways.set(cost, diagonal, way);
            let y = x - diagonal;
            if is_end(x, y) && end.is_none_or(|(furthest, _)| x + y > furthest) {
                end = Some((x + y, diagonal));
            }
        }
        if let Some((_, diagonal)) = end {
            return Some(replay(ways.back_from(cost, diagonal), slide));
        }
        std::mem::swap(&mut reached, &mut next);
    }
    None
}

/// The same alignment, the other way round.
pub(super) fn swapped(mut edits: Vec<Edit>) -> Vec<Edit> {
    for edit in &mut edits {
        *edit = match *edit {
            Edit::OnlyA => Edit::OnlyB,
            Edit::OnlyB => Edit::OnlyA,
            paired => paired,
        };
    }
    in_blocks(&mut edits);
    edits
}

/// What only one of them has is in no order; it is read best in blocks.
fn in_blocks(edits: &mut [Edit]) {
    for block in edits.chunk_by_mut(|one, other| is_unpaired(*one) && is_unpaired(*other)) {
        block.sort_by_key(|edit| *edit == Edit::OnlyB);
    }
}

/// Walks again from the beginning, along `ways`.
fn replay(ways: Vec<u8>, slide: impl Fn(isize, isize) -> isize) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut x, mut diagonal) = (0, 0);
    for way in std::iter::once(STAYED).chain(ways) {
        match way {
            CHANGED => (x, _) = (x + 1, edits.push(Edit::Changed)),
            ONLY_A => (x, diagonal, _) = (x + 1, diagonal + 1, edits.push(Edit::OnlyA)),
            ONLY_B => (diagonal, _) = (diagonal - 1, edits.push(Edit::OnlyB)),
            _ => {}
        }
        let slid = slide(x, diagonal);
        edits.extend((x..slid).map(|_| Edit::Equal));
        x = slid;
    }
    in_blocks(&mut edits);
    edits
}

fn is_unpaired(edit: Edit) -> bool {
    matches!(edit, Edit::OnlyA | Edit::OnlyB)
}

/// How each point was reached, two bits each: the row of a cost has 2 · cost + 1 diagonals, so it begins at cost².
#[derive(Debug, Default)]
struct Ways {
    bits: Vec<u8>,
}

impl Ways {
    fn add_row(&mut self, cost: isize) {
        let cells = (cost + 1) * (cost + 1);
        self.bits.resize((cells as usize).div_ceil(4), 0);
    }

    fn set(&mut self, cost: isize, diagonal: isize, way: u8) {
        let cell = (cost * cost + cost + diagonal) as usize;
        self.bits[cell / 4] |= way << (cell % 4 * 2);
    }

    /// The ways from the beginning to this point.
    fn back_from(&self, cost: isize, mut diagonal: isize) -> Vec<u8> {
        let mut ways = Vec::new();
        for cost in (1..=cost).rev() {
            let cell = (cost * cost + cost + diagonal) as usize;
            let way = self.bits[cell / 4] >> (cell % 4 * 2) & 3;
            diagonal += match way {
                ONLY_A => -1,
                ONLY_B => 1,
                _ => 0,
            };
            ways.push(way);
        }
        ways.reverse();
        ways
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Calls are numbers here: tens the function, ones the arguments.
    fn like(a: u8, b: u8) -> Likeness {
        match (a == b, a / 10 == b / 10) {
            (true, _) => Likeness::Equal,
            (_, true) => Likeness::SameFunction,
            _ => Likeness::Unlike,
        }
    }

    fn edits(a: &[u8], b: &[u8], ended: (bool, bool), most: usize) -> Option<Vec<Edit>> {
        cheapest(Stretches { lens: (a.len(), b.len()), ended }, most, |x, y| like(a[x], b[y]))
    }

    /// The table that everybody knows: the price of each pair of prefixes.
    fn prices(a: &[u8], b: &[u8]) -> Vec<Vec<usize>> {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for x in 0..=a.len() {
            for y in 0..=b.len() {
                let mut price = if x + y == 0 { 0 } else { usize::MAX };
                if x > 0 {
                    price = price.min(table[x - 1][y] + 1);
                }
                if y > 0 {
                    price = price.min(table[x][y - 1] + 1);
                }
                if x > 0 && y > 0 {
                    match like(a[x - 1], b[y - 1]) {
                        Likeness::Equal => price = price.min(table[x - 1][y - 1]),
                        Likeness::SameFunction => price = price.min(table[x - 1][y - 1] + 1),
                        Likeness::Unlike => {}
                    }
                }
                table[x][y] = price;
            }
        }
        table
    }

    #[test]
    fn each_kind_of_difference_is_found() {
        use Edit::{Changed, Equal, OnlyA, OnlyB};
        for (a, b, expected) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], vec![Equal, Equal, Equal]),
            (&[1, 2, 3], &[1, 3], vec![Equal, OnlyA, Equal]),
            (&[1, 3], &[1, 2, 3], vec![Equal, OnlyB, Equal]),
            (&[1, 2, 11], &[1, 3, 11], vec![Equal, Changed, Equal]),
            (&[1, 20, 11], &[1, 30, 11], vec![Equal, OnlyA, OnlyB, Equal]),
            (&[], &[1, 2], vec![OnlyB, OnlyB]),
            (&[], &[], vec![]),
        ] {
            assert_eq!(edits(a, b, (true, true), 9), Some(expected), "{a:?} {b:?}");
        }
        assert_eq!(edits(&[1, 20], &[1, 30], (true, true), 1), None);
        // What goes on behind the stretch may still have its counterpart.
        assert_eq!(edits(&[2, 3, 14], &[9, 2, 3], (false, false), 9), Some(vec![OnlyB, Equal, Equal]));
    }

    proptest! {
        #[test]
        fn no_alignment_is_cheaper(
            a in vec(0u8..23, 0..24),
            b in vec(0u8..23, 0..24),
            ended in any::<(bool, bool)>(),
        ) {
            let found = edits(&a, &b, ended, a.len() + b.len()).unwrap();
            let (mut x, mut y, mut price) = (0, 0, 0);
            for edit in found {
                let (dx, dy) = match edit {
                    Edit::Equal => {
                        prop_assert_eq!(like(a[x], b[y]), Likeness::Equal);
                        (1, 1)
                    }
                    Edit::Changed => {
                        prop_assert_eq!(like(a[x], b[y]), Likeness::SameFunction);
                        (1, 1)
                    }
                    Edit::OnlyA => (1, 0),
                    Edit::OnlyB => (0, 1),
                };
                (x, y, price) = (x + dx, y + dy, price + usize::from(edit != Edit::Equal));
            }
            let is_end = |x: usize, y: usize| {
                (x == a.len() && !ended.0) || (y == b.len() && !ended.1) || (x == a.len() && y == b.len())
            };
            prop_assert!(is_end(x, y));
            let table = prices(&a, &b);
            let ends = (0..=a.len()).flat_map(|x| (0..=b.len()).map(move |y| (x, y)));
            let best = ends.filter(|(x, y)| is_end(*x, *y)).map(|(x, y)| table[x][y]).min();
            prop_assert_eq!(Some(price), best);
        }
    }
}
