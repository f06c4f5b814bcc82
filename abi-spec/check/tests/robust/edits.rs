//! Every small edit of a module with everything: whole sections, single bytes with all sizes put right again, and
//! numbers in longer forms.

use crate::{
    oracle::Compared,
    parts::{CODE, bodies, module, number, sections, split_number, with_body, with_section},
    rich,
};

#[test]
fn sections_doubled_moved_and_left_out() {
    let sections = sections(&rich());
    let mut compared = Compared::default();
    for from in 0..sections.len() {
        let mut without = sections.clone();
        let section = without.remove(from);
        compared.add(&module(&without), || format!("without section {}", section.0));
        for to in 0..=without.len() {
            let mut moved = without.clone();
            moved.insert(to, section.clone());
            compared.add(&module(&moved), || format!("section {} as number {to}", section.0));
        }
        for to in 0..=sections.len() {
            let mut doubled = sections.clone();
            doubled.insert(to, section.clone());
            compared.add(&module(&doubled), || format!("section {} again as number {to}", section.0));
        }
    }
    // Without entries, with one too many or too few, and as another section.
    for (index, (id, content)) in sections.iter().enumerate() {
        let (count, entries) = split_number(content);
        for other in [0, count.wrapping_sub(1) & 0x7f, count + 1] {
            let content = [number(other).as_slice(), entries].concat();
            compared.add(&with_section(&sections, index, content), || format!("section {id} of {other}"));
        }
        compared.add(&with_section(&sections, index, vec![0]), || format!("section {id} without entries"));
        for other in 0..15 {
            let mut renamed = sections.clone();
            renamed[index].0 = other;
            compared.add(&module(&renamed), || format!("section {id} as {other}"));
        }
    }
    for id in 0..15 {
        for to in 0..=sections.len() {
            let mut empty = sections.clone();
            empty.insert(to, (id, vec![0]));
            compared.add(&module(&empty), || format!("empty section {id} as number {to}"));
        }
    }
    compared.agree();
}

#[test]
fn bytes_put_in_and_taken_out() {
    everywhere(|content, at| {
        let mut edited = vec![[&content[..at], &content[at + 1..]].concat()];
        for byte in [0, 1, 2, 0x0b, 0x40, 0x41, 0x60, 0x70, 0x7f, 0x80, 0xff] {
            edited.push([&content[..at], &[byte], &content[at..]].concat());
        }
        edited
    });
}

#[test]
fn numbers_in_longer_forms() {
    everywhere(|content, at| {
        // The last byte of a number, with one to nine bytes behind it that say nothing, or should not.
        let (byte, rest) = (content[at], &content[at + 1..]);
        let long = |middle: u8, count: usize, last: u8| {
            [&content[..at], &[byte | 0x80], &vec![middle; count], &[last], rest].concat()
        };
        (0..9)
            .flat_map(|count| {
                [(0x80, 0), (0x80, 1), (0x80, 0x10), (0xff, 0x7f), (0xff, 0x0f)]
                    .map(|(middle, last)| long(middle, count, last))
            })
            .collect()
    });
}

/// Engines on the desk share a limit for bodies. Nothing else in the check depends on their length.
#[test]
fn a_body_of_the_longest_and_one_that_is_longer() {
    const MOST: usize = 7_654_321;
    let sections = sections(&rich());
    let last = bodies(&sections.iter().find(|(id, _)| *id == CODE).unwrap().1).len() - 1;
    for (len, accepted) in [(MOST, true), (MOST + 1, false)] {
        let body = [&[0][..], &vec![1; len - 2], &[0x0b]].concat();
        let found = guest_check::check(&with_body(&sections, last, body), &device_abi::Profile::DESKTOP);
        assert_eq!(found.is_ok(), accepted, "{len} bytes: {found:?}");
    }
}

/// Compares every edit at every place of every section and body.
fn everywhere(edit: impl Fn(&[u8], usize) -> Vec<Vec<u8>>) {
    let sections = sections(&rich());
    let mut compared = Compared::default();
    for (index, (id, content)) in sections.iter().enumerate() {
        if *id == CODE {
            for (function, body) in bodies(content).iter().enumerate() {
                for at in 0..body.len() {
                    for edited in edit(body, at) {
                        let about = || format!("body {function}, byte {at}: {edited:02x?}");
                        compared.add(&with_body(&sections, function, edited.clone()), about);
                    }
                }
            }
        } else {
            for at in 0..content.len() {
                for edited in edit(content, at) {
                    let about = || format!("section {id}, byte {at}: {edited:02x?}");
                    compared.add(&with_section(&sections, index, edited.clone()), about);
                }
            }
        }
    }
    compared.agree();
}
