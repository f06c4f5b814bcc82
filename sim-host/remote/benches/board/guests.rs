//! Guests that make the same call over and over.

/// A guest that asks for a pin's level.
pub(crate) fn levels(times: u32) -> String {
    repeating(
        times,
        r#"(import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
           (import "device:abi/gpio@1" "read" (func $read (param i32) (result i32)))"#,
        "(local.set $pin (call $open (i32.const 4) (i32.const 0) (i32.const 0)))",
        "(drop (call $read (local.get $pin)))",
    )
}

/// A guest that asks for the time.
pub(crate) fn clocks(times: u32) -> String {
    let imports = r#"(import "device:abi/clock@1" "now" (func $now (result i64)))"#;
    repeating(times, imports, "", "(drop (call $now))")
}

/// A guest that calls nothing.
pub(crate) fn loops(times: u32) -> String {
    repeating(times, "", "", "")
}

fn repeating(times: u32, imports: &str, first: &str, again: &str) -> String {
    format!(
        r#"(module {imports} (memory (export "memory") 1)
             (func (export "run") (result i32) (local $n i32) (local $pin i32)
               {first}
               (loop $again
                 {again}
                 (local.set $n (i32.add (local.get $n) (i32.const 1)))
                 (br_if $again (i32.lt_u (local.get $n) (i32.const {times}))))
               (i32.const 0)))"#
    )
}
