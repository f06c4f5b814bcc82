//! Nothing leaks, whatever happens, and a heap that is full is a refusal.
//!
//! One test: the allocator counts for the whole process.

mod support;

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    ptr,
};

use support::{Budget, FUNCTIONS, PROFILE, QUIET, guest, words};
use wasm3_engine::{Instance, Limits, LoadError, Module};

thread_local! {
    /// Blocks and bytes that this thread holds.
    static HELD: Cell<(isize, isize)> = const { Cell::new((0, 0)) };
    /// Allocations until one fails; `None`: none fails.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    /// Whether it fails alone; else all after it do, too.
    static ONCE: Cell<bool> = const { Cell::new(false) };
}

/// The system's allocator, counting, and failing when told.
struct Counting;

fn held(blocks: isize, bytes: isize) {
    HELD.with(|held| held.set((held.get().0 + blocks, held.get().1 + bytes)));
}

fn fails() -> bool {
    LEFT.with(|left| match left.get() {
        None => false,
        Some(0) => {
            if ONCE.get() {
                left.set(None);
            }
            true
        }
        Some(count) => {
            left.set(Some(count - 1));
            false
        }
    })
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its nature")]
// SAFETY: all memory comes from the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if fails() {
            return ptr::null_mut();
        }
        held(1, layout.size() as isize);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        held(-1, -(layout.size() as isize));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What `work` leaves behind, blocks and bytes.
fn left_by(work: impl FnOnce()) -> (isize, isize) {
    let before = HELD.with(Cell::get);
    work();
    let after = HELD.with(Cell::get);
    (after.0 - before.0, after.1 - before.1)
}

/// A guest with a bit of everything: blocks that need code pages of their own, a table, globals, constants.
fn rich() -> Vec<u8> {
    let nested = "(if (result i64) (local.get 0) (then (i64.const 1)) (else ".repeat(20);
    let ends = "))".repeat(20);
    let many: String = (0..200)
        .map(|n| {
            format!("(local.set 0 (i32.add (local.get 0) (i32.const {n}))) (br_if 0 (i32.eqz (local.get 0)))")
        })
        .collect();
    // Operations of which several words follow, for more than a page of code.
    let selects = "(drop (select (local.get 0) (local.get 1) (local.get 0)))".repeat(200);
    let gets: String = (0..60).map(|local| format!("(local.get {local})")).collect();
    let waiting = format!("{gets} (block) {}", "drop ".repeat(60)).repeat(10);
    let locals = "i64 ".repeat(60);
    let looping = "(local.get 0) (loop (param i32) drop)".repeat(200);
    guest(&format!(
        r#"(table 4 funcref) (elem (i32.const 1) $run $many)
        (global $a (mut i64) (i64.const 7)) (global $b f64 (f64.const 1.5))
        (data (i32.const 0) "hello") (data (i32.const 100) "world")
        (func $deep (param i32) (result i64) {nested} (i64.const 2) {ends})
        (func $many (param i32) (result i32) (block {many} (br_table 0 0 0 0 (local.get 0))) (local.get 0))
        (func $selects (param i32 i32) {selects})
        (func $waiting (local {locals}) {waiting})
        (func $looping (param i32) {looping})
        (func $trap (unreachable))
        (func $run (export "run") (result i32)
            (global.set $a (call $deep (i32.const 1)))
            (drop (call $many (i32.const 5)))
            (drop (memory.grow (i32.const 1)))
            (i32.wrap_i64 (global.get $a)))
        (func (export "on-event") (param i32 i32 i64 i64) (call $trap))"#
    ))
}

fn load<'m>(module: &Module<'m>) -> Result<Instance<'m, Budget>, LoadError> {
    Instance::new(module, &FUNCTIONS, Budget::endless(), Limits::for_profile(PROFILE), &QUIET)
}

#[test]
fn nothing_is_left_behind() {
    let wasm = rich();
    let module = Module::check(&wasm, PROFILE).unwrap();

    // One after the other, with every kind of end.
    let left = left_by(|| {
        for _ in 0..1000 {
            let mut instance = load(&module).unwrap();
            assert_eq!(words(instance.run()), "exit 1");
            assert_eq!(instance.on_event(1, 2, 3, 4).unwrap_err().to_string(), "trap unreachable");
        }
    });
    assert_eq!(left, (0, 0));

    // Nothing is allocated once a guest is loaded.
    let mut instance = load(&module).unwrap();
    LEFT.set(Some(0));
    let ended = instance.run();
    LEFT.set(None);
    assert_eq!(words(ended), "exit 1");
    drop(instance);

    // The heap is full at each allocation of a load in turn, from there on or just then.
    for once in [false, true] {
        ONCE.set(once);
        each_allocation_fails(&module);
    }
    assert_eq!(words(load(&module).unwrap().run()), "exit 1");
}

fn each_allocation_fails(module: &Module<'_>) {
    let once = if ONCE.get() { "once" } else { "for good" };
    let mut failures = 0;
    for allocations in 0.. {
        let mut loaded = None;
        let left = left_by(|| {
            LEFT.set(Some(allocations));
            let result = load(module);
            LEFT.set(None);
            loaded = Some(result.map(drop));
        });
        assert_eq!(left, (0, 0), "failing {once} after {allocations}");
        match loaded.unwrap() {
            Ok(()) => break,
            Err(error) => {
                assert_eq!(error, LoadError::OutOfMemory { pages: 2 }, "failing {once} after {allocations}")
            }
        }
        failures += 1;
    }
    assert!(failures > 20, "only {failures} allocations in a load");
}
