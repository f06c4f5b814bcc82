//! Broken guests: every kind of fault, at every kind of argument, in the order that the rules say.

use crate::{
    Fault, Halt, Trap, glue,
    kinds_host::{EVERYTHING_BYTES, TestHost, memory, step},
};

/// The fault, after checking that the argument is named, the host was not called, and the trace ends there.
#[track_caller]
fn fault<T: std::fmt::Debug>(argument: &str, call: impl FnOnce(&mut TestHost) -> Result<T, Halt>) -> Fault {
    let mut host = TestHost::new();
    let Err(Halt::Trap(Trap::AbiViolation(violation))) = call(&mut host) else { panic!("no violation") };
    assert_eq!(violation.argument_name(), argument);
    assert_eq!(host.calls, [] as [&str; 0]);
    assert_eq!(host.left, 0);
    let trace = host.traced();
    assert!(trace[0].ends_with(&format!("-> trap abi-violation {argument}")), "{trace:?}");
    violation.fault
}

#[test]
fn narrow_numbers_with_upper_bits() {
    let scalars = |flat: [u32; 3]| {
        move |host: &mut TestHost| glue::kinds_scalars(host, &mut [], flat[0], flat[1], flat[2], 0, 0, 0, 0)
    };
    assert_eq!(fault("host", scalars([2, 0, 0])), Fault::OutOfRange { value: 2, max: 1 });
    assert_eq!(fault("memory", scalars([0, 256, 0])), Fault::OutOfRange { value: 256, max: 255 });
    assert_eq!(fault("type", scalars([0, 0, 65536])), Fault::OutOfRange { value: 65536, max: 65535 });
    // From left to right.
    fault("memory", scalars([1, u32::MAX, u32::MAX]));
}

#[test]
fn cases_and_flags_that_do_not_exist() {
    let named = |colour, marks| move |host: &mut TestHost| glue::kinds_named(host, &mut [], 0, colour, marks);
    assert_eq!(fault("colour", named(3, 0)), Fault::NoSuchCase { value: 3, cases: 3 });
    assert_eq!(fault("marks", named(0, 0x200)), Fault::NoSuchFlag { bits: 0x200, mask: 0x1ff });
}

fn whole(yes: u32, result: u32) -> impl FnOnce(&mut TestHost) -> Result<i32, Halt> + use<> {
    move |host| glue::kinds_whole(host, &mut memory(&[]), yes, 0, 0, 0, 0, 0, 0, 0, 0, result)
}

#[test]
fn records_and_the_memory_of_results() {
    assert_eq!(fault("everything", whole(2, 0)), Fault::OutOfRange { value: 2, max: 1 });
    assert_eq!(fault("result", whole(0, 4)), Fault::Misaligned { address: 4, align: 8 });
    assert_eq!(
        fault("result", whole(0, 1000)),
        Fault::OutOfMemory { address: 1000, len: 32, memory_len: 1024 }
    );
    fault("everything", whole(2, 4));
}

/// Calls `lists` with one list that is not empty.
fn list(
    which: usize,
    address: u32,
    len: u32,
    bytes: &[u8],
) -> impl FnOnce(&mut TestHost) -> Result<i32, Halt> + use<> {
    let mut flat = [0; 14];
    flat[2 * which] = address;
    flat[2 * which + 1] = len;
    let mut memory = memory(&[(64, bytes)]);
    move |host| {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = flat;
        glue::kinds_lists(host, &mut memory, a, b, c, d, e, f, g, h, i, j, k, l, m, n)
    }
}

#[test]
fn elements_without_pointers() {
    let mut broken = EVERYTHING_BYTES;
    broken[16] = 3;
    assert_eq!(fault("wholes", list(0, 64, 1, &broken)), Fault::NoSuchCase { value: 3, cases: 3 });
    assert_eq!(fault("wholes", list(0, 68, 1, &[])), Fault::Misaligned { address: 68, align: 8 });
    assert_eq!(fault("marks", list(1, 64, 2, &[0, 0, 0, 2])), Fault::NoSuchFlag { bits: 0x200, mask: 0x1ff });
    assert_eq!(fault("colours", list(2, 64, 2, &[0, 3])), Fault::NoSuchCase { value: 3, cases: 3 });
    assert_eq!(fault("bools", list(4, 64, 1, &[2])), Fault::OutOfRange { value: 2, max: 1 });
    assert_eq!(fault("smalls", list(5, 65, 1, &[])), Fault::Misaligned { address: 65, align: 2 });
    assert_eq!(
        fault("wides", list(6, 0, 0x2000_0001, &[])),
        Fault::OutOfMemory { address: 0, len: 0x1_0000_0008, memory_len: 1024 }
    );
}

fn mix(flat: [u32; 8], bytes: &[u8]) -> impl FnOnce(&mut TestHost) -> Result<i32, Halt> + use<> {
    let mut memory = memory(&[(0, bytes)]);
    move |host| {
        let [a, b, c, d, e, f, g, h] = flat;
        glue::kinds_mix(host, &mut memory, a, b, c, d, e, f, g, h)
    }
}

