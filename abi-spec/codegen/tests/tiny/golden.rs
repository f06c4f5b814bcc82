//! The committed outputs are what the generators make now.

use std::path::Path;

use abi_model::Abi;

fn compare(generator: abi_codegen::Generator, folder: &str) {
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny");
    let abi = Abi::from_dir(&tiny.join("wit")).unwrap().unwrap_or_else(|problems| panic!("{problems}"));
    let files = generator(&abi);
    assert!(!files.is_empty());
    for (name, text) in files {
        let path = tiny.join(folder).join(name);
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "{}: is not up to date; run `cargo xtask codegen`", path.display());
    }
}

#[test]
fn rust_host() {
    compare(abi_codegen::rust_host, "generated");
}

#[test]
fn rust_guest() {
    compare(abi_codegen::rust_guest, "guest/abi");
}

#[test]
fn reference() {
    compare(abi_codegen::reference, "");
}
