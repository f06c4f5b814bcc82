//! One entry more, or another one: every kind that a section of WebAssembly 1.0 or of a later version can hold, and
//! some that none can.

use crate::{
    oracle::Compared,
    parts::{Sections, module, number, sections, split_number},
    rich,
};

/// A module with little, so that other entries have room beside it.
const PLAIN: &str = r#"(module (memory (export "memory") 1) (func (export "run") (result i32) i32.const 0))"#;

#[test]
fn every_entry_in_every_place() {
    let mut compared = Compared::default();
    for base in [rich(), wat::parse_str(PLAIN).unwrap()] {
        let sections = sections(&base);
        for (id, entries) in ENTRIES {
            for entry in *entries {
                for sections in with_entry(&sections, *id, entry) {
                    compared.add(&module(&sections), || format!("section {id}: {entry:02x?}"));
                }
            }
        }
    }
    compared.agree();
}

/// The sections with an entry more in front, with one more behind, and with no other one.
fn with_entry(sections: &Sections, id: u8, entry: &[u8]) -> Vec<Sections> {
    // The tags' section stands between those of memories and globals, the data count's before the code.
    let place = |id: u8| match id {
        13 => 55,
        12 => 95,
        _ => u32::from(id) * 10,
    };
    let mut sections = sections.clone();
    let Some(index) = sections.iter().position(|(other, _)| *other == id) else {
        let index = sections.iter().position(|(other, _)| *other != 0 && place(*other) > place(id));
        sections.insert(index.unwrap_or(sections.len()), (id, [&[1], entry].concat()));
        return vec![sections];
    };
    let (count, others) = split_number(&sections[index].1);
    let contents = [
        [number(count + 1).as_slice(), entry, others].concat(),
        [number(count + 1).as_slice(), others, entry].concat(),
        [&[1], entry].concat(),
    ];
    let replaced = |content| {
        let mut sections = sections.clone();
        sections[index].1 = content;
        sections
    };
    contents.map(replaced).to_vec()
}

