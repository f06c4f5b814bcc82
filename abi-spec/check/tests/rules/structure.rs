//! Structure and features: what is not a WebAssembly 1.0 module with the few additions is `invalid`.

use crate::case::{ACCEPTED, Case, guest, guest_with};

/// What the check says of anything that does not validate.
const INVALID: &str = "invalid";

pub(crate) fn cases() -> Vec<Case> {
    [allowed(), bytes(), features(), types(), segments()].into_iter().flatten().collect()
}

fn allowed() -> Vec<Case> {
    let body = |body: &str| guest("", &format!("(func (param i32 i64) (result i32) {body})"));
    vec![
        Case::new("the smallest guest", guest("", ""), ACCEPTED),
        Case::new("sign extension", body("local.get 0 i32.extend8_s"), ACCEPTED),
        Case::new("saturating float to int", body("f32.const 1 i32.trunc_sat_f32_s"), ACCEPTED),
        Case::new("floats", body("f64.const 1 f64.sqrt drop i32.const 0"), ACCEPTED),
        Case::new(
            "memory.copy",
            body("i32.const 0 i32.const 0 i32.const 0 memory.copy i32.const 0"),
            ACCEPTED,
        ),
        Case::new(
            "memory.fill",
            body("i32.const 0 i32.const 0 i32.const 0 memory.fill i32.const 0"),
            ACCEPTED,
        ),
        Case::new(
            "multi-value",
            guest("", "(func (result i32 i64) i32.const 1 i64.const 2 (block (param i64) (result i64)))"),
            ACCEPTED,
        ),
        Case::new(
            "an exported mutable global",
            guest("", r#"(global (export "g") (mut i32) (i32.const 1))"#),
            ACCEPTED,
        ),
        Case::new("indirect calls", guest("(table 1 funcref)", "(func i32.const 0 call_indirect)"), ACCEPTED),
        Case::new("a start function", guest("", "(func $s) (start $s)"), ACCEPTED),
        Case::new("a custom section", guest("", r#"(@custom "name of no use" "\ff\00")"#), ACCEPTED),
        Case::new("an unreachable function", body("unreachable"), ACCEPTED),
    ]
}

fn bytes() -> Vec<Case> {
    let header = b"\0asm\x01\0\0\0";
    let after = |rest: &[u8]| [header.as_slice(), rest].concat();
    let tail = |rest: &[u8]| [wat::parse_str(guest("", "")).unwrap().as_slice(), rest].concat();
    vec![
        Case::new("an unknown section", tail(&[42, 1, 0]), INVALID),
        Case::new("a section that ends behind the file", tail(&[0, 100, 0]), INVALID),
        Case::new("a section size without end", tail(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), INVALID),
        Case::new("a section that comes too late", tail(&[1, 1, 0]), INVALID),
        Case::new("a data count section", after(&[12, 1, 0]), INVALID),
        Case::new("functions without code", after(&[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0]), INVALID),
        Case::new("code without functions", after(&[10, 4, 1, 2, 0, 0x0b]), INVALID),
        Case::new(
            "a function of a type that does not exist",
            after(&[3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0b]),
            INVALID,
        ),
        Case::new("four thousand million types", after(&[1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]), "type-count"),
        Case::new("a name that is not UTF-8", after(&[2, 7, 1, 1, 0xff, 1, b'f', 0, 0]), INVALID),
        Case::new(
            "a body without end",
            after(&[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 5, 1, 3, 0, 1, 1]),
            INVALID,
        ),
        Case::new(
            "four thousand million locals",
            after(&[
                1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 16, 1, 14, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x7f, 0xff,
                0xff, 0xff, 0xff, 0x0f, 0x7f, 0x0b,
            ]),
            "missing-export memory",
        ),
        Case::new("a function type in a group of types", after(&[1, 6, 1, 0x4e, 1, 0x60, 0, 0]), INVALID),
        Case::new("a function type marked final", after(&[1, 6, 1, 0x4f, 0, 0x60, 0, 0]), INVALID),
        Case::new(
            "second export of a name",
            guest("", r#"(global (export "memory") i32 (i32.const 0))"#),
            INVALID,
        ),
        Case::new(
            "a start function with a parameter",
            guest("", "(func $s (param i32)) (start $s)"),
            INVALID,
        ),
        Case::new("a start function that does not exist", guest("", "(start 7)"), INVALID),
        Case::new("an export that does not exist", guest("", r#"(export "f" (func 7))"#), INVALID),
        Case::new("memory limits upside down", guest_with(r#"(memory (export "memory") 2 1)"#), INVALID),
        Case::new(
            "memory above the address space",
            guest_with(r#"(memory (export "memory") 65537)"#),
            INVALID,
        ),
        Case::new("table limits upside down", guest("(table 2 1 funcref)", ""), INVALID),
    ]
}

fn features() -> Vec<Case> {
    let body = |body: &str| guest("(table 1 funcref)", &format!("(func (local i32) {body})"));
    vec![
        Case::new("SIMD", body("v128.const i64x2 0 0 drop"), INVALID),
        Case::new("tail calls", body("return_call 0"), INVALID),
        Case::new("atomics", body("atomic.fence"), INVALID),
        Case::new("table.size", body("table.size drop"), INVALID),
        Case::new(
            "a typed select",
            body("i32.const 1 i32.const 2 i32.const 3 select (result i32) drop"),
            INVALID,
        ),
        Case::new("ref.null", body("ref.null func drop"), INVALID),
        Case::new("data.drop", body("data.drop 0"), INVALID),
        Case::new("table.copy", body("i32.const 0 i32.const 0 i32.const 0 table.copy"), INVALID),
        Case::new("exceptions", body("unreachable throw_ref"), INVALID),
        Case::new("a try block", body("try_table end"), INVALID),
        Case::new("wide arithmetic", body("i64.const 0 i64.const 0 i64.mul_wide_s drop drop"), INVALID),
        Case::new("a tag", guest("", "(tag)"), INVALID),
        Case::new("a v128 parameter", guest("", "(func (param v128))"), INVALID),
        Case::new("an externref local", guest("", "(func (local externref))"), INVALID),
        Case::new("a funcref block", guest("", "(func (block (result funcref) unreachable) drop)"), INVALID),
        Case::new("a v128 global", guest("", "(global v128 (v128.const i64x2 0 0))"), INVALID),
        Case::new("an externref table", guest("(table 1 externref)", ""), INVALID),
        Case::new(
            "a table with an initial value",
            guest("(table 1 (ref null func) (ref.null func))", ""),
            INVALID,
        ),
        Case::new("a table of functions in the long form", with(4, &[0x63, 0x70, 0, 1]), INVALID),
        Case::new("a table of functions in the short form", with(4, &[0x70, 0, 1]), ACCEPTED),
        Case::new("two tables", guest("(table 1 funcref) (table 1 funcref)", ""), INVALID),
        Case::new("two memories", guest("", "(memory 1)"), INVALID),
        Case::new("a shared memory", guest_with(r#"(memory (export "memory") 1 1 shared)"#), INVALID),
        Case::new("a 64-bit memory", guest_with(r#"(memory (export "memory") i64 1)"#), INVALID),
        Case::new("a shared global", with(6, &[0x7f, 2, 0x41, 0, 0x0b]), INVALID),
        Case::new("a global of its own kind", with(6, &[0x7f, 1, 0x41, 0, 0x0b]), ACCEPTED),
        Case::new("another page size", guest_with(r#"(memory (export "memory") 1 (pagesize 1))"#), INVALID),
        Case::new("a struct type", guest("(type (struct))", ""), INVALID),
        Case::new(
            "a computed constant",
            guest("", "(global i32 (i32.add (i32.const 1) (i32.const 2)))"),
            INVALID,
        ),
    ]
}

fn types() -> Vec<Case> {
    let body = |body: &str| guest("", &format!("(func (param i32) (result i32) {body})"));
    vec![
        Case::typed("a missing operand", body("i32.add"), INVALID),
        Case::typed("an operand of another type", body("i64.const 1"), INVALID),
        Case::typed("an operand too many", body("i32.const 1 i32.const 1"), INVALID),
        Case::typed("a local that does not exist", body("local.get 9"), INVALID),
        Case::typed("a function that does not exist", body("call 99"), INVALID),
        Case::typed("a label that does not exist", body("br 9"), INVALID),
        Case::typed(
            "a write to a constant global",
            guest("", "(global $g i32 (i32.const 1)) (func i32.const 1 global.set $g)"),
            INVALID,
        ),
        Case::typed("an alignment above the natural one", body("local.get 0 i32.load8_u align=2"), INVALID),
        Case::new("a long index of the only memory", with_body(&[0x3f, 0x80, 0, 0x1a]), INVALID),
        Case::new("an index of another memory", with_body(&[0x3f, 1, 0x1a]), INVALID),
        Case::new("a long index of the only table", with_body(&[0x41, 0, 0x11, 0, 0x80, 0, 0x1a]), INVALID),
        Case::new("a short index of the only table", with_body(&[0x41, 0, 0x11, 0, 0, 0x1a]), ACCEPTED),
        Case::new(
            "the last of several locals",
            body("(local i64 i64) local.get 2 drop local.get 0"),
            ACCEPTED,
        ),
        Case::typed("a local behind the last", body("(local i64 i64) local.get 3 drop local.get 0"), INVALID),
        Case::typed(
            "an indirect call without a table",
            body("i32.const 0 call_indirect i32.const 0"),
            INVALID,
        ),
    ]
}

fn segments() -> Vec<Case> {
    let of_global = |head: &str| guest(head, "(global $g i32 (i32.const 0)) (data (global.get $g))");
    vec![
        Case::new("a passive data segment", guest("", r#"(data "x")"#), INVALID),
        Case::new("a passive element segment", guest("(table 1 funcref)", "(elem func 0)"), INVALID),
        Case::new("a declared element segment", guest("(table 1 funcref)", "(elem declare func 0)"), INVALID),
        Case::new(
            "an element segment of expressions",
            guest("(table 1 funcref)", "(elem (i32.const 0) funcref (ref.null func))"),
            INVALID,
        ),
        Case::new("an offset from a global of its own", of_global(""), INVALID),
        Case::new("an offset of another type", guest("", r#"(data (offset i64.const 0) "x")"#), INVALID),
        Case::new(
            "an offset that is computed",
            guest("", "(data (offset i32.const 0 i32.const 0 i32.add))"),
            INVALID,
        ),
        Case::new("an element segment without table", guest("", "(elem (i32.const 0) func 0)"), INVALID),
        Case::new(
            "an element that does not exist",
            guest("(table 1 funcref)", "(elem (i32.const 0) func 9)"),
            INVALID,
        ),
        Case::new("data for a memory that is not there", "(module (data (i32.const 0)))", INVALID),
        Case::new("an element offset of another type", with(9, &[0, 0x42, 0, 0x0b, 1, 0]), INVALID),
        Case::new("an element segment like others", with(9, &[0, 0x41, 0, 0x0b, 1, 0]), ACCEPTED),
        Case::new(
            "an element segment with long flags of 0",
            with(9, &[0x80, 0, 0x41, 0, 0x0b, 1, 0]),
            ACCEPTED,
        ),
        Case::new(
            "an element segment with a written table index",
            with(9, &[2, 0, 0x41, 0, 0x0b, 0, 1, 0]),
            INVALID,
        ),
        Case::new("a data segment with a written memory index", with(11, &[2, 0, 0x41, 0, 0x0b, 0]), INVALID),
        Case::new("a data segment with long flags of 0", with(11, &[0x80, 0, 0x41, 0, 0x0b, 0]), ACCEPTED),
    ]
}

/// A guest with a table, whose `run` does something and returns 0.
fn with_body(instructions: &[u8]) -> Vec<u8> {
    let mut module = wat::parse_str(guest("(table 1 funcref)", "")).unwrap();
    module.truncate(module.len() - 8);
    assert_eq!(module.last(), Some(&0));
    let size = instructions.len() as u8 + 4;
    module.extend([&[10, size + 2, 1, size, 0], instructions, &[0x41, 0, 0x0b]].concat());
    module
}

/// A guest with a section of one entry: in a module with a table, unless the section is that of tables.
fn with(id: u8, entry: &[u8]) -> Vec<u8> {
    let head = if id == 4 { "" } else { "(table 1 funcref)" };
    let module = wat::parse_str(guest(head, "")).unwrap();
    // All sections are short: a number, a byte for the size, the content.
    let mut at = 8;
    while at < module.len() && module[at] < id {
        at += 2 + usize::from(module[at + 1]);
    }
    [&module[..at], &[id, entry.len() as u8 + 1, 1], entry, &module[at..]].concat()
}
