//! Where two traces come together again far ahead: looked for among hashes of their calls, of which many can be held.
//!
//! Blocks of [`BLOCK`] calls of each trace are noted by their hash, and every piece of the same length of the other is
//! looked up among them, as rsync does ("The rsync algorithm", Tridgell and Mackerras, 1996). A piece that is found may
//! be a coincidence, in a loop even a likely one; so what comes behind it must agree, too.

use std::collections::{HashMap, VecDeque};

/// The longest gap that is surely found, calls.
pub const LONGEST_GAP: usize = 1 << 20;

/// Calls of each trace that are looked at: twice the gap, because what was looked at in vain is not looked at again
/// until half of it lies behind.
pub(super) const AHEAD: usize = 2 * (LONGEST_GAP + ENOUGH);

/// Calls in a block.
const BLOCK: usize = 64;

/// Equal calls behind a meeting that leave no doubt: more than a coincidence among so many places has.
const AGREED: usize = 512;

/// Calls of each trace that surely show whether so many are equal.
const ENOUGH: usize = 2 * AGREED;

/// Calls of each trace that may lie between two pieces that agree.
const REACH: usize = 32;

/// Calls of such a piece, at least.
const PIECE: usize = 32;

/// What is behind the factor of a block's hash: any odd number with bits all over (that of the golden ratio, Knuth, "The
/// Art of Computer Programming", volume 3, section 6.4).
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// What looking ahead has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meeting {
    /// The traces come together behind so many calls of each.
    At(usize, usize),
    /// They do not, up to their ends.
    Never,
    /// They do not within `most` calls of each, and one of them goes on.
    TooFar,
}

impl Meeting {
    /// The same, the other way round.
    pub(super) fn swapped(self) -> Self {
        match self {
            Self::At(a, b) => Self::At(b, a),
            nowhere => nowhere,
        }
    }
}

/// Looks for the next meeting among the first `most` calls of two traces, given by their hashes.
pub(super) fn find(a: impl Iterator<Item = u64>, b: impl Iterator<Item = u64>, most: usize) -> Meeting {
    let (mut a, mut b) = (Seen::of(a, most), Seen::of(b, most));
    let mut found = VecDeque::new();
    let mut past = None;
    loop {
        let (read_a, read_b) = (a.read(), b.read());
        let in_b = a.piece().filter(|_| read_a).and_then(|(x, hash)| Some((x, *b.blocks.get(&hash)?)));
        let in_a = b.piece().filter(|_| read_b).and_then(|(y, hash)| Some((*a.blocks.get(&hash)?, y)));
        found.extend([in_b, in_a].into_iter().flatten());
        let is_last = !read_a && !read_b;
        while let Some(&(x, y)) = found.front()
            && (is_last || (a.shows(x) && b.shows(y)))
        {
            found.pop_front();
            // The next piece of what has been looked at.
            if past.is_some_and(|(diagonal, until)| diagonal == x.wrapping_sub(y) && x < until) {
                continue;
            }
            let (agrees, end) = agree(&a, &b, (x, y));
            if agrees && let start @ (1.., _) | start @ (_, 1..) = beginning(&a.hashes, &b.hashes, (x, y)) {
                return Meeting::At(start.0, start.1);
            }
            past = Some((x.wrapping_sub(y), end));
        }
        if is_last {
            return if a.ended && b.ended { Meeting::Never } else { Meeting::TooFar };
        }
    }
}

/// What has been seen of a trace.
struct Seen<I> {
    ahead: I,
    most: usize,
    ended: bool,
    hashes: Vec<u64>,
    /// Of the last calls, as many as a block has.
    last: u64,
    /// The first block of each hash.
    blocks: HashMap<u64, usize>,
    /// What the call weighs that leaves a block.
    leaving: u64,
}

impl<I: Iterator<Item = u64>> Seen<I> {
    fn of(ahead: I, most: usize) -> Self {
        let leaving = FACTOR.wrapping_pow(BLOCK as u32);
        Self { ahead, most, ended: false, hashes: Vec::new(), last: 0, blocks: HashMap::new(), leaving }
    }

    /// Whether there was another call to be seen.
    fn read(&mut self) -> bool {
        if self.ended || self.hashes.len() == self.most {
            return false;
        }
        let Some(hash) = self.ahead.next() else {
            self.ended = true;
            return false;
        };
        self.last = self.last.wrapping_mul(FACTOR).wrapping_add(hash);
        if let Some(left) = self.hashes.len().checked_sub(BLOCK) {
            self.last = self.last.wrapping_sub(self.hashes[left].wrapping_mul(self.leaving));
        }
        self.hashes.push(hash);
        if self.hashes.len().is_multiple_of(BLOCK) {
            self.blocks.entry(self.last).or_insert(self.hashes.len() - BLOCK);
        }
        true
    }

    /// Where the last calls begin, as many as a block has, and their hash.
    fn piece(&self) -> Option<(usize, u64)> {
        Some((self.hashes.len().checked_sub(BLOCK)?, self.last))
    }

    /// Whether enough is seen of what is behind `at`.
    fn shows(&self, at: usize) -> bool {
        self.ended || self.hashes.len() >= self.most.min(at + ENOUGH)
    }
}

