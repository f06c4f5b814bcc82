//! Valid modules that wasm3 0.5 refuses, crashes on, or gets wrong, unless it is repaired (build/repairs.rs, c/repair.h).

mod support;

use support::{Budget, guest, outcome, run_of};

#[track_caller]
fn gives(body: &str, expected: &str) {
    assert_eq!(outcome(&run_of(body), Budget::endless()), expected, "{body}");
}

#[test]
fn unreachable_code_is_skipped() {
    // Each would take operands from a stack that is not there.
    gives("unreachable block (param i32 i64) (result i32) drop end", "trap unreachable");
    gives("unreachable loop (param f64 i32) (result i32) drop drop i32.const 1 end", "trap unreachable");
    gives("i32.const 3 return if (result i32) i32.const 1 else i32.const 2 end drop", "exit 3");
    gives("block (result i32) i32.const 4 br 0 select br_table 0 0 0 end", "exit 4");
    gives("block (result i32) i32.const 5 br 0 drop f64.const 2 drop i32.store8 offset=300 end", "exit 5");
    gives(
        "block (result i32) i32.const 6 br 0 block loop i32.const 1 if else end end end memory.fill end",
        "exit 6",
    );
    gives(
        "block (result i32) i32.const 1 if (result i32) i32.const 7 br 0 drop else i32.const 8 br 1 i32.add end end",
        "exit 7",
    );
    gives(
        "block (result i32) i32.const 0 if (result i32) unreachable i32.add else i32.const 8 end end",
        "exit 8",
    );
}

#[test]
fn a_br_gives_a_loop_its_parameters() {
    let body = r#"(local i32)
        i32.const 0
        loop $again (param i32) (result i32)
            i32.const 1 i32.add local.set 0
            block (result i32)
                local.get 0
                local.get 0 i32.const 5 i32.ge_s br_if 0
                br $again
            end
        end"#;
    gives(body, "exit 5");
}

#[test]
fn results_that_end_with_a_float_arrive() {
    for branch in ["", "br 0"] {
        gives(
            &format!("block (result i32 f64) i32.const 40 f64.const 2 {branch} end i32.trunc_f64_s i32.add"),
            "exit 42",
        );
        gives(
            &format!(
                "(local i32)
                 block (result f32 i64 f32) f32.const 1 i64.const 20 f32.const 300 {branch} end
                 i32.trunc_f32_s local.set 0
                 i32.wrap_i64 local.get 0 i32.add local.set 0
                 i32.trunc_f32_s local.get 0 i32.add"
            ),
            "exit 321",
        );
    }
}

#[test]
fn values_below_a_floats_branch_stay_where_they_are() {
    gives(
        "i32.const 7 block (result f64) i32.const 3 f64.const 2.5 br 0 end i32.trunc_f64_s i32.add",
        "exit 9",
    );
    gives(
        "i32.const 7 block (result f32) i64.const 3 f32.const 2.5 i32.const 1 br_if 0 br 0 end i32.trunc_f32_s i32.add",
        "exit 9",
    );
}

#[test]
fn a_segment_without_elements_is_no_full_heap() {
    let wasm =
        guest(r#"(table 4 funcref) (elem (i32.const 0)) (func (export "run") (result i32) i32.const 1)"#);
    assert_eq!(outcome(&wasm, Budget::endless()), "exit 1");
}
