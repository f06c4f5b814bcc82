//! What one function may take: slots, nesting, branch targets.

use crate::case::{ACCEPTED, Case, guest};

pub(crate) fn cases() -> Vec<Case> {
    let func = |func: &str| guest("", &format!("(func {func})"));
    let nested = |depth: usize| func(&format!("{}{}", "block ".repeat(depth), "end ".repeat(depth)));
    let branches = |targets: usize| func(&format!("i32.const 0 br_table{}", " 0".repeat(targets)));
    let locals = |count: usize| func(&format!("(local{})", " i64".repeat(count)));
    let operands = |count: usize| {
        func(&format!("(local i32) {}{}", "i32.const 0 ".repeat(count), "drop ".repeat(count)))
    };
    let import = r#"(import "device:abi/clock@1" "now" (func (result i64)))"#;
    vec![
        Case::new("as many nested blocks as allowed", nested(3), ACCEPTED),
        Case::new("a nested block more than allowed", nested(4), "function-nesting function[1]"),
        Case::new(
            "blocks of all kinds nest",
            func("i32.const 0 if loop block loop end end end end"),
            "function-nesting function[1]",
        ),
        Case::new("an else is no deeper", func("block block i32.const 0 if else nop end end end"), ACCEPTED),
        Case::new(
            "blocks side by side do not nest",
            func(&"block block block end end end ".repeat(9)),
            ACCEPTED,
        ),
        Case::new(
            "imported functions count",
            guest(import, "(func block block block block end end end end)"),
            "function-nesting function[2]",
        ),
        Case::new("as many branch targets as allowed", branches(4), ACCEPTED),
        Case::new("a branch target more than allowed", branches(5), "function-branches function[1]"),
        Case::new("as many locals as allowed", locals(8), ACCEPTED),
        Case::new("a local more than allowed", locals(9), "function-slots function[1]"),
        Case::new(
            "parameters are locals",
            func("(param i32 i32) (local i32 i32 i32 i32 i32 i32 i32)"),
            "function-slots function[1]",
        ),
        Case::new("as many operands as allowed", operands(7), ACCEPTED),
        Case::typed("an operand more than allowed", operands(8), "function-slots function[1]"),
        Case::typed(
            "the results of a call are operands",
            guest(
                "",
                "(func $f (result i32 i32 i32) unreachable) (func (local i32 i32 i32 i32 i32 i32) call $f drop drop drop)",
            ),
            "function-slots function[2]",
        ),
        Case::new(
            "results of blocks are slots while the blocks are open",
            func(
                "(local i32 i32 i32 i32 i32 i32 i32) block (result i32) block (result i32) i32.const 0 end end drop",
            ),
            "function-slots function[1]",
        ),
        Case::new(
            "parameters of blocks are slots",
            func("(local i32 i32 i32 i32 i32 i32 i32) i32.const 0 block (param i32) (result i32) end drop"),
            "function-slots function[1]",
        ),
        Case::new(
            "values of blocks side by side do not add up",
            func(&format!(
                "(local i32 i32 i32 i32 i32 i32) {}",
                "block (result i32) i32.const 0 end drop ".repeat(9)
            )),
            ACCEPTED,
        ),
        Case::new(
            "nesting comes before branches, though later",
            guest("", "(func i32.const 0 br_table 0 0 0 0 0) (func block block block block end end end end)"),
            "function-nesting function[2]",
        ),
        Case::new(
            "branches come before slots, though later",
            guest(
                "",
                "(func (local i32 i32 i32 i32 i32 i32 i32 i32 i32)) (func i32.const 0 br_table 0 0 0 0 0)",
            ),
            "function-branches function[2]",
        ),
        Case::new(
            "the first of two functions",
            guest(
                "",
                "(func) (func block block block block end end end end) (func block block block block block end end end end end)",
            ),
            "function-nesting function[2]",
        ),
        Case::new(
            "parameters come before nesting",
            guest("", "(func (param i32 i32 i32 i32 i32) block block block block end end end end)"),
            "function-params type[1]",
        ),
    ]
}

#[test]
fn details_name_value_place_and_limit() {
    let module = wat::parse_str(guest("", "(func block block block block end end end end)")).unwrap();
    let refusal = guest_check::check(&module, &crate::case::PROFILE).unwrap_err();
    assert_eq!(refusal.detail, "4 nested blocks at byte 62, profile small has 3");
}
