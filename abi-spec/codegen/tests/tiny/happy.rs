//! Good calls: what arrives, what comes back, what is recorded.

use crate::{
    EXPORTS, FUNCTIONS, Flat, Function, Halt, glue,
    kinds_host::{EVERYTHING, EVERYTHING_BYTES, TestHost, memory, step},
    types::ErrorCode,
};

#[test]
fn scalars_arrive_whatever_they_are_called() {
    let mut host = TestHost::new();
    let signed = (-5_i32).cast_unsigned();
    let wide = (-6_i64).cast_unsigned();
    glue::kinds_scalars(&mut host, &mut [], 1, 255, 65535, u32::MAX, u64::MAX, signed, wide).unwrap();
    assert_eq!(host.calls, ["true 255 65535 4294967295 18446744073709551615 -5 -6"]);
    assert_eq!(
        host.traced(),
        [
            "kinds.scalars   host=true memory=0xff type=0xffff call=4294967295 start-ns=18446744073709551615 value=-5 result=-6"
        ]
    );
    assert_eq!(host.left, 1);
}

#[test]
fn named_types_arrive_and_return() {
    let mut host = TestHost::new();
    assert_eq!(glue::kinds_named(&mut host, &mut [], 7, 1, 0x101), Ok(2));
    assert_eq!(host.calls, ["ThingHandle(7) green Marks(257)"]);
    assert_eq!(host.traced(), ["kinds.named     thing=7 colour=green marks=a|last-one -> ultra-violet"]);
}

fn whole(host: &mut TestHost, memory: &mut [u8], result: u32) -> Result<i32, Halt> {
    let wide = EVERYTHING.wide;
    let signed = EVERYTHING.signed.cast_unsigned();
    let offset = EVERYTHING.offset.cast_unsigned();
    glue::kinds_whole(host, memory, 1, 2, 0x0403, signed, wide, 1, 0x100, 9, offset, result)
}

#[test]
fn a_record_goes_in_flat_and_comes_out_through_memory() {
    let mut host = TestHost::new();
    let mut memory = memory(&[]);
    assert_eq!(whole(&mut host, &mut memory, 64), Ok(0));
    assert_eq!(memory[64..96], EVERYTHING_BYTES);
    assert!(memory[..64].iter().chain(&memory[96..]).all(|byte| *byte == 0));
    let fields = "{yes=true tiny=0x02 small=0x403 signed=-1 wide=578437695752307201 type=green marks=last-one owner=9 offset=-2}";
    assert_eq!(host.traced(), [format!("kinds.whole     everything={fields} -> {fields}")]);
}

#[test]
fn a_failed_record_is_not_written() {
    let mut host = TestHost::failing(ErrorCode::InvalidArgument);
    let mut memory = memory(&[]);
    assert_eq!(whole(&mut host, &mut memory, 64), Ok(-1));
    assert!(memory.iter().all(|byte| *byte == 0));
    assert!(host.traced()[0].ends_with("-> error invalid-argument"), "{:?}", host.traced());
}

#[test]
fn lists_without_pointers_are_read_in_place() {
    let mut host = TestHost::new();
    let mut memory = memory(&[
        (0, &EVERYTHING_BYTES),
        (32, &[1, 1, 0, 0]),
        (36, &[2, 0]),
        (40, &[9, 0, 0, 0]),
        (44, &[1, 0, 1]),
        (48, &[1, 2]),
        (56, &[0xff; 8]),
    ]);
    let total = glue::kinds_lists(&mut host, &mut memory, 0, 1, 32, 2, 36, 2, 40, 1, 44, 3, 48, 1, 56, 1);
    assert_eq!(total, Ok(11));
    assert_eq!(host.calls, ["[513] [-1]"]);
    let line = &host.traced()[0];
    assert!(
        line.ends_with("marks=[a|last-one, none] colours=[ultra-violet, red] things=[9] bools=[true, false, true] smalls=[0x201] wides=[-1] -> 11"),
        "{line}"
    );
}

