//! Memory: reserved at the start, grows to its bound and no further.

mod support;

use support::{Budget, PROFILE, load, words};
use wasm3_engine::{Instance, Limits, LoadError, Module};

/// A guest with this memory whose `run` asks for pages, one request after the other, and packs the answers: each
/// takes four bits, -1 is f.
fn growing(memory: &str, requests: &[i32]) -> Vec<u8> {
    let grows: String = requests
        .iter()
        .map(|pages| {
            format!(
                "(local.set 0 (i32.or (i32.shl (local.get 0) (i32.const 4))
                    (i32.and (memory.grow (i32.const {pages})) (i32.const 15))))"
            )
        })
        .collect();
    let text = format!(
        r#"(module (memory (export "memory") {memory})
            (func (export "run") (result i32) (local i32) {grows} (local.get 0)))"#
    );
    wat::parse_str(&text).unwrap()
}

#[track_caller]
fn grows(memory: &str, requests: &[i32], answers: i32, pages: usize) {
    let wasm = growing(memory, requests);
    let mut instance = load(&wasm, Budget::endless());
    assert_eq!(words(instance.run()), format!("exit {answers}"), "{memory}: {requests:?}");
    assert_eq!(instance.memory().len(), pages * 65_536, "{memory}: {requests:?}");
}

#[test]
fn memory_grows_to_the_profiles_bound() {
    assert_eq!(PROFILE.memory_pages, 2);
    grows("1", &[0, 1, 1, 0], 0x11f2, 2);
    grows("0", &[1, 1, 1], 0x01f, 2);
    grows("2", &[0, 1], 0x2f, 2);
    grows("0", &[2], 0, 2);
    grows("0", &[3], 0xf, 0);
}

#[test]
fn memory_grows_to_the_modules_bound() {
    grows("1 1", &[1, 0], 0xf1, 1);
    grows("0 0", &[1, 0], 0xf0, 0);
    grows("1 100", &[1, 1], 0x1f, 2);
}

#[test]
fn a_sum_of_pages_that_wraps_is_refused() {
    grows("1", &[-1, 0], 0xf1, 1);
    grows("1", &[i32::MIN, 0], 0xf1, 1);
    grows("2", &[-2, -1, 0], 0xff2, 2);
}

#[test]
fn what_grew_is_zero_and_what_was_there_stays() {
    let wasm = wat::parse_str(
        r#"(module (memory (export "memory") 1)
            (data (i32.const 65532) "abcd")
            (func (export "run") (result i32)
                (drop (memory.grow (i32.const 1)))
                (i32.store offset=3 (i32.const 65535) (i32.const 0x01020304))
                (i32.load (i32.const 131068))))"#,
    )
    .unwrap();
    let mut instance = load(&wasm, Budget::endless());
    assert_eq!(instance.memory().len(), 65_536);
    assert_eq!(words(instance.run()), "exit 0");
    let memory = instance.memory();
    assert_eq!(memory[65_532..65_544], *b"abcd\0\0\x04\x03\x02\x01\0\0");
}

#[test]
fn memory_beyond_the_size_is_not_there_yet() {
    let wasm = wat::parse_str(
        r#"(module (memory (export "memory") 1)
            (func (export "run") (result i32) (i32.load8_u (i32.const 65536))))"#,
    )
    .unwrap();
    assert_eq!(words(load(&wasm, Budget::endless()).run()), "trap out-of-bounds-memory");
}

#[test]
fn no_room_for_the_stack_is_a_refusal() {
    let wasm = growing("1", &[]);
    let module = Module::check(&wasm, PROFILE).unwrap();
    let limits = Limits { value_stack_bytes: u32::MAX, ..Limits::for_profile(PROFILE) };
    let error =
        Instance::new(&module, &support::FUNCTIONS, Budget::endless(), limits, &support::QUIET).unwrap_err();
    assert_eq!(error, LoadError::OutOfMemory { pages: 2 });
    assert_eq!(error.refusal().unwrap().to_string(), "out-of-memory");
}