#[test]
fn text_that_is_not_utf8() {
    assert_eq!(fault("text", mix([0, 3, 0, 0, 0, 0, 8, 8], &[b'a', 0xff, b'b'])), Fault::NotUtf8 { at: 1 });
    // A character that the end of the text cuts.
    assert_eq!(fault("text", mix([0, 1, 0, 0, 0, 0, 8, 8], "ü".as_bytes())), Fault::NotUtf8 { at: 0 });
}

#[test]
fn a_buffer_that_overlaps_any_other_argument() {
    let numbers = [16, 4, 24, 4, 32, 2];
    let with = |into, len| {
        let [a, b, c, d, e, f] = numbers;
        mix([a, b, c, d, e, f, into, len], &[])
    };
    assert_eq!(fault("into", with(19, 1)), Fault::Overlap { other: 0 });
    assert_eq!(fault("into", with(20, 5)), Fault::Overlap { other: 1 });
    assert_eq!(fault("into", with(39, 4)), Fault::Overlap { other: 2 });
    assert_eq!(fault("into", with(0, 64)), Fault::Overlap { other: 0 });
    // Touching is not overlapping, and neither is what has no bytes.
    let mut host = TestHost::new();
    assert_eq!(with(40, 4)(&mut host), Ok(2));
    assert_eq!(with(20, 4)(&mut host), Ok(2));
}

#[test]
fn every_argument_is_looked_at_before_overlaps() {
    assert_eq!(
        fault("into", mix([0, 4, 0, 0, 0, 0, 0, 2000], &[])),
        Fault::OutOfMemory { address: 0, len: 2000, memory_len: 1024 }
    );
    assert_eq!(
        fault("numbers", mix([0, 4, 0, 0, 1, 1, 0, 4], &[])),
        Fault::Misaligned { address: 1, align: 4 }
    );
}

#[test]
fn inputs_may_overlap_each_other() {
    let mut host = TestHost::new();
    assert_eq!(mix([0, 4, 0, 4, 0, 1, 8, 8], b"abcd")(&mut host), Ok(2));
}

#[test]
fn a_result_that_overlaps_a_buffer() {
    let both =
        |into, result| move |host: &mut TestHost| glue::kinds_both(host, &mut memory(&[]), into, 8, result);
    // The buffer comes first, so it is the one that is named.
    assert_eq!(fault("into", both(0, 0)), Fault::Overlap { other: 1 });
    assert_eq!(fault("into", both(31, 0)), Fault::Overlap { other: 1 });
    assert_eq!(both(32, 0)(&mut TestHost::new()), Ok(0));
}

fn steps(elements: &[[u8; 16]]) -> impl FnOnce(&mut TestHost) -> Result<i32, Halt> + use<> {
    let mut memory = memory(&[(0, elements.as_flattened()), (512, &[0xff])]);
    let len = elements.len() as u32;
    move |host| glue::kinds_steps(host, &mut memory, 0, len)
}

#[test]
fn elements_with_pointers() {
    assert_eq!(fault("steps", steps(&[step(6, 0, 0)])), Fault::NoSuchCase { value: 6, cases: 6 });
    assert_eq!(fault("steps", steps(&[step(5, 3, 0)])), Fault::NoSuchCase { value: 3, cases: 3 });
    assert_eq!(fault("steps", steps(&[step(3, 512, 1)])), Fault::NotUtf8 { at: 0 });
    let outside = Fault::OutOfMemory { address: u32::MAX, len: 1, memory_len: 1024 };
    assert_eq!(fault("steps", steps(&[step(0, 0, 0), step(1, u32::MAX, 1)])), outside);
    assert_eq!(fault("steps", steps(&[step(2, u32::MAX, 1)])), outside);
    let misaligned = |host: &mut TestHost| glue::kinds_steps(host, &mut memory(&[]), 4, 1);
    assert_eq!(fault("steps", misaligned), Fault::Misaligned { address: 4, align: 8 });
}

#[test]
fn buffers_in_elements_overlap_nothing() {
    let overlap = Fault::Overlap { other: 0 };
    // The list itself, another buffer, bytes to read before and after.
    assert_eq!(fault("steps", steps(&[step(1, 15, 1)])), overlap);
    assert_eq!(fault("steps", steps(&[step(1, 600, 4), step(1, 603, 4)])), overlap);
    assert_eq!(fault("steps", steps(&[step(2, 600, 4), step(1, 600, 1)])), overlap);
    assert_eq!(fault("steps", steps(&[step(1, 600, 1), step(3, 600, 4)])), overlap);
    // Bytes to read may overlap the list and each other.
    let reads = steps(&[step(2, 0, 32), step(2, 8, 32)]);
    assert_eq!(reads(&mut TestHost::new()), Ok(0));
    // Faults of later elements come before overlaps.
    assert_eq!(
        fault("steps", steps(&[step(1, 0, 4), step(9, 0, 0)])),
        Fault::NoSuchCase { value: 9, cases: 6 }
    );
}

#[test]
fn too_many_elements_must_still_lie_in_memory() {
    let mut short = vec![0; 65 * 16 - 1];
    assert_eq!(
        fault("steps", |host| glue::kinds_steps(host, &mut short, 0, 65)),
        Fault::OutOfMemory { address: 0, len: 65 * 16, memory_len: 65 * 16 - 1 }
    );
}