/// Whether the traces agree from a place on, up to both ends if these are near; and where that was decided, in the first.
fn agree<A, B>(a: &Seen<A>, b: &Seen<B>, (x, y): (usize, usize)) -> (bool, usize) {
    let (behind_a, behind_b) = (&a.hashes[x..], &b.hashes[y..]);
    let lens = (behind_a.len(), behind_b.len());
    let (equal, end) = walk(lens, AGREED, |x, y| behind_a[x] == behind_b[y]);
    (equal >= AGREED || (equal > 0 && a.ended && b.ended && end == lens), x + end.0)
}

/// Where the piece begins in which the traces agree before a place, edits apart.
fn beginning(a: &[u64], b: &[u64], (x, y): (usize, usize)) -> (usize, usize) {
    let (_, back) = walk((x, y), usize::MAX, |back_x, back_y| a[x - 1 - back_x] == b[y - 1 - back_y]);
    (x - back.0, y - back.1)
}

/// Walks along both while they agree, over small differences, until `enough` calls are equal. Returns how many were, and how
/// many calls of each lie behind.
fn walk(
    lens: (usize, usize),
    enough: usize,
    equal: impl Fn(usize, usize) -> bool,
) -> (usize, (usize, usize)) {
    let run = |(x, y): (usize, usize), most: usize| {
        (0..most.min(lens.0 - x).min(lens.1 - y)).take_while(|on| equal(x + on, y + on)).count()
    };
    let (mut at, mut count) = ((0, 0), 0);
    loop {
        let more = run(at, enough - count);
        (at, count) = ((at.0 + more, at.1 + more), count + more);
        if count == enough || at.0 == lens.0 || at.1 == lens.1 {
            return (count, at);
        }
        let over = |(x, y): (usize, usize)| (at.0 + x, at.1 + y);
        // The last calls before an end are enough, however few they are.
        let goes_on = |at: &(usize, usize)| {
            let left =
                if at.0 < lens.0 && at.1 < lens.1 { PIECE.min(lens.0 - at.0).min(lens.1 - at.1) } else { 0 };
            left > 0 && run(*at, PIECE) == left
        };
        match around().map(over).find(goes_on) {
            Some(next) => at = next,
            None => return (count, at),
        }
    }
}

/// The differences between two pieces, the small ones first.
fn around() -> impl Iterator<Item = (usize, usize)> {
    (1..=2 * REACH).flat_map(|sum| {
        let sides = (sum.saturating_sub(REACH)..=sum.min(REACH)).map(move |x| (x, sum - x));
        sides.filter(|(x, y)| *x <= REACH && *y <= REACH)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rounds of eight calls, of which one has a reading of its own.
    fn rounds(readings: std::ops::Range<u64>) -> Vec<u64> {
        let mix = |n: u64| (n + 1).wrapping_mul(0xd134_2543_de82_ef95).rotate_left(29);
        let call = |n: u64| if n % 8 == 5 { mix(1_000 + n / 8) } else { mix(n % 8) };
        (readings.start * 8..readings.end * 8).map(call).collect()
    }

    fn found(a: &[u64], b: &[u64], most: usize) -> Meeting {
        let there = find(a.iter().copied(), b.iter().copied(), most);
        assert_eq!(find(b.iter().copied(), a.iter().copied(), most).swapped(), there);
        there
    }

    #[test]
    fn nothing_is_found_where_nothing_agrees() {
        assert_eq!(found(&[], &[], 100), Meeting::Never);
        assert_eq!(found(&rounds(0..50), &[], 100), Meeting::TooFar);
        assert_eq!(found(&rounds(0..50), &rounds(1000..1050), 1000), Meeting::Never);
        // Equal pieces that are too short to mean something.
        let (mut a, mut b) = (rounds(0..500), rounds(1000..1500));
        a[1000..1200].copy_from_slice(&b[2000..2200]);
        assert_eq!(found(&a, &b, 10_000), Meeting::Never);
        // Enough of them, and then the traces end, or go on differently.
        b.truncate(2200);
        a.truncate(1200);
        assert_eq!(found(&a, &b, 10_000), Meeting::At(998, 1998));
        b.push(7);
        assert_eq!(found(&a, &b, 10_000), Meeting::Never);
    }

    #[test]
    fn the_place_behind_a_gap_is_found_as_far_as_is_looked() {
        let (all, rest) = (rounds(0..3000), rounds(1700..3000));
        assert_eq!(found(&all[5..], &rest[5..], 20_000), Meeting::At(13_600, 0));
        assert_eq!(found(&all[5..], &rest[5..], 13_700), Meeting::TooFar);
    }

    #[test]
    fn a_few_edits_hide_no_meeting() {
        let all = rounds(0..3000);
        let mut rest = rounds(1700..3000);
        // What stands before the first of them belongs to the meeting, too.
        for at in [40, 90, 220, 370, 400] {
            rest[at] = at as u64;
        }
        rest.remove(500);
        assert_eq!(found(&all[5..], &rest[5..], 20_000), Meeting::At(13_600, 0));
    }
}
