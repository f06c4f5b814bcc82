//! What a chip's memory holds from the start.

use hw_chips::ChipModel;

use crate::file::{Key, Located, Problems, Section, Shape};

/// Bytes in a chip's memory, from an address on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: u32,
    pub(super) bytes: Vec<u8>,
}

pub(super) const CONTENTS: Key = Key::optional(
    "contents",
    "what its memory holds from the start, in pieces; default: what it holds as delivered",
    Shape::Array(&Shape::Table(PIECE)),
);
const PIECE: &[Key] = &[AT, BYTES];
const AT: Key = Key::optional(
    "at",
    "the address of the first byte; default: 0",
    Shape::Integer { min: 0, max: u32::MAX, why: "" },
);
const BYTES: Key = Key::required("bytes", "in hexadecimal", Shape::Bytes { min: 1 });

/// Reads the contents of a chip of `model`, which has memory.
pub(super) fn read(
    place: &str,
    model: &ChipModel,
    section: Section<'_, '_>,
    problems: &mut Problems,
) -> Vec<Piece> {
    let mut pieces: Vec<(usize, Piece)> = Vec::new();
    for (index, value) in section.array(&CONTENTS, problems).iter().enumerate() {
        let number = index + 1;
        let what = format!("contents {number} of {place}");
        let Some(section) = Section::open(&what, value, PIECE, problems) else { continue };
        let at = section.integer(&AT, problems).map_or(0, |at| at.value);
        section.require(&BYTES, problems);
        let Some(Located { value: bytes, line }) = section.bytes(&BYTES, problems) else { continue };
        if bytes.is_empty() {
            problems.add(line, format!("\"bytes\" in {what} is empty, must be at least one"));
            continue;
        }
        let end = u64::from(at) + bytes.len() as u64;
        if end > u64::from(model.memory_bytes) {
            let (len, memory, name) = (bytes.len(), model.memory_bytes, model.name);
            let text = format!("{what}: {len} bytes at {at:#06x} exceed the {memory} bytes of {name:?}");
            problems.add(line, text);
            continue;
        }
        let overlaps = |other: &Piece| {
            u64::from(at) < u64::from(other.at) + other.bytes.len() as u64 && u64::from(other.at) < end
        };
        if let Some((other, _)) = pieces.iter().find(|(_, other)| overlaps(other)) {
            problems.add(line, format!("{what} lies over contents {other}"));
        }
        pieces.push((number, Piece { at, bytes }));
    }
    pieces.into_iter().map(|(_, piece)| piece).collect()
}
