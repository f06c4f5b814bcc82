//! The generated guest imports, linked against functions of this file in the place of a host.

#![allow(unsafe_code, reason = "plays the host of foreign functions")]

use crate::guest::{
    kinds::{self, Colour, Marks, Step},
    types::ErrorCode,
};

/// Answers with the number it gets as `fail`, so that every answer can be had.
#[unsafe(no_mangle)]
extern "C" fn kinds_try_bool(fail: u32) -> i32 {
    if fail == 0 { 1 } else { -1 }
}

#[unsafe(no_mangle)]
extern "C" fn kinds_try_u64(fail: u32) -> i64 {
    // An error that the guest's version does not know.
    if fail == 0 { 1 << 40 } else { -100 }
}

#[unsafe(no_mangle)]
extern "C" fn kinds_named(thing: u32, colour: u32, marks: u32) -> i32 {
    assert_eq!((thing, colour, marks), (7, 2, 0x101));
    1
}

#[unsafe(no_mangle)]
extern "C" fn kinds_mix(
    text: *const u8,
    text_len: usize,
    bytes: *const u8,
    bytes_len: usize,
    numbers: *const u32,
    numbers_len: usize,
    into: *mut u8,
    into_len: usize,
) -> i32 {
    // SAFETY: the caller is the generated wrapper, which passes slices.
    unsafe {
        assert_eq!(std::slice::from_raw_parts(text, text_len), b"hi");
        assert_eq!(std::slice::from_raw_parts(bytes, bytes_len), [1, 2]);
        assert_eq!(std::slice::from_raw_parts(numbers, numbers_len), [3, 4]);
        std::slice::from_raw_parts_mut(into, into_len).fill(9);
    }
    into_len as i32
}

#[unsafe(no_mangle)]
extern "C" fn kinds_steps(steps: *const u8, steps_len: usize) -> i32 {
    // SAFETY: the caller is the generated wrapper, which passes a slice; every step begins with its case.
    let cases = (0..steps_len).map(|at| unsafe { *steps.add(at * size_of::<Step<'_>>()) });
    assert_eq!(cases.collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    -2
}

#[test]
fn results_become_values_errors_and_other() {
    assert_eq!(kinds::try_bool(false), Ok(true));
    assert_eq!(kinds::try_bool(true), Err(ErrorCode::InvalidArgument));
    assert_eq!(kinds::try_u64(false), Ok(1 << 40));
    assert_eq!(kinds::try_u64(true), Err(ErrorCode::Other));
}

#[test]
fn named_types_become_numbers() {
    assert_eq!(
        kinds::named(kinds::ThingHandle(7), Colour::UltraViolet, Marks::A | Marks::LAST_ONE),
        Colour::Green
    );
}

#[test]
fn slices_become_pointers_and_lengths() {
    let mut into = [0; 3];
    assert_eq!(kinds::mix("hi", &[1, 2], &[3, 4], &mut into), Ok(3));
    assert_eq!(into, [9; 3]);
}

#[test]
fn steps_are_laid_out_with_their_case_first() {
    let mut buffer = [0; 2];
    let mut steps = [
        Step::rest(),
        Step::fill(&mut buffer),
        Step::take(&[1]),
        Step::say("x"),
        Step::wait(5),
        Step::paint(Colour::Red),
    ];
    assert_eq!(kinds::steps(&mut steps), Err(ErrorCode::TooLarge));
}

#[test]
fn flags_and_records_are_as_large_as_in_guest_memory() {
    assert_eq!(size_of::<Marks>(), 2);
    assert_eq!(size_of::<Colour>(), 1);
    assert_eq!(size_of::<kinds::Everything>(), 32);
    assert_eq!(std::mem::offset_of!(kinds::Everything, offset), 24);
}
