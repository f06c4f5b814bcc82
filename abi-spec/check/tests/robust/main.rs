//! Any bytes whatever: no panic, and nothing accepted that is not a module.

#[cfg(feature = "validate")]
mod edits;
#[cfg(feature = "validate")]
mod entries;
#[cfg(feature = "validate")]
mod instructions;
mod oracle;
#[cfg(feature = "validate")]
mod parts;

use std::collections::BTreeSet;

use arbitrary::Unstructured;
use device_abi::{Profile, Refusal, RefusalWord};
use guest_check::{Guest, check};
use oracle::validates;
use proptest::{prelude::*, strategy::ValueTree};
use wasm_smith::{Config, Module};

/// A module with every kind of section and of instruction, accepted by both profiles.
const RICH: &str = r#"(module
    (import "device:abi/clock@1" "now" (func $now (result i64)))
    (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
    (type $two (func (param i32) (result i32 i64)))
    (table 4 8 funcref)
    (memory (export "memory") 1 2)
    (global $g (mut i64) (i64.const 7))
    (global (export "pi") f64 (f64.const 3.14))
    (func $run (export "run") (result i32) (local i32 i64)
        (block (loop (br_if 1 (i32.const 1)) (br 0)))
        (block (block (block (br_table 0 1 2 (local.get 0)))))
        (global.set $g (call $now))
        (call $log (i32.const 2) (i32.const 8) (i32.const 5))
        (i32.const 1) (block (type $two) (i64.const 2)) drop drop
        (i32.store8 (i32.const 3) (i32.load16_u offset=2 (i32.const 1)))
        (drop (memory.grow (memory.size)))
        (drop (select (i32.const 1) (i32.const 2) (i32.const 3)))
        (drop (i32.extend8_s (i32.trunc_sat_f64_s (global.get 1))))
        (memory.copy (i32.const 0) (i32.const 1) (i32.const 2))
        (if (result i32) (i32.const 1) (then (i32.const 0)) (else (call_indirect (result i32) (i32.const 3)))))
    (func (export "on-event") (param i32 i32 i64 i64)
        (memory.fill (i32.const 0) (i32.const 0) (i32.const 8)))
    (func $start)
    (start $start)
    (elem (i32.const 3) $run)
    (data (i32.const 8) "hello")
    (@custom "trailer" "abc"))"#;

fn rich() -> Vec<u8> {
    wat::parse_str(RICH).unwrap()
}

/// Checks against all profiles. A panic anywhere fails the test.
fn check_all(bytes: &[u8]) -> Vec<Result<Guest, Refusal>> {
    Profile::ALL.iter().map(|profile| check(bytes, profile)).collect()
}

/// Where a module's sections end: cut there, it may still be one.
fn section_ends(bytes: &[u8]) -> BTreeSet<usize> {
    wasmparser::Parser::new(0)
        .parse_all(bytes)
        .map(|payload| match payload.unwrap() {
            wasmparser::Payload::Version { range, .. } => range.end as usize,
            payload => payload.as_section().map_or(0, |(_, range)| range.end as usize),
        })
        .collect()
}

#[test]
fn a_rich_module_is_accepted() {
    let expected = Guest { initial_pages: 1, bound_pages: 2, has_on_event: true, has_start: true };
    assert_eq!(check_all(&rich()), vec![Ok(expected); Profile::ALL.len()]);
}

#[test]
fn a_module_cut_anywhere_is_refused_or_ends_with_a_section() {
    let module = rich();
    let ends = section_ends(&module);
    for len in 0..module.len() {
        for result in check_all(&module[..len]) {
            assert!(result.is_err() || ends.contains(&len), "{len} of {} bytes accepted", module.len());
        }
    }
}

