//! One instruction more, or another one, at every place of every body: every opcode, with operands that exist, that do
//! not, and in forms of later versions.

use wasmparser::{BinaryReader, OperatorsReader};

use crate::{
    oracle::Compared,
    parts::{CODE, bodies, sections, with_body},
    rich,
};

#[test]
fn every_instruction_in_every_place() {
    let sections = sections(&rich());
    let code = &sections.iter().find(|(id, _)| *id == CODE).unwrap().1;
    let without_operands = (0x45..=0xcf).map(|opcode| vec![opcode]);
    let all: Vec<Vec<u8>> = INSTRUCTIONS.iter().map(|bytes| bytes.to_vec()).chain(without_operands).collect();
    let mut compared = Compared::default();
    for (function, body) in bodies(code).iter().enumerate() {
        for (start, end) in places(body) {
            for instruction in &all {
                for end in [start, end] {
                    let edited = [&body[..start], instruction, &body[end..]].concat();
                    let about = || format!("body {function}, byte {start} to {end}: {instruction:02x?}");
                    compared.add(&with_body(&sections, function, edited), about);
                }
            }
        }
    }
    compared.agree();
}

/// Where each instruction starts and ends.
fn places(body: &[u8]) -> Vec<(usize, usize)> {
    let mut reader = BinaryReader::new(body, 0);
    for _ in 0..reader.read_var_u32().unwrap() {
        reader.read_var_u32().unwrap();
        reader.read_u8().unwrap();
    }
    let mut operators = OperatorsReader::new(reader);
    let mut places = Vec::new();
    while !operators.eof() {
        let start = operators.original_position() as usize;
        operators.read().unwrap();
        places.push((start, operators.original_position() as usize));
    }
    places
}

/// Instructions with operands, and those behind prefixes.
const INSTRUCTIONS: &[&[u8]] = &[
    &[0],
    &[1],
    &[2, 0x40],
    &[2, 0x7f],
    &[2, 0],
    &[2, 1],
    &[2, 0x70],
    &[2, 0x7b],
    &[3, 0x40],
    &[3, 0x7e],
    &[3, 2],
    &[4, 0x40],
    &[4, 0x7f],
    &[4, 1],
    &[5],
    &[6, 0x40],
    &[7, 0],
    &[8, 0],
    &[9, 0],
    &[0x0a],
    &[0x0b],
    &[0x0c, 0],
    &[0x0c, 1],
    &[0x0c, 5],
    &[0x0d, 0],
    &[0x0d, 1],
    &[0x0e, 0, 0],
    &[0x0e, 2, 0, 1, 0],
    &[0x0e, 1, 1, 1],
    &[0x0f],
    &[0x10, 0],
    &[0x10, 1],
    &[0x10, 2],
    &[0x10, 99],
    &[0x11, 0, 0],
    &[0x11, 1, 0],
    &[0x11, 0, 1],
    &[0x11, 0, 0x80, 0],
    &[0x11, 0x80, 0, 0],
    &[0x11, 99, 0],
    &[0x12, 0],
    &[0x13, 0, 0],
    &[0x14, 0],
    &[0x15, 0],
    &[0x18, 0],
    &[0x19],
    &[0x1a],
    &[0x1b],
    &[0x1c, 1, 0x7f],
    &[0x1c, 0],
    &[0x1f, 0x40, 0],
    &[0x20, 0],
    &[0x20, 1],
    &[0x20, 9],
    &[0x21, 0],
    &[0x21, 1],
    &[0x22, 0],
    &[0x22, 0x80, 0],
    &[0x23, 0],
    &[0x23, 1],
    &[0x23, 9],
    &[0x24, 0],
    &[0x24, 1],
    &[0x25, 0],
    &[0x26, 0],
    &[0x28, 2, 0],
    &[0x28, 3, 0],
    &[0x28, 0x42, 0, 0],
    &[0x29, 3, 4],
    &[0x2a, 2, 0],
    &[0x2b, 4, 0],
    &[0x2c, 0, 0],
    &[0x2c, 1, 0],
    &[0x2f, 1, 0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0x28, 2, 0xff, 0xff, 0xff, 0xff, 0x1f],
    &[0x28, 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
    &[0x36, 2, 0],
    &[0x37, 3, 0],
    &[0x38, 2, 0],
    &[0x3a, 0, 0],
    &[0x3e, 3, 0],
    &[0x28, 0x20, 0],
    &[0x28, 0xff, 0xff, 0xff, 0xff, 0x0f, 0],
    &[0x3f, 0],
    &[0x3f, 1],
    &[0x3f, 0x80, 0],
    &[0x40, 0],
    &[0x40, 1],
    &[0x40, 0x80, 0],
    &[0x41, 0],
    &[0x41, 0x7f],
    &[0x41, 0xff, 0xff, 0xff, 0xff, 0x07],
    &[0x41, 0x80, 0x80, 0x80, 0x80, 0x78],
    &[0x41, 0xff, 0xff, 0xff, 0xff, 0x0f],
    &[0x42, 0],
    &[0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f],
    &[0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1],
    &[0x43, 0, 0, 0, 0],
    &[0x44, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xfc, 0],
    &[0xfc, 7],
    &[0xfc, 0x80, 0],
    &[0xfc, 8, 0, 0],
    &[0xfc, 9, 0],
    &[0xfc, 10, 0, 0],
    &[0xfc, 10, 1, 0],
    &[0xfc, 10, 0, 1],
    &[0xfc, 10, 0x80, 0, 0],
    &[0xfc, 0x8a, 0, 0, 0],
    &[0xfc, 11, 0],
    &[0xfc, 11, 1],
    &[0xfc, 11, 0x80, 0],
    &[0xfc, 12, 0, 0],
    &[0xfc, 13, 0],
    &[0xfc, 14, 0, 0],
    &[0xfc, 15, 0],
    &[0xfc, 16, 0],
    &[0xfc, 17, 0],
    &[0xfc, 18, 0],
    &[0xfc, 19],
    &[0xfc, 22],
    &[0xfd, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    &[0xfd, 0, 4, 0],
    &[0xfe, 3, 0],
    &[0xfe, 0x10, 2, 0],
    &[0xfb, 0, 0],
    &[0xfb, 0x1c],
    &[0xd0, 0x70],
    &[0xd1],
    &[0xd2, 0],
    &[0xd3],
    &[0xd4],
    &[0xd5, 0],
    &[0xd6, 0],
    &[0xe0, 0, 0],
];