#[test]
fn empty_lists_may_lie_anywhere() {
    let mut host = TestHost::new();
    let nowhere = u32::MAX;
    let total = glue::kinds_lists(
        &mut host,
        &mut [],
        nowhere,
        0,
        nowhere,
        0,
        nowhere,
        0,
        nowhere,
        0,
        nowhere,
        0,
        nowhere,
        0,
        nowhere,
        0,
    );
    assert_eq!(total, Ok(0));
}

#[test]
fn a_buffer_filled_in_part_is_recorded_in_part() {
    let mut host = TestHost::new();
    let mut memory = memory(&[(10, "ü".as_bytes()), (20, &[1, 2, 3]), (32, &[5, 0, 0, 0, 6, 0, 0, 0])]);
    assert_eq!(glue::kinds_mix(&mut host, &mut memory, 10, 2, 20, 3, 32, 2, 100, 8), Ok(2));
    assert_eq!(memory[100..108], *b"ok\0\0\0\0\0\0");
    assert_eq!(host.calls, ["ü [1, 2, 3] 11"]);
    assert_eq!(host.traced(), ["kinds.mix       \"ü\" bytes=[010203] numbers=[5, 6] into=8 -> 2 [6f6b]"]);
}

#[test]
fn steps_are_followed_and_filled() {
    let mut host = TestHost::new();
    let steps =
        [step(0, 0, 0), step(1, 512, 3), step(2, 600, 2), step(3, 610, 2), step(4, 1, 2), step(5, 1, 0)];
    let mut memory = memory(&[(8, steps.as_flattened()), (600, &[0xaa, 0xbb]), (610, b"hi")]);
    assert_eq!(glue::kinds_steps(&mut host, &mut memory, 8, 6), Ok(0));
    assert_eq!(
        host.calls,
        ["[Rest, Fill(3), Take([170, 187]), Say(\"hi\"), Wait(8589934593), Paint(Green)]"]
    );
    assert_eq!(memory[511..516], [0, 1, 1, 1, 0]);
    assert_eq!(
        host.traced(),
        [
            "kinds.steps     steps=[rest, fill 3, take [aabb], say \"hi\", wait 8589934593, paint green] -> [010101]"
        ]
    );
    assert_eq!(
        host.json(),
        r#"{"time-ns":5500,"app":0,"call":"kinds.steps","args":{"steps":["rest",{"fill":3},{"take":"aabb"},{"say":"hi"},{"wait":8589934593},{"paint":"green"}]},"outputs":["010101"]}"#
    );
}

#[test]
fn too_many_steps_are_not_looked_at() {
    let mut host = TestHost::new();
    // Every case is wrong, but nobody looks.
    let mut memory = vec![0xff; 65 * 16];
    assert_eq!(glue::kinds_steps(&mut host, &mut memory, 0, 65), Ok(-2));
    assert_eq!(host.calls, ["65 steps, 0 seen"]);
    assert_eq!(host.traced(), ["kinds.steps     steps=[65 elements] -> error too-large"]);
}

#[test]
fn variants_without_pointers_are_read_too() {
    let mut host = TestHost::new();
    let mut memory = memory(&[(4, &[1, 0, 0x34, 0x12, 0, 0xff, 0xff, 0xff])]);
    assert_eq!(glue::kinds_choices(&mut host, &mut memory, 4, 2), Ok(-1));
    assert_eq!(host.calls, ["[Something(4660), Nothing]"]);
    assert_eq!(
        host.traced(),
        ["kinds.choices   choices=[something 0x1234, nothing] -> 18446744073709551615"]
    );
}

#[test]
fn a_buffer_and_a_record_are_both_written() {
    let mut host = TestHost::new();
    let mut memory = memory(&[]);
    assert_eq!(glue::kinds_both(&mut host, &mut memory, 30, 2, 32), Ok(0));
    assert_eq!(memory[30..32], [7, 7]);
    assert_eq!(memory[32..64], EVERYTHING_BYTES);
    assert!(host.traced()[0].ends_with("offset=-2} [0707]"), "{:?}", host.traced());
}

