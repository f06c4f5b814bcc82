//! The header and the size of the file.

use crate::case::{ACCEPTED, Case, PROFILE, guest};

pub(crate) fn cases() -> Vec<Case> {
    let of_size = |len: usize| padded(wat::parse_str(guest("", "")).unwrap(), len);
    let most = PROFILE.module_bytes as usize;
    vec![
        Case::new("no bytes", vec![], "not-wasm"),
        Case::new("half a magic", b"\0as".to_vec(), "not-wasm"),
        Case::new("text", b"(module)".to_vec(), "not-wasm"),
        Case::new("an ELF file", b"\x7fELF\x02\x01\x01\0".to_vec(), "not-wasm"),
        Case::new("magic alone", b"\0asm".to_vec(), "not-wasm"),
        Case::new("half a version", b"\0asm\x01\0\0".to_vec(), "not-wasm"),
        Case::new("version 2", b"\0asm\x02\0\0\0".to_vec(), "not-wasm"),
        Case::new("a component", "(component)", "component"),
        Case::new("a component of another version", b"\0asm\x0e\0\x01\0".to_vec(), "component"),
        Case::new("a large file that is no module", vec![0; most + 1], "not-wasm"),
        Case::new("a large component", [b"\0asm\x0d\0\x01\0".to_vec(), vec![0; most]].concat(), "component"),
        Case::new("as many bytes as allowed", of_size(most), ACCEPTED),
        Case::new("one byte more than allowed", of_size(most + 1), "module-size"),
        Case::new(
            "size comes before validity",
            [b"\0asm\x01\0\0\0".to_vec(), vec![9; most]].concat(),
            "module-size",
        ),
    ]
}

/// Appends a custom section, so that the module has `len` bytes.
fn padded(mut module: Vec<u8>, len: usize) -> Vec<u8> {
    // Section id, two-byte size, empty name.
    let content = len - module.len() - 3;
    module.extend([0, (content & 0x7f) as u8 | 0x80, (content >> 7) as u8]);
    module.resize(len, 0);
    module
}