/// Entries of each section.
const ENTRIES: &[(u8, &[&[u8]])] = &[
    // Types.
    (
        1,
        &[
            &[0x60, 0, 0],
            &[0x60, 1, 0x7f, 0],
            &[0x60, 0, 1, 0x7f],
            &[0x60, 0, 2, 0x7f, 0x7e],
            &[0x60, 3, 0x7f, 0x7e, 0x7d, 3, 0x7f, 0x7e, 0x7d],
            &[0x60, 1, 0x7b, 0],
            &[0x60, 1, 0x6f, 0],
            &[0x60, 1, 0x70, 0],
            &[0x60, 1, 0x64, 0, 0],
            &[0x60, 1, 0x63, 0x70, 0],
            &[0x5f, 0],
            &[0x5e, 0x7f, 0],
            &[0x4e, 1, 0x60, 0, 0],
            &[0x4e, 0],
            &[0x4f, 0, 0x60, 0, 0],
            &[0x50, 0, 0x60, 0, 0],
            &[0x65, 0x60, 0, 0],
            &[0x5d, 0],
            &[0x60, 0x80, 0, 0x80, 0],
            &[0xe0, 0x7f, 0, 0],
            &[0x61, 0, 0],
            &[0x60, 1, 0x40, 0],
        ],
    ),
    // Imports.
    (
        2,
        &[
            b"\x12device:abi/clock@1\x03now\0\x00",
            b"\x12device:abi/clock@1\x03now\0\x01",
            b"\x12device:abi/clock@1\x03now\0\x02",
            b"\x12device:abi/clock@1\x03now\x80\x00\x00",
            b"\x12device:abi/clock@1\x05sleep\0\x00",
            b"\x01e\x01g\x03\x7f\x00",
            b"\x01e\x01g\x03\x7f\x01",
            b"\x01e\x01m\x02\x00\x01",
            b"\x01e\x01t\x01\x70\x00\x01",
            b"\x01e\x01t\x04\x00\x00",
            b"\x01e\x01f\x20\x00",
            b"\x01e\x01f\x05\x00",
            b"\x00\x00\x00\x00",
            b"\x12device:abi/clock@1\x00\x7f\x01\x03now\0\x00",
            b"\x01e\x01\xff\x00\x00",
        ],
    ),
    // Functions.
    (
        3,
        &[
            &[0],
            &[1],
            &[2],
            &[3],
            &[0x80, 0],
            &[0xff, 0xff, 0xff, 0xff, 0x0f],
            &[0x80, 0x80, 0x80, 0x80, 0x10],
        ],
    ),
    // Tables.
    (
        4,
        &[
            &[0x70, 0, 1],
            &[0x70, 1, 1, 4],
            &[0x70, 1, 4, 1],
            &[0x70, 0, 0x80, 0x80, 0x80, 0x80, 0x08],
            &[0x70, 0, 0x81, 0xad, 0xe2, 0x04],
            &[0x6f, 0, 1],
            &[0x63, 0x70, 0, 1],
            &[0x64, 0x70, 0, 1],
            &[0x70, 2, 1],
            &[0x70, 3, 1, 1],
            &[0x70, 4, 1],
            &[0x70, 5, 1, 4],
            &[0x70, 8, 1],
            &[0x40, 0, 0x70, 0, 1, 0xd0, 0x70, 0x0b],
            &[0x40, 0, 0x70, 0, 1, 0xd2, 0, 0x0b],
            &[0x70, 0x80, 0, 1],
            &[0x6b, 0, 1],
            &[0x63, 0, 0, 1],
            &[0x70, 0, 0xff, 0xff, 0xff, 0xff, 0x0f],
            &[0x70, 1, 0, 0xff, 0xff, 0xff, 0xff, 0x0f],
        ],
    ),
    // Memories.
    (
        5,
        &[
            &[0, 1],
            &[1, 1, 2],
            &[1, 2, 1],
            &[0, 0x80, 0x80, 4],
            &[0, 0x81, 0x80, 4],
            &[1, 1, 0x81, 0x80, 4],
            &[2, 1],
            &[3, 1, 1],
            &[4, 1],
            &[5, 1, 2],
            &[8, 1, 0],
            &[8, 1, 16],
            &[9, 1, 2, 16],
            &[0x80, 0, 1],
            &[0, 0x80, 0x80, 0x80, 0x80, 0x10],
            &[0x10, 1],
        ],
    ),
    // Globals.
    (
        6,
        &[
            &[0x7f, 0, 0x41, 0, 0x0b],
            &[0x7e, 1, 0x42, 0, 0x0b],
            &[0x7d, 1, 0x43, 0, 0, 0, 0, 0x0b],
            &[0x7c, 0, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b],
            &[0x7f, 0, 0x42, 0, 0x0b],
            &[0x7f, 0, 0x0b],
            &[0x7f, 0, 0x41, 0, 0x41, 0, 0x0b],
            &[0x7f, 0, 0x41, 0],
            &[0x7f, 0, 0x23, 0, 0x0b],
            &[0x7e, 0, 0x23, 0, 0x0b],
            &[0x7f, 2, 0x41, 0, 0x0b],
            &[0x7f, 3, 0x41, 0, 0x0b],
            &[0x7f, 4, 0x41, 0, 0x0b],
            &[0x70, 0, 0xd0, 0x70, 0x0b],
            &[0x70, 0, 0xd2, 0, 0x0b],
            &[0x7b, 0, 0xfd, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0b],
            &[0x7f, 0, 0x41, 0, 0x41, 0, 0x6a, 0x0b],
            &[0x7f, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0, 0x0b],
            &[0x7f, 0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b],
            &[0x7f, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x70, 0x0b],
            &[0x7f, 0, 0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x0b],
            &[0x7f, 0, 0x02, 0x40, 0x0b, 0x41, 0, 0x0b],
            &[0x7f, 0, 0, 0x0b],
            &[0x7f, 0, 0x41, 0, 1, 0x0b],
            &[0x7f, 0, 0x41, 0, 0x0b, 0x0b],
            &[0x7f, 0x80, 0x41, 0, 0x0b],
            &[0x7f, 0, 0x41, 0, 0x05, 0x0b],
            &[0x63, 0x70, 0, 0xd0, 0x70, 0x0b],
        ],
    ),
    // Exports.
    (
        7,
        &[
            b"\x01a\x00\x00",
            b"\x01a\x00\x01",
            b"\x01b\x01\x00",
            b"\x01c\x02\x00",
            b"\x01c\x02\x01",
            b"\x01d\x03\x00",
            b"\x01d\x03\x05",
            b"\x01e\x04\x00",
            b"\x01f\x20\x00",
            b"\x03run\x00\x00",
            b"\x06memory\x02\x00",
            b"\x00\x00\x00",
            b"\x01\xff\x00\x00",
            b"\x02\xc0\x80\x00\x00",
            b"\x03\xed\xa0\x80\x00\x00",
            b"\x01\x00\x00\x00",
            b"\x81\x00g\x00\x00",
            b"\x01h\x00\x80\x00",
            b"\x08on-event\x00\x01",
        ],
    ),
    // Element segments.
    (
        9,
        &[
            &[0, 0x41, 0, 0x0b, 1, 0],
            &[0, 0x41, 0, 0x0b, 0],
            &[0, 0x41, 0, 0x0b, 2, 0, 0x63],
            &[0x80, 0, 0x41, 0, 0x0b, 1, 0],
            &[0x80, 2, 0x41, 0, 0x0b, 1, 0],
            &[0x80, 1, 0x41, 0, 0x0b, 1, 0],
            &[1, 0, 1, 0],
            &[2, 0, 0x41, 0, 0x0b, 0, 1, 0],
            &[2, 1, 0x41, 0, 0x0b, 0, 1, 0],
            &[3, 0, 1, 0],
            &[4, 0x41, 0, 0x0b, 1, 0xd2, 0, 0x0b],
            &[4, 0x41, 0, 0x0b, 1, 0xd0, 0x70, 0x0b],
            &[5, 0x70, 1, 0xd2, 0, 0x0b],
            &[6, 0, 0x41, 0, 0x0b, 0x70, 1, 0xd2, 0, 0x0b],
            &[7, 0x70, 0],
            &[8, 0x41, 0, 0x0b, 1, 0],
            &[0, 0x42, 0, 0x0b, 1, 0],
            &[0, 0x23, 0, 0x0b, 1, 0],
            &[0, 0x41, 0, 0x41, 0, 0x0b, 1, 0],
            &[0, 0x0b, 1, 0],
            &[0, 0x41, 0, 0x0b, 0xff, 0xff, 0xff, 0xff, 0x0f],
            &[0, 0x41, 0, 0x0b, 1, 0x80, 0],
            &[0, 0x41, 0, 0x0b, 0x81, 0, 0],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x41, 0, 0x0b, 1, 0],
            &[0x80, 0x80, 0x80, 0x80, 0x10, 0x41, 0, 0x0b, 1, 0],
        ],
    ),
    // Bodies.
    (
        10,
        &[
            &[2, 0, 0x0b],
            &[0],
            &[1, 0],
            &[3, 0, 0, 0x0b],
            &[4, 0, 0x41, 0, 0x0b],
            &[3, 0, 0x0b, 0x0b],
            &[2, 0, 0x05],
            &[4, 1, 1, 0x7f, 0x0b],
            &[8, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b],
            &[4, 1, 0, 0x7f, 0x0b],
            &[4, 1, 1, 0x70, 0x0b],
            &[4, 1, 1, 0x7b, 0x0b],
            &[4, 1, 1, 0x40, 0x0b],
            &[0x82, 0, 0, 0x0b],
            &[5, 0, 0x02, 0x40, 0x0b, 0x0b],
            &[4, 0, 0x02, 0x40, 0x0b],
            &[4, 0, 0x0b, 0x01, 0x0b],
            &[14, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b],
            &[6, 1, 0xb1, 0x86, 3, 0x7f, 0x0b],
        ],
    ),
    // Data segments.
    (
        11,
        &[
            &[0, 0x41, 0, 0x0b, 1, 0],
            &[0, 0x41, 0, 0x0b, 0],
            &[1, 1, 0],
            &[2, 0, 0x41, 0, 0x0b, 0],
            &[2, 1, 0x41, 0, 0x0b, 0],
            &[3, 0x41, 0, 0x0b, 0],
            &[0x80, 0, 0x41, 0, 0x0b, 0],
            &[0x80, 1, 0x41, 0, 0x0b, 0],
            &[0, 0x42, 0, 0x0b, 0],
            &[0, 0x23, 0, 0x0b, 0],
            &[0, 0x41, 0, 0x41, 0, 0x0b, 0],
            &[0, 0x0b, 0],
            &[0, 0xd2, 0, 0x0b, 0],
            &[0, 0x41, 0, 0x0b, 9, 0],
        ],
    ),
    // The number of data segments.
    (12, &[&[]]),
    // Tags.
    (13, &[&[0, 0]]),
];
