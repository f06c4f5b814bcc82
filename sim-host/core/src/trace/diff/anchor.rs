//! Where two stretches of calls come together again after a gap, however long: at the next long piece that is equal.

use super::Likeness;

/// How many calls of each stretch lie before an equal piece of at least `len` calls: the nearest such piece.
///
/// Changing every fourth call of a long loop is cheaper than leaving out a thousand calls, but hardly ever what
/// happened, if the calls behind the thousand are the same ones.
pub(super) fn gap(
    lens: (usize, usize),
    len: usize,
    like: impl Fn(usize, usize) -> Likeness,
) -> Option<(usize, usize)> {
    let equal = |x: usize, y: usize| like(x, y) == Likeness::Equal;
    let mut nearest: Option<(usize, usize)> = None;
    // A piece of this length has one of these calls.
    for x in (len - 1..lens.0).step_by(len) {
        let mut y = 0;
        while y < lens.1 {
            if !equal(x, y) {
                y += 1;
                continue;
            }
            let before = (1..=x.min(y)).take_while(|back| equal(x - back, y - back)).count();
            let rest = (lens.0 - x).min(lens.1 - y);
            let after = (0..rest).take_while(|on| equal(x + on, y + on)).take(len).count();
            let start = (x - before, y - before);
            let is_nearer = |than: (usize, usize)| {
                let far = |(x, y): (usize, usize)| (x + y, x.abs_diff(y));
                far(start) < far(than)
            };
            if before + after >= len && nearest.is_none_or(is_nearer) {
                nearest = Some(start);
            }
            y += 1;
        }
        // The pieces of further calls begin behind this one.
        if nearest.is_some_and(|(near_x, near_y)| near_x + near_y < x + 1) {
            break;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(a: &str, b: &str) -> Option<(usize, usize)> {
        let (a, b) = (a.as_bytes(), b.as_bytes());
        gap((a.len(), b.len()), 4, |x, y| if a[x] == b[y] { Likeness::Equal } else { Likeness::Unlike })
    }

    #[test]
    fn the_nearest_long_piece_is_found() {
        assert_eq!(found("xxxxxabcdefgh", "abcdefgh"), Some((5, 0)));
        assert_eq!(found("abcdefgh", "xxxxxabcdefgh"), Some((0, 5)));
        assert_eq!(found("pqrabcd", "abcstabcd"), Some((3, 5)));
        // Of two pieces, the nearer.
        assert_eq!(found("xabcdyyyyefgh", "zefghzabcd"), Some((1, 6)));
    }

    #[test]
    fn short_pieces_do_not_count() {
        assert_eq!(found("xabcxdef", "abcydef"), None);
        assert_eq!(found("", "abcd"), None);
        assert_eq!(found("abc", "abc"), None);
    }
}
