//! tmp
#![allow(clippy::print_stderr, clippy::disallowed_methods, reason = "temporary")]
use std::path::Path;
fn main() {
    let root = Path::new(".");
    let abi = match abi_model::Abi::from_dir(&root.join("abi-spec/wit")).unwrap() { Ok(abi) => abi, Err(p) => { eprintln!("{p}"); std::process::exit(1) } };
    for (dir, files) in [("abi-spec/types/src/generated", abi_codegen::rust_host(&abi)), ("guest-sdk/rust/src/abi", abi_codegen::rust_guest(&abi)), ("abi-spec", abi_codegen::reference(&abi))] {
        for (name, text) in files { let p = root.join(dir).join(name); std::fs::create_dir_all(p.parent().unwrap()).unwrap(); std::fs::write(p, text).unwrap(); }
    }
}
