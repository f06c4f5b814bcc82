//! How much of everything a module may have. Both sides of each limit, and sections that announce more than they hold.

use crate::case::{ACCEPTED, Bytes, Case, PROFILE, guest};

pub(crate) fn cases() -> Vec<Case> {
    let fields = |count: u32, field: &str| guest("", &format!("{field} ").repeat(count as usize));
    // The guest around them has one type, one function and two exports of its own.
    let types = |count: u32| fields(count - 1, "(type (func (param i64)))");
    let functions = |count: u32| fields(count - 1, "(func (result i32) i32.const 0)");
    let globals = |count: u32| fields(count, "(global i32 (i32.const 0))");
    let exports = |count: u32| {
        let more: String = (2..count).map(|n| format!("(export \"e{n}\" (memory 0))")).collect();
        guest("", &more)
    };
    let data = |count: u32| fields(count, "(data (i32.const 0))");
    let elements =
        |count: u32| format!("(table 1 funcref) {}", "(elem (i32.const 0) func) ".repeat(count as usize));
    let elements = |count: u32| guest("", &elements(count));
    let imports = |count: u32, functions: u32| {
        let import = r#"(import "device:abi/clock@1" "now" (func (result i64)))"#.repeat(count as usize);
        guest(&import, &"(func (result i32) i32.const 0) ".repeat(functions as usize - 1))
    };
    vec![
        Case::new("as many types as allowed", types(PROFILE.types), ACCEPTED),
        Case::new("a type more than allowed", types(PROFILE.types + 1), "type-count"),
        Case::new("as many functions as allowed", functions(PROFILE.functions), ACCEPTED),
        Case::new("a function more than allowed", functions(PROFILE.functions + 1), "function-count"),
        Case::new("as many imports and functions as allowed", imports(3, PROFILE.functions - 3), ACCEPTED),
        Case::new("a function more than imports leave", imports(4, PROFILE.functions - 3), "function-count"),
        Case::new("as many imports as allowed", imports(PROFILE.imports, 1), ACCEPTED),
        Case::new("an import more than allowed", imports(PROFILE.imports + 1, 1), "import-count"),
        Case::new("imports come before functions", imports(PROFILE.imports + 1, 99), "import-count"),
        Case::new("as many globals as allowed", globals(PROFILE.globals), ACCEPTED),
        Case::new("a global more than allowed", globals(PROFILE.globals + 1), "global-count"),
        Case::new("as many exports as allowed", exports(PROFILE.exports), ACCEPTED),
        Case::new("an export more than allowed", exports(PROFILE.exports + 1), "export-count"),
        Case::new("as many data segments as allowed", data(PROFILE.segments), ACCEPTED),
        Case::new("a data segment more than allowed", data(PROFILE.segments + 1), "segment-count"),
        Case::new("as many element segments as allowed", elements(PROFILE.segments), ACCEPTED),
        Case::new("an element segment more than allowed", elements(PROFILE.segments + 1), "segment-count"),
        Case::new(
            "types come before what follows them",
            guest("(import \"a\" \"b\" (func))", &types_of(20)),
            "type-count",
        ),
        Case::new(
            "an invalid section comes before a count in a later one",
            invalid_before_exports(),
            "invalid",
        ),
        Case::new("a thousand million types are announced", announcing(1), "type-count"),
        Case::new("a thousand million imports are announced", announcing(2), "import-count"),
        Case::new("a thousand million functions are announced", announcing(3), "function-count"),
        Case::new("a thousand million globals are announced", announcing(6), "global-count"),
        Case::new("a thousand million exports are announced", announcing(7), "export-count"),
        Case::new("a thousand million element segments are announced", announcing(9), "segment-count"),
        Case::new("a thousand million data segments are announced", announcing(11), "segment-count"),
        Case::new("a group of types", grouped(), "invalid"),
        Case::new("a type that ends early", module(&[(1, &[1, 0x60, 3, 0x7f])]), "invalid"),
        Case::new(
            "a type of a thousand million parameters",
            module(&[(1, &[1, 0x60, 0x80, 0x94, 0xeb, 0xdc, 3])]),
            "function-params type[0]",
        ),
    ]
}

fn types_of(count: usize) -> String {
    "(type (func)) ".repeat(count)
}

/// A global that is a string of bytes, and more exports than allowed.
fn invalid_before_exports() -> Vec<u8> {
    module(&[(6, &[1, 0x7f, 0, 0x42, 0, 0x0b]), (7, &[100])]).0
}

/// A section that says it has 1,000,000,000 entries, and ends.
fn announcing(section: u8) -> Bytes {
    module(&[(section, &[0x80, 0x94, 0xeb, 0xdc, 3])])
}

/// 2000 types that the section counts as one: `rec`, which came after WebAssembly 1.0.
fn grouped() -> Bytes {
    let types = [0x60, 0, 0].repeat(500);
    module(&[(1, &[&[1, 0x4e, 0xf4, 3], types.as_slice()].concat())])
}

/// Sections, each with its number, as a module.
fn module(sections: &[(u8, &[u8])]) -> Bytes {
    let mut bytes = b"\0asm\x01\0\0\0".to_vec();
    for (id, content) in sections {
        bytes.extend([*id, content.len() as u8 | 0x80, (content.len() >> 7) as u8]);
        bytes.extend(*content);
    }
    Bytes(bytes)
}

#[test]
fn details_name_value_and_limit() {
    let detail =
        |text: String| guest_check::check(&wat::parse_str(text).unwrap(), &PROFILE).unwrap_err().detail;
    assert_eq!(
        detail(guest("", &"(global i32 (i32.const 0)) ".repeat(9))),
        format!("9 globals, profile small has {}", PROFILE.globals)
    );
    assert_eq!(
        detail(guest("", &"(func) ".repeat(99))),
        format!("100 functions with imports, profile small has {}", PROFILE.functions)
    );
}
