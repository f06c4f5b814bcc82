//! What guest-check accepts, wasm3 compiles, all functions of it, and runs without a fault of its own.

mod support;

use arbitrary::Unstructured;
use device_abi::RefusalWord;
use proptest::prelude::*;
use support::{Budget, FUNCTIONS, PROFILE, QUIET};
use wasm_smith::{Config, Module as Generated};
use wasm3_engine::{Ended, Instance, Limits, Module};

/// Looks that a generated guest gets, of 128 iterations each.
const LOOKS: u32 = 160;

/// Loads a guest and lets it run for a while. `None` if it is refused.
fn survives(wasm: &[u8]) -> Option<Result<(), String>> {
    let module = Module::check(wasm, PROFILE).ok()?;
    let limits = Limits::for_profile(PROFILE);
    let mut instance = match Instance::new(&module, &FUNCTIONS, Budget::of(LOOKS), limits, &QUIET) {
        Ok(instance) => instance,
        Err(error) => return Some(Err(error.to_string())),
    };
    let ended = instance.start().and_then(|()| instance.run());
    let event = instance.on_event(1, 2, 3, 4).map(|()| 0);
    Some(match ended.and(event) {
        Err(Ended::Engine(text)) => Err(format!("runs into {text}")),
        Ok(_) | Err(Ended::Guest(_)) => Ok(()),
    })
}

#[track_caller]
fn accepted(text: &str) {
    let wasm = wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"));
    match survives(&wasm) {
        Some(result) => assert_eq!(result, Ok(()), "{text}"),
        None => panic!("refused: {:?}", Module::check(&wasm, PROFILE)),
    }
}

/// `text`, `count` times.
fn times(count: usize, text: &str) -> String {
    format!("{text} ").repeat(count)
}

/// A guest whose `run` calls nothing; `f` is compiled all the same.
fn with(functions: &str) -> String {
    format!(
        r#"(module (memory (export "memory") 1) {functions} (func (export "run") (result i32) i32.const 0))"#
    )
}

#[test]
fn the_profiles_slots_fit() {
    for ty in ["i32", "i64", "f32", "f64"] {
        let (locals, operands) = (times(112, ty), times(16, &format!("({ty}.const 1)")));
        let drops = times(16, "drop");
        accepted(&with(&format!("(func (local {locals}) {operands} {drops})")));
        // All of them operands, different ones, more than the table of constants has.
        let operands: String = (0..128).map(|n| format!("({ty}.const {n}) ")).collect();
        let sum = times(127, &format!("{ty}.add"));
        accepted(&with(&format!("(func (result {ty}) {operands} {sum})")));
    }
}

#[test]
fn the_profiles_parameters_and_results_fit() {
    for ty in ["i32", "i64", "f64"] {
        let types = times(16, ty);
        let gets: String = (0..16).map(|n| format!("(local.get {n}) ")).collect();
        let zeros = times(16, &format!("({ty}.const 7)"));
        let locals = times(96, ty);
        accepted(&with(&format!(
            "(func $f (param {types}) (result {types}) (local {locals}) {gets})
             (func {zeros} (call $f) (call $f) (call $f) {})",
            times(16, "drop")
        )));
        // In blocks, which keep room for both beside the operands: 3 x 32, and 32 locals and operands.
        for block in ["block", "loop"] {
            let blocks = times(3, &format!("({block} (param {types}) (result {types})"));
            accepted(&with(&format!("(func (param {types}) (result {types}) {gets} {blocks} )))) ")));
        }
    }
}

#[test]
fn the_profiles_nesting_fits() {
    for block in ["(block", "(loop", "(if (i32.const 1) (then"] {
        let end = if block.starts_with("(if") { "))" } else { ")" };
        accepted(&with(&format!("(func {} nop {})", times(48, block), times(48, end))));
    }
    for block in ["(block (result i64)", "(loop (result i64)"] {
        let ends = times(48, ")");
        accepted(&with(&format!("(func (result i64) {} (i64.const 1) {ends})", times(48, block))));
    }
}

#[test]
fn the_profiles_branches_fit() {
    let targets = times(256, "0");
    accepted(&with(&format!("(func (param i32) (block (br_table {targets} (local.get 0))))")));
    let many = times(256, "1");
    accepted(&with(&format!(
        "(func (param i32) (result i64)
            (block (result i64) (block (result i64) (br_table {many} (i64.const 1) (local.get 0)))))"
    )));
}

#[test]
fn a_large_function_fits() {
    let body = times(4000, "(i32.add (i32.const 12345) (local.get 0)) (local.set 0)");
    accepted(&with(&format!("(func (param i32) {body})")));
    let functions = times(1000, "(func (param i32) (result i32) (local.get 0))");
    accepted(&with(&functions));
}

#[test]
fn calls_of_results_of_calls_fit() {
    for ty in ["i32", "i64", "f32", "f64"] {
        let types = times(16, ty);
        let gets: String = (0..16).map(|n| format!("(local.get {n}) ")).collect();
        for (calls, index) in [("(call $f)", ""), ("(call_indirect (type $t))", "(i32.const 0)")] {
            let chain = times(300, &format!("{index} {calls}"));
            accepted(&with(&format!(
                "(type $t (func (param {types}) (result {types}))) (table 1 funcref) (elem (i32.const 0) $f)
                 (func $f (type $t) {gets})
                 (func (param {types}) (result {types}) {gets} {chain})"
            )));
        }
    }
}

#[test]
fn the_longest_names_fit() {
    let long = "n".repeat(20_000);
    accepted(&with(&format!(r#"(func (export "{long}"))"#)));
    // In a custom section: its name, and what is in it.
    let mut wasm = wat::parse_str(with("")).unwrap();
    wasm.extend([0, 0xa3, 0x9c, 0x01, 0xa0, 0x9c, 0x01]);
    wasm.extend(long.as_bytes());
    assert_eq!(survives(&wasm), Some(Ok(())));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_modules_compile_and_run(seed in any::<u64>()) {
        let wasm = generate(seed)?;
        if let Some(result) = survives(&wasm) {
            prop_assert_eq!(result, Ok(()));
        }
    }
}

/// Without this, the property above could hold for want of accepted modules.
#[test]
fn many_generated_modules_are_accepted() {
    let mut accepted = 0;
    for wasm in (0..100).filter_map(|seed| generate(seed).ok()) {
        match Module::check(&wasm, PROFILE) {
            Ok(_) => accepted += 1,
            Err(refusal) => assert_ne!(refusal.word, RefusalWord::Invalid, "{}", refusal.detail),
        }
    }
    assert!(accepted >= 20, "{accepted} of 100 generated modules accepted");
}

fn generate(seed: u64) -> Result<Vec<u8>, TestCaseError> {
    // Random bytes from one number, so that a failure prints no more than that (Steele et al., SplitMix64).
    let mut state = seed;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) as u8
    })
    .take(4096)
    .collect();
    Generated::new(allowed(), &mut Unstructured::new(&bytes))
        .map(|module| module.to_bytes())
        .map_err(|error| TestCaseError::reject(error.to_string()))
}

/// Guests with calls of the device and functions of the profile's size.
fn allowed() -> Config {
    let imports = r#"(module
        (import "device:abi/clock@1" "now" (func (result i64)))
        (import "device:abi/system@1" "exit" (func (param i32)))
        (import "device:abi/gpio@1" "toggle" (func (param i32) (result i32))))"#;
    Config {
        available_imports: Some(wat::parse_str(imports).unwrap()),
        max_instructions: 400,
        max_memory32_bytes: 1 << 17,
        ..support::generated()
    }
}
