//! Modules in parts: sections and function bodies, to be changed and put together again with sizes that are right.

/// The number of the code section.
pub(crate) const CODE: u8 = 10;

/// A module's sections: number and content.
pub(crate) type Sections = Vec<(u8, Vec<u8>)>;

/// A number in the binary format (LEB128).
pub(crate) fn number(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// Reads a number at the front of some bytes.
pub(crate) fn split_number(bytes: &[u8]) -> (usize, &[u8]) {
    let len = bytes.iter().position(|byte| byte & 0x80 == 0).unwrap() + 1;
    let value = bytes[..len].iter().rev().fold(0, |value, byte| value << 7 | usize::from(byte & 0x7f));
    (value, &bytes[len..])
}

pub(crate) fn sections(module: &[u8]) -> Sections {
    let mut rest = &module[8..];
    let mut sections = Vec::new();
    while let Some((id, behind)) = rest.split_first() {
        let (len, behind) = split_number(behind);
        sections.push((*id, behind[..len].to_vec()));
        rest = &behind[len..];
    }
    sections
}

pub(crate) fn module(sections: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let section =
        |(id, content): &(u8, Vec<u8>)| [&[*id], number(content.len()).as_slice(), content].concat();
    [b"\0asm\x01\0\0\0".to_vec(), sections.iter().flat_map(section).collect()].concat()
}

/// The bodies of a code section, without their sizes.
pub(crate) fn bodies(code: &[u8]) -> Vec<Vec<u8>> {
    let (count, mut rest) = split_number(code);
    (0..count)
        .map(|_| {
            let (len, behind) = split_number(rest);
            rest = &behind[len..];
            behind[..len].to_vec()
        })
        .collect()
}

fn code(bodies: &[Vec<u8>]) -> Vec<u8> {
    let body = |body: &Vec<u8>| [number(body.len()).as_slice(), body].concat();
    [number(bodies.len()), bodies.iter().flat_map(body).collect()].concat()
}

/// The module with another body.
pub(crate) fn with_body(sections: &Sections, index: usize, body: Vec<u8>) -> Vec<u8> {
    let mut sections = sections.clone();
    let content = &mut sections.iter_mut().find(|(id, _)| *id == CODE).unwrap().1;
    let mut all = bodies(content);
    all[index] = body;
    *content = code(&all);
    module(&sections)
}

/// The module with another section.
pub(crate) fn with_section(sections: &Sections, index: usize, content: Vec<u8>) -> Vec<u8> {
    let mut sections = sections.clone();
    sections[index].1 = content;
    module(&sections)
}
