//! What people read when a module is refused, word for word.

use device_abi::{Profile, Refusal, RefusalWord};
use guest_check::explain;

/// Explains the refusal of a module in text form.
fn explained(text: &str) -> String {
    explained_bytes(&wat::parse_str(text).unwrap())
}

fn explained_bytes(bytes: &[u8]) -> String {
    explain(&guest_check::check(bytes, &Profile::ESP32C3).unwrap_err())
}

#[test]
fn files_that_are_no_modules() {
    assert_eq!(explained_bytes(b""), "this is not a WebAssembly module: 0 bytes are too short for a header");
    assert_eq!(
        explained_bytes(b"\x7fELF\x02\x01\x01\0"),
        "this is not a WebAssembly module: it starts with [7f, 45, 4c, 46], not with [00, 61, 73, 6d]"
    );
    assert_eq!(
        explained("(component)"),
        "this is a component: its header says layer 1, a component; pass the core module that it was made from \
         (in Rust, build for the target wasm32v1-none)"
    );
}

#[test]
fn a_truncated_module() {
    let module = wat::parse_str("(module (func))").unwrap();
    assert_eq!(
        explained_bytes(&module[..module.len() - 1]),
        "the module is not valid WebAssembly 1.0 with the features that guests may use: unexpected end-of-file at \
         byte 22 (in Rust, build for the target wasm32v1-none)"
    );
}

#[test]
fn another_version_of_an_interface() {
    assert_eq!(
        explained(r#"(module (import "device:abi/i2c@2" "open" (func)))"#),
        "import \"device:abi/i2c@2\" \"open\": this device speaks device:abi@1.0.0: device:abi/i2c@1"
    );
}

#[test]
fn a_misspelt_interface() {
    assert_eq!(
        explained(r#"(module (import "device:abi/i2k@1" "open" (func)))"#),
        "import \"device:abi/i2k@1\" \"open\": did you mean \"device:abi/i2c@1\" (device:abi@1.0.0)?"
    );
}

#[test]
fn a_misspelt_function() {
    assert_eq!(
        explained(r#"(module (import "device:abi/i2c@1" "write-raed" (func)))"#),
        "import \"device:abi/i2c@1\" \"write-raed\": did you mean \"write-read\" (since 1.0.0)?"
    );
}

#[test]
fn a_function_of_another_interface() {
    assert_eq!(
        explained(r#"(module (import "device:abi/log@1" "delay-ns" (func)))"#),
        "import \"device:abi/log@1\" \"delay-ns\": did you mean \"device:abi/clock@1\" \"delay-ns\" (since 1.0.0)?"
    );
}

#[test]
fn a_function_like_no_other() {
    assert_eq!(
        explained(r#"(module (import "device:abi/clock@1" "xyz" (func)))"#),
        "import \"device:abi/clock@1\" \"xyz\": this device speaks device:abi@1.0.0, where the module has now, \
         sleep, delay-ns"
    );
}

#[test]
fn modules_of_other_platforms() {
    assert_eq!(
        explained(r#"(module (import "wasi_snapshot_preview1" "fd_write" (func)))"#),
        "import \"wasi_snapshot_preview1\" \"fd_write\": this device has no WASI; in Rust, build for the target \
         wasm32v1-none"
    );
    assert_eq!(
        explained(r#"(module (import "__wbindgen_placeholder__" "x" (func)))"#),
        "import \"__wbindgen_placeholder__\" \"x\": wasm-bindgen is for browsers; in Rust, build for the target \
         wasm32v1-none without it"
    );
    assert_eq!(
        explained(r#"(module (import "env" "printf" (func)))"#),
        "import \"env\" \"printf\": functions that no library defined end up in the module \"env\"; define it, or \
         give its declaration the import module of the ABI"
    );
    let message = explained(r#"(module (import "arduino" "digitalWrite" (func)))"#);
    assert!(
        message.starts_with(
            "import \"arduino\" \"digitalWrite\": this device speaks device:abi@1.0.0: device:abi/"
        ),
        "{message}"
    );
}

#[test]
fn a_wrong_signature() {
    assert_eq!(
        explained(r#"(module (import "device:abi/i2c@1" "open" (func (param i32 i64))))"#),
        "import \"device:abi/i2c@1\" \"open\": wrong signature: expected (i32, i32) -> i32, found (i32, i64) -> () \
         at byte 19 (i2c.open since 1.0.0)"
    );
}

#[test]
fn imports_of_other_kinds_and_names() {
    assert_eq!(
        explained(r#"(module (import "env" "memory" (memory 1)))"#),
        "import \"env\" \"memory\": import of a memory, only functions can be imported, at byte 11; a guest defines \
         its own memory, tables and globals"
    );
    assert_eq!(
        explained(r#"(module (import "env" "a\00b" (func)))"#),
        "import \"env\" \"a\\0b\": NUL character in an import's name at byte 17"
    );
    assert_eq!(
        explained(r#"(module (func (export "a\00b")))"#),
        "export \"a\\0b\": NUL character in an export's name at byte 21"
    );
}

#[test]
fn missing_and_wrong_exports() {
    assert_eq!(
        explained(r#"(module (memory 1))"#),
        "no memory is exported as \"memory\"; the module exports nothing; define a memory and export it as \"memory\""
    );
    assert_eq!(
        explained(r#"(module (memory (export "memory") 1) (func (export "_start")))"#),
        "no function is exported as \"run\"; the module exports \"memory\", \"_start\"; export a function \"run\" \
         with the signature () -> i32"
    );
    assert_eq!(
        explained(r#"(module (memory (export "memory") 1) (func (export "run")))"#),
        "export \"run\": expected () -> i32, found () -> () at byte 35"
    );
}

#[test]
fn sizes_above_the_profile() {
    let guest = |fields: &str| {
        explained(&format!("(module {fields} (func (export \"run\") (result i32) i32.const 0))"))
    };
    let memory = r#"(memory (export "memory") 1)"#;
    assert_eq!(
        guest(r#"(memory (export "memory") 17)"#),
        "the memory is too large: 17 pages of 64 KiB at the start, profile esp32c3 has 2"
    );
    assert_eq!(
        guest(&format!("{memory} (table 300 funcref)")),
        "the table is too large: 300 elements at the start, profile esp32c3 has 256"
    );
    assert_eq!(
        guest(&format!("{memory} (data (i32.const 65535) \"xy\")")),
        "data[0] does not fit: 2 from 65535 on, of 65536 bytes of memory at the start, at byte 53"
    );
    assert_eq!(
        guest(&format!("{memory} (func (param{}))", " i32".repeat(17))),
        "type[0] is too large: 17 parameters, profile esp32c3 has 16"
    );
    assert_eq!(
        guest(&format!("{memory} (func (local{}))", " i32".repeat(129))),
        "function[0] is too large: 129 locals, operands and values of blocks at byte 50, profile esp32c3 has 128"
    );
    let large = [b"\0asm\x01\0\0\0".to_vec(), vec![0; 65_529]].concat();
    assert_eq!(
        explained_bytes(&large),
        "the module is too large: 65537 bytes, profile esp32c3 has room for 65536"
    );
}

#[test]
fn every_word_has_a_sentence_that_keeps_the_detail_or_names_the_import() {
    for &word in RefusalWord::ALL {
        let refusal = Refusal { word, module: "m".into(), name: "n".into(), detail: "the detail".into() };
        let sentence = explain(&refusal);
        assert!(
            sentence.contains("the detail") || sentence.contains("import \"m\" \"n\""),
            "{word}: {sentence}"
        );
        assert!(!sentence.ends_with('.'), "{word}: {sentence}");
    }
}
