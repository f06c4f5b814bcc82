//! A heap as small as a chip's: whatever the module, it is refused, or loaded, or the memory is too small for it. Nothing
//! aborts for want of memory.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ptr,
};

use arbitrary::Unstructured;
use proptest::prelude::*;
use support::{Budget, FUNCTIONS, PROFILE, QUIET};
use wasm_smith::{Config, Module as Generated};
use wasm3_engine::{Instance, Limits, LoadError, Module};

/// Bytes of heap that an ESP32-C3 has at least for one guest, its module aside: 280 KB, of which a module in memory takes
/// 64 KB. Here pointers have 64 bits, so that it is smaller than there.
const HEAP_BYTES: usize = 208 * 1024;

thread_local! {
    /// Bytes that this thread may still allocate; `None`: as many as it likes.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The system's allocator, up to a limit.
struct Limited;

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: all memory comes from the system's allocator.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let fits = LEFT.with(|left| match left.get() {
            None => true,
            Some(bytes) => bytes.checked_sub(layout.size()).is_some_and(|rest| {
                left.set(Some(rest));
                true
            }),
        });
        // SAFETY: the caller's promise.
        if fits { unsafe { System.alloc(layout) } } else { ptr::null_mut() }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LEFT.with(|left| left.set(left.get().map(|bytes| bytes + layout.size())));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static LIMITED: Limited = Limited;

/// What becomes of a module on the small heap. Where Rust finds no memory, the test process aborts.
fn fate(wasm: &[u8]) -> String {
    LEFT.set(Some(HEAP_BYTES));
    let fate = match Module::check(wasm, PROFILE) {
        Err(refusal) => Err(refusal),
        Ok(module) => {
            let limits = Limits::for_profile(PROFILE);
            Ok(Instance::new(&module, &FUNCTIONS, Budget::endless(), limits, &QUIET).map(drop))
        }
    };
    let left = LEFT.take();
    let words = match &fate {
        Err(refusal) => refusal.to_string(),
        Ok(Ok(())) => "loaded".into(),
        Ok(Err(LoadError::OutOfMemory { .. })) => "out of memory".into(),
        Ok(Err(error)) => error.to_string(),
    };
    if fate.is_ok() {
        assert_eq!(left, Some(HEAP_BYTES), "{words}");
    }
    words
}

/// A guest with these fields, in binary form, with one page of memory.
fn guest(fields: &str) -> Vec<u8> {
    let text = format!(
        r#"(module (memory (export "memory") 1 1) (func $run (export "run") (result i32) i32.const 0) {fields})"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn many(count: u32, field: impl Fn(u32) -> String) -> String {
    (0..count).map(field).collect()
}

#[test]
fn the_largest_modules_load_or_are_refused() {
    let params =
        |n: u32| (0..16).map(|at| if n >> at & 1 == 0 { " i32" } else { " i64" }).collect::<String>();
    let types = many(PROFILE.types - 1, |n| format!("(type (func (param{0}) (result{0})))", params(n)));
    let functions = many(PROFILE.functions - 1, |_| "(func)".into());
    let larger = many(PROFILE.functions - 1, |n| format!("(func (drop (i32.const {n})))"));
    let globals = many(PROFILE.globals, |n| format!("(global (mut i64) (i64.const {n}))"));
    let exports = many(PROFILE.exports - 2, |n| format!(r#"(export "{n:x>0$}" (func $run))"#, 400));
    let data = many(PROFILE.segments, |n| format!(r#"(data (i32.const {n}) "x")"#));
    let elements = many(PROFILE.segments, |_| "(elem (i32.const 0) func $run)".into());
    let table = format!("(table {} funcref)", PROFILE.table_elements);
    let branches = "0 ".repeat(PROFILE.function_branches as usize);
    let branches = format!("(func (block (br_table {branches} (i32.const 0))))").repeat(200);
    let nested = format!("(func {} {})", "block ".repeat(48), "end ".repeat(48)).repeat(400);
    let sums = format!("(func (param i32) {})", "local.get 0 local.get 0 i32.add drop ".repeat(10_000));
    for (about, fields, expected) in [
        ("types", types.clone(), "loaded"),
        ("functions", functions, "accepted"),
        ("functions that do something", larger, "accepted"),
        ("globals", globals.clone(), "loaded"),
        ("exports", exports.clone(), "loaded"),
        ("data", data.clone(), "loaded"),
        ("elements", format!("{table} {elements}"), "loaded"),
        (
            "all of them",
            [&types, &globals, &exports, &data, &table, &elements].map(String::as_str).concat(),
            "loaded",
        ),
        ("branches", branches, "out of memory"),
        ("nesting", nested, "accepted"),
        ("a large body", sums, "out of memory"),
        ("too many types", "(type (func)) ".repeat(20_000), "type-count"),
        ("too many functions", "(func) ".repeat(10_000), "function-count"),
        ("too many exports", many(3000, |n| format!(r#"(export "{n}" (func $run))"#)), "export-count"),
    ] {
        let fate = fate(&guest(&fields));
        let fits = expected == "accepted" && ["loaded", "out of memory"].contains(&&*fate);
        assert!(fate == expected || fits, "{about}: {fate}, expected {expected}");
    }
}

/// A heap too small for the guest's memory must not pass for one that it fits.
#[test]
fn the_heap_is_limited() {
    let text = r#"(module (memory (export "memory") 1 2) (func (export "run") (result i32) i32.const 0))"#;
    let wasm = wat::parse_str(text).unwrap();
    assert_eq!(fate(&wasm), "loaded");
    let large = guest(&format!("(func (param i64) {})", "local.get 0 i64.eqz drop ".repeat(12_000)));
    assert_eq!(fate(&large), "out of memory");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_modules_load_or_are_refused(seed in prop::collection::vec(any::<u8>(), 4096)) {
        let config = Config {
            max_types: 200,
            max_funcs: 1200,
            max_globals: 200,
            max_data_segments: 300,
            max_element_segments: 300,
            max_imports: 0,
            ..support::generated()
        };
        let module = Generated::new(config, &mut Unstructured::new(&seed));
        let wasm = module.map_err(|error| TestCaseError::reject(error.to_string()))?.to_bytes();
        let fate = fate(&wasm);
        prop_assert!(!fate.contains("wasm3"), "{}", fate);
    }
}