#[test]
fn every_single_byte_changed_to_anything_is_survived() {
    let module = rich();
    for at in 0..module.len() {
        for value in 0..=u8::MAX {
            let mut changed = module.clone();
            changed[at] = value;
            let accepted = check(&changed, &Profile::ESP32C3).is_ok();
            assert!(!accepted || validates(&changed), "byte {at} as {value:#x} is accepted, but not valid");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        for result in check_all(&bytes) {
            prop_assert!(result.is_err());
        }
    }

    #[test]
    fn random_bytes_behind_a_header_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        check_all(&[b"\0asm\x01\0\0\0".as_slice(), &bytes].concat());
    }

    #[test]
    fn random_sections_are_survived(
        sections in prop::collection::vec((0_u8..14, prop::collection::vec(any::<u8>(), 0..100)), 0..8)
    ) {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (id, content) in sections {
            module.extend([id, content.len() as u8]);
            module.extend(content);
        }
        check_all(&module);
    }

    #[test]
    fn many_changes_at_once_are_survived(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut module = rich();
        for (at, value) in changes {
            *at.get_mut(&mut module) = value;
        }
        for bytes in [&module, &module[..cut.index(module.len())]] {
            let accepted = check_all(bytes).iter().any(Result::is_ok);
            prop_assert!(!accepted || validates(bytes));
        }
    }

    /// Valid modules with a few bytes changed, most of them in bodies: what is accepted validates.
    #[test]
    fn generated_modules_with_changes_are_accepted_only_if_they_validate(
        seed in prop::collection::vec(any::<u8>(), 2048),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = generate(&seed, allowed())?;
        for (at, value) in changes {
            *at.get_mut(&mut bytes) = value;
        }
        for result in check_all(&bytes) {
            prop_assert!(result.is_err() || validates(&bytes));
        }
    }

    /// Modules of all proposals, with the exports of a guest. What is accepted must validate.
    #[test]
    fn generated_modules_are_accepted_only_if_they_validate(seed in prop::collection::vec(any::<u8>(), 2048)) {
        let bytes = generate(&seed, Config { exports: Some(exports()), ..Config::default() })?;
        for result in check_all(&bytes) {
            prop_assert!(result.is_err() || validates(&bytes));
        }
    }

    /// Modules of the allowed features alone are refused for a size, or not at all.
    #[test]
    fn generated_modules_of_the_allowed_features_are_valid(seed in prop::collection::vec(any::<u8>(), 2048)) {
        let bytes = generate(&seed, allowed())?;
        prop_assert!(validates(&bytes));
        for result in check_all(&bytes) {
            if let Err(refusal) = result {
                use RefusalWord::{
                    ExportCount, FunctionBranches, FunctionCount, FunctionNesting, FunctionParams, FunctionSlots,
                    GlobalCount, ImportCount, MemorySize, ModuleSize, Segment, SegmentCount, TableSize, TypeCount,
                };
                prop_assert!(
                    matches!(
                        refusal.word,
                        ModuleSize | MemorySize | TableSize | Segment | FunctionParams | FunctionNesting
                            | FunctionBranches | FunctionSlots | TypeCount | ImportCount | FunctionCount | GlobalCount | ExportCount
                            | SegmentCount
                    ),
                    "{refusal}: {}", refusal.detail
                );
            }
        }
    }
}

/// Without this, the two properties above could hold for want of accepted modules.
#[test]
fn many_generated_modules_are_accepted() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let seeds = prop::collection::vec(any::<u8>(), 2048);
    let modules = (0..100).map(|_| seeds.new_tree(&mut runner).unwrap().current());
    let accepted = modules
        .filter_map(|seed| generate(&seed, allowed()).ok())
        .filter(|bytes| check(bytes, &Profile::DESKTOP).is_ok())
        .count();
    assert!(accepted >= 20, "{accepted} of 100 generated modules accepted");
}

fn generate(seed: &[u8], config: Config) -> Result<Vec<u8>, TestCaseError> {
    Module::new(config, &mut Unstructured::new(seed))
        .map(|module| module.to_bytes())
        .map_err(|error| TestCaseError::reject(error.to_string()))
}

/// The exports that generated modules must have.
fn exports() -> Vec<u8> {
    wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "run") (result i32) unreachable))"#)
        .unwrap()
}

fn imports() -> Vec<u8> {
    wat::parse_str(
        r#"(module
            (import "device:abi/clock@1" "now" (func (result i64)))
            (import "device:abi/clock@1" "sleep" (func (param i64)))
            (import "device:abi/gpio@1" "write" (func (param i32 i32) (result i32))))"#,
    )
    .unwrap()
}

/// The allowed features, in wasm-smith's words. It knows bulk memory only as a whole, so that stays off.
fn allowed() -> Config {
    Config {
        exports: Some(exports()),
        available_imports: Some(imports()),
        bulk_memory_enabled: false,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        compact_imports_enabled: false,
        memory64_enabled: false,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        // The exported memory comes on top.
        max_memories: 0,
        max_memory32_bytes: 1 << 17,
        max_table_elements: 300,
        ..Config::default()
    }
}
