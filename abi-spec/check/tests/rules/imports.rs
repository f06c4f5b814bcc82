//! Imports: kind, name, module, signature, the first in module order.

use device_abi::{FUNCTIONS, Flat, FunctionInfo};

use crate::case::{ACCEPTED, Case, PROFILE, guest};

pub(crate) fn cases() -> Vec<Case> {
    let import = |import: &str| guest(&format!("(import {import})"), "");
    vec![
        Case::new("no import", guest("", ""), ACCEPTED),
        Case::new(
            "an imported memory",
            "(module (import \"env\" \"memory\" (memory 1)) (export \"memory\" (memory 0)) (func (export \"run\") (result i32) i32.const 0))",
            "import-kind env memory",
        ),
        Case::new("an imported table", import(r#""env" "t" (table 1 funcref)"#), "import-kind env t"),
        Case::new("an imported global", import(r#""env" "g" (global i32)"#), "import-kind env g"),
        Case::new(
            "an imported mutable global",
            import(r#""env" "g" (global (mut i32))"#),
            "import-kind env g",
        ),
        Case::new(
            "a function's name imported as global",
            import(r#""device:abi/clock@1" "now" (global i64)"#),
            "import-kind device:abi/clock@1 now",
        ),
        Case::new(
            "data at an imported global",
            guest(r#"(import "env" "g" (global i32))"#, "(data (global.get 0))"),
            "import-kind env g",
        ),
        Case::new("kind comes before the NUL", import(r#""e\00" "g" (global i32)"#), "import-kind e\\0 g"),
        Case::new(
            "a NUL in the name",
            import(r#""device:abi/clock@1" "no\00w" (func)"#),
            "name-nul device:abi/clock@1 no\\0w",
        ),
        Case::new(
            "a NUL in the module",
            import(r#""device:abi/clock@1\00" "now" (func)"#),
            "name-nul device:abi/clock@1\\0 now",
        ),
        Case::new(
            "an unknown module",
            import(r#""wasi_snapshot_preview1" "fd_write" (func)"#),
            "unknown-module wasi_snapshot_preview1 fd_write",
        ),
        Case::new(
            "another major version",
            import(r#""device:abi/i2c@2" "open" (func)"#),
            "unknown-module device:abi/i2c@2 open",
        ),
        Case::new(
            "a module of types only",
            import(r#""device:abi/types@1" "x" (func)"#),
            "unknown-module device:abi/types@1 x",
        ),
        Case::new("empty names", import(r#""" "" (func)"#), "unknown-module"),
        Case::new(
            "an unknown function",
            import(r#""device:abi/i2c@1" "write-raed" (func)"#),
            "unknown-import device:abi/i2c@1 write-raed",
        ),
        Case::new(
            "a function of another interface",
            import(r#""device:abi/i2c@1" "sleep" (func)"#),
            "unknown-import device:abi/i2c@1 sleep",
        ),
        Case::new(
            "a parameter too few",
            import(r#""device:abi/i2c@1" "open" (func (param i32) (result i32))"#),
            "import-signature device:abi/i2c@1 open",
        ),
        Case::new(
            "a parameter of another type",
            import(r#""device:abi/i2c@1" "open" (func (param i32 i64) (result i32))"#),
            "import-signature device:abi/i2c@1 open",
        ),
        Case::new(
            "no result",
            import(r#""device:abi/i2c@1" "open" (func (param i32 i32))"#),
            "import-signature device:abi/i2c@1 open",
        ),
        Case::new(
            "a result too many",
            import(r#""device:abi/i2c@1" "open" (func (param i32 i32) (result i32 i32))"#),
            "import-signature device:abi/i2c@1 open",
        ),
        Case::new("the same import twice", guest(&[now(), now()].concat(), ""), ACCEPTED),
        Case::new(
            "the first import counts, whatever its fault",
            guest(&format!("{} (import \"a\" \"b\" (func)) (import \"c\" \"d\" (global i32))", now()), ""),
            "unknown-module a b",
        ),
        Case::new("imports come before exports", r#"(module (import "a" "b" (func)))"#, "unknown-module a b"),
        Case::new(
            "imports come before what follows them",
            guest("(import \"a\" \"b\" (func))", "(start 9)"),
            "unknown-module a b",
        ),
        Case::new(
            "parameters come before imports",
            guest("(type (func (param i32 i32 i32 i32 i32))) (import \"a\" \"b\" (func))", ""),
            "function-params type[0]",
        ),
    ]
}

fn now() -> String {
    r#"(import "device:abi/clock@1" "now" (func (result i64)))"#.into()
}

#[test]
fn every_function_of_the_abi_can_be_imported() {
    assert!(!FUNCTIONS.is_empty());
    for function in FUNCTIONS {
        let flats = |flats: &[Flat]| flats.iter().map(|flat| format!(" {flat}")).collect::<String>();
        let FunctionInfo { module, name, full_name, .. } = function;
        let signature = |params: &[Flat]| {
            format!("(func (param{}) (result{}))", flats(params), flats(function.flat_result.as_slice()))
        };
        let guest_of = |signature: String| {
            wat::parse_str(guest(&format!("(import \"{module}\" \"{name}\" {signature})"), "")).unwrap()
        };
        // The ABI's own signatures are long: the small profile is not about them.
        let profile = device_abi::Profile { function_params: 17, ..PROFILE };
        let right = guest_check::check(&guest_of(signature(function.flat_params)), &profile);
        assert!(right.is_ok(), "{full_name}: {right:?}");

        let longer = [function.flat_params, &[Flat::I32]].concat();
        let wrong = guest_check::check(&guest_of(signature(&longer)), &profile)
            .map_err(|refusal| refusal.to_string());
        assert_eq!(wrong, Err(format!("import-signature {module} {name}")));
    }
}

#[test]
fn every_profile_has_room_for_every_signature() {
    for profile in device_abi::Profile::ALL {
        for function in FUNCTIONS {
            assert!(
                function.flat_params.len() <= profile.function_params as usize,
                "{} {}",
                profile.name,
                function.name
            );
        }
    }
}

#[test]
fn long_names_are_cut_at_a_character() {
    let name = "ä".repeat(1000);
    let module = wat::parse_str(format!("(module (import \"x{name}\" \"{name}\" (func)))")).unwrap();
    let profile = device_abi::Profile { module_bytes: 1 << 20, ..PROFILE };
    let refusal = guest_check::check(&module, &profile).unwrap_err();
    assert_eq!(refusal.module, format!("x{}", "ä".repeat(63)));
    assert_eq!(refusal.name, "ä".repeat(64));
}
