//! Declared sizes against the profile, and segments inside them.

use crate::case::{ACCEPTED, Case, PROFILE, guest, guest_with};

pub(crate) fn cases() -> Vec<Case> {
    let memory = |limits: &str| guest_with(&format!("(memory (export \"memory\") {limits})"));
    let table = |limits: &str| guest(&format!("(table {limits} funcref)"), "");
    let data = |data: &str| guest("", &format!("(data {data})"));
    let elem = |elem: &str| guest("(table 3 9 funcref)", &format!("(elem {elem})"));
    let params = |count: usize| guest("", &format!("(func (param{}))", " i32".repeat(count)));
    let results = |count: usize| guest("", &format!("(func (result{}) unreachable)", " i32".repeat(count)));
    vec![
        Case::new("no pages", memory("0"), ACCEPTED),
        Case::new("as many pages as allowed", memory("2"), ACCEPTED),
        Case::new("a page more than allowed", memory("3"), "memory-size memory"),
        Case::new("the whole address space", memory("65536"), "memory-size memory"),
        Case::new("a maximum above the profile", memory("1 65536"), ACCEPTED),
        Case::new("as many table elements as allowed", table("10"), ACCEPTED),
        Case::new("a table element more than allowed", table("11"), "table-size table[0]"),
        Case::new("a table's maximum above the profile", table("1 1000000"), ACCEPTED),
        Case::new(
            "memory comes before table",
            guest_with("(memory (export \"memory\") 9) (table 99 funcref)"),
            "memory-size memory",
        ),
        Case::new("data up to the last byte", data(r#"(i32.const 65535) "x""#), ACCEPTED),
        Case::new("data behind the last byte", data(r#"(i32.const 65535) "xy""#), "segment data[0]"),
        Case::new("empty data at the end", data("(i32.const 65536)"), ACCEPTED),
        Case::new("empty data behind the end", data("(i32.const 65537)"), "segment data[0]"),
        Case::new("data at the top of the address space", data(r#"(i32.const -1) "xy""#), "segment data[0]"),
        Case::new(
            "data inside the maximum, outside the minimum",
            "(module (memory (export \"memory\") 1 2) (func (export \"run\") (result i32) i32.const 0) (data (i32.const 65536) \"x\"))",
            "segment data[0]",
        ),
        Case::new(
            "the second data segment",
            guest("", r#"(data (i32.const 0) "x") (data (i32.const 65536) "x")"#),
            "segment data[1]",
        ),
        Case::new("elements up to the last", elem("(i32.const 1) func 0 0"), ACCEPTED),
        Case::new("elements behind the last", elem("(i32.const 2) func 0 0"), "segment element[0]"),
        Case::new("no elements at the end", elem("(i32.const 3) func"), ACCEPTED),
        Case::new("no elements behind the end", elem("(i32.const 4) func"), "segment element[0]"),
        Case::new(
            "elements at the top of the index space",
            elem("(i32.const -1) func 0"),
            "segment element[0]",
        ),
        Case::new(
            "data comes before elements",
            guest("(table 1 funcref)", r#"(elem (i32.const 9) func 0) (data (i32.const -1) "x")"#),
            "segment data[0]",
        ),
        Case::new(
            "table size comes before segments",
            guest("(table 11 funcref)", "(elem (i32.const 99) func 0)"),
            "table-size table[0]",
        ),
        Case::new("as many parameters as allowed", params(4), ACCEPTED),
        Case::new("a parameter more than allowed", params(5), "function-params type[1]"),
        Case::new("as many results as allowed", results(4), ACCEPTED),
        Case::new("a result more than allowed", results(5), "function-params type[1]"),
        Case::new(
            "a block with too many parameters",
            guest("", "(func unreachable (block (param i32 i32 i32 i32 i32) unreachable))"),
            "function-params type[2]",
        ),
        Case::new(
            "a type that nothing uses",
            guest("", "(type (func (param i32 i32 i32 i32 i32)))"),
            "function-params type[0]",
        ),
        Case::new(
            "parameters come before segments",
            guest("", "(func (param i32 i32 i32 i32 i32)) (data (i32.const -1))"),
            "function-params type[1]",
        ),
    ]
}

#[test]
fn memory_is_bound_by_the_smaller_maximum() {
    for (limits, initial, bound) in
        [("0", 0, 2), ("1", 1, 2), ("1 1", 1, 1), ("1 2", 1, 2), ("2 65536", 2, 2), ("0 0", 0, 0)]
    {
        let module = wat::parse_str(guest_with(&format!("(memory (export \"memory\") {limits})"))).unwrap();
        let guest = guest_check::check(&module, &PROFILE).unwrap();
        assert_eq!((guest.initial_pages, guest.bound_pages), (initial, bound), "memory {limits}");
    }
}

#[test]
fn details_name_value_and_limit() {
    let detail =
        |text: String| guest_check::check(&wat::parse_str(text).unwrap(), &PROFILE).unwrap_err().detail;
    assert_eq!(
        detail(guest_with("(memory (export \"memory\") 3)")),
        "3 pages of 64 KiB at the start, profile small has 2"
    );
    assert_eq!(
        detail(guest("", r#"(data (i32.const 65535) "xy")"#)),
        "2 from 65535 on, of 65536 bytes of memory at the start, at byte 53"
    );
    assert_eq!(detail(guest("", "(func (param i32 i32 i32 i32 i32))")), "5 parameters, profile small has 4");
}