#[test]
fn plain_results_are_numbers() {
    let mut host = TestHost::new();
    assert_eq!(glue::kinds_give_bool(&mut host, &mut []), Ok(1));
    assert_eq!(glue::kinds_give_u8(&mut host, &mut []), Ok(200));
    assert_eq!(glue::kinds_give_s32(&mut host, &mut []), Ok(-3));
    assert_eq!(glue::kinds_give_s64(&mut host, &mut []), Ok(-4));
    assert_eq!(glue::kinds_give_marks(&mut host, &mut []), Ok(0x101));
    let answers: Vec<_> =
        host.traced().iter().map(|line| line.split_once("-> ").unwrap().1.to_owned()).collect();
    assert_eq!(answers, ["true", "0xc8", "-3", "-4", "a|last-one"]);
}

#[test]
fn results_are_values_or_negative_errors() {
    let mut host = TestHost::new();
    assert_eq!(glue::kinds_try_bool(&mut host, &mut [], 0), Ok(1));
    assert_eq!(glue::kinds_try_bool(&mut host, &mut [], 1), Ok(-3));
    assert_eq!(glue::kinds_try_u64(&mut host, &mut [], 0), Ok(1 << 40));
    assert_eq!(glue::kinds_try_u64(&mut host, &mut [], 1), Ok(-3));
    assert_eq!(glue::kinds_try_thing(&mut host, &mut [], 0), Ok(0x7fff_ffff));
    assert_eq!(glue::kinds_try_thing(&mut host, &mut [], 1), Ok(-2));
    assert_eq!(glue::kinds_try_colour(&mut host, &mut [], 0), Ok(1));
    assert_eq!(glue::kinds_try_colour(&mut host, &mut [], 1), Ok(-2));
}

#[test]
fn a_function_that_never_returns_ends_the_guest_and_is_recorded() {
    let mut host = TestHost::new();
    assert_eq!(glue::kinds_leave(&mut host, &mut [], (-1_i32).cast_unsigned()), Err(Halt::Exit(-1)));
    assert_eq!(host.traced(), ["kinds.leave     code=-1"]);
    assert_eq!(host.left, 1);
}

#[test]
fn the_macro_names_every_function_with_its_wasm_type() {
    macro_rules! entries {
        ($(($glue:ident, $module:literal, $name:literal, ($($argument:ident: $type:ty),*), $result:ty, $memory:ident);)*) => {
            vec![$({
                // The glue has the type that the entry says.
                let _: fn(&mut TestHost, &mut [u8] $(, $type)*) -> Result<$result, Halt> = glue::$glue;
                let params: Vec<&str> = vec![$(stringify!($type)),*];
                ($module, $name, params, stringify!($result))
            }),*]
        };
    }
    let entries: Vec<(&str, &str, Vec<&str>, &str)> = for_each_function!(entries);
    assert_eq!(entries.len(), FUNCTIONS.len());
    for ((module, name, params, result), info) in entries.iter().zip(FUNCTIONS) {
        assert_eq!((*module, *name), (info.module, info.name));
        assert_eq!(info.module, "tiny:abi/kinds@2");
        let flat: Vec<_> = params.iter().map(|ty| if *ty == "u64" { Flat::I64 } else { Flat::I32 }).collect();
        assert_eq!(flat, info.flat_params, "{name}");
        assert_eq!(*result, info.flat_result.map_or("()".to_owned(), |flat| flat.to_string()), "{name}");
    }
}

#[test]
fn tables_say_what_the_wit_says() {
    let info = Function::KindsTryU64.info();
    assert_eq!((info.full_name, info.since), ("kinds.try-u64", "2.1.0"));
    assert_eq!(info.errors, [ErrorCode::Other]);
    assert_eq!(Function::KindsMix.info().since, "2.0.0");
    let exports: Vec<_> = EXPORTS.iter().map(|export| (export.name, export.required)).collect();
    assert_eq!(exports, [("run", true), ("on-event", false)]);
    assert_eq!(EXPORTS[1].flat_params, [Flat::I32, Flat::I64]);
}
