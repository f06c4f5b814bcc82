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

#[test]
fn a_value_that_several_read_stays_until_the_last_is_gone() {
    // A block has taken one of two readers of a preserved local.
    gives(
        "(local i32) i32.const 30 local.set 0
         local.get 0 local.get 0 block (param i32) drop i32.const 5 i32.const 6 i32.add drop end",
        "exit 30",
    );
    gives(
        "(local i32) i32.const 30 local.set 0
         local.get 0 local.get 0 block (param i32 i32) (result i32)
            drop i32.const 1 i32.clz i32.const 2 i32.clz i32.add drop
         end",
        "exit 30",
    );
    gives(
        "(local i64) i64.const 30 local.set 0
         local.get 0 local.get 0
         i32.const 1 if (param i64) drop i64.const 5 i64.clz i64.const 6 i64.clz drop drop else drop end
         i32.wrap_i64",
        "exit 30",
    );
}

#[test]
fn parameters_of_a_loop_have_places_of_their_own() {
    let body = |ty: &str, make: &str, back: &str| {
        format!(
            "(local {ty} i32) {ty}.const 10 local.set 0
             local.get 0 local.get 0 local.get 0
             loop $again (param {ty} {ty}) (result {ty})
                {ty}.const 2 {ty}.mul local.set 0
                {ty}.const 1 {ty}.add
                local.get 0
                local.get 1 i32.const 1 i32.add local.tee 1
                i32.const 3 i32.lt_s br_if $again
                {back}
             end
             {ty}.const 1000 {ty}.mul {ty}.add {make}"
        )
    };
    // 10 stays below the loop; 13 and 80 leave it.
    gives(&body("i32", "", "i32.add"), "exit 93010");
    gives(&body("i64", "i32.wrap_i64", "i64.add"), "exit 93010");
    gives(&body("f64", "i32.trunc_f64_s", "f64.add"), "exit 93010");
}

#[test]
fn a_branch_that_is_not_taken_changes_nothing() {
    // The float below the result waits in a register, which the result takes if the branch is taken.
    gives(
        "(local f32 i32) f32.const 20 local.set 0
         block (result f32)
            local.get 0 local.get 0 f32.add
            f32.const 3
            local.get 1 br_if 0
            f32.add
         end
         i32.trunc_f32_s",
        "exit 43",
    );
    // The same with the targets of a table: one of them is taken, the other not.
    for (number, expected) in [(0, "exit 37"), (1, "exit 43")] {
        gives(
            &format!(
                "(local f64 i32) f64.const 20 local.set 0 i32.const {number} local.set 1
                 block (result f64 f64)
                    block (result f64 f64)
                        local.get 0 local.get 0 f64.add
                        f64.const 3
                        local.get 1 br_table 0 1
                    end
                    f64.neg
                 end
                 f64.add i32.trunc_f64_s"
            ),
            expected,
        );
    }
}

#[test]
fn results_that_lie_where_others_go_arrive() {
    let gives = |body: &str, expected: &str| {
        let globals = "(global $a (mut i32) (i32.const 7)) (global $b (mut i32) (i32.const 100))";
        let run = format!(r#"{globals} (func (export "run") (result i32) {body})"#);
        assert_eq!(outcome(&guest(&run), Budget::endless()), expected, "{body}");
    };
    for branch in ["", "br 0"] {
        // The first result, of 64 bits, goes where both others are.
        gives(
            &format!(
                "(local i64 i32) i64.const 5000 local.set 0
                 block (result i64 i32 i32) local.get 0 global.get $a global.get $b {branch} end
                 i32.sub local.set 1 i32.wrap_i64 local.get 1 i32.add"
            ),
            "exit 4907",
        );
        // It goes where both others are one.
        gives(
            &format!(
                "(local i32 i32) i32.const 5000 local.set 0 i32.const 7 local.set 1
                 block (result i32 i32 i32) local.get 0 local.get 1 local.get 1 i32.const 0 local.set 1 {branch} end
                 i32.mul i32.add"
            ),
            "exit 5049",
        );
    }
}
