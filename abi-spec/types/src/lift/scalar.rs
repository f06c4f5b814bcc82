//! Single values: flat numbers, enums, text, results.

use crate::{Fault, Function, Halt, Host, Span, Trap, Violation, types::ErrorCode};

/// Records that a call trapped at argument number `argument`, and ends the guest.
#[cold]
#[inline(never)]
pub(crate) fn broken<H: Host + ?Sized>(
    host: &mut H,
    function: Function,
    start_ns: u64,
    argument: u8,
    fault: Fault,
) -> Halt {
    if let Some(recorder) = host.recorder() {
        recorder.call(function, start_ns).trapped(argument);
    }
    Halt::Trap(Trap::AbiViolation(Violation { function, argument, fault }))
}

/// The flat result of an error.
#[inline]
pub(crate) fn error(code: ErrorCode) -> i32 {
    -1 - code as i32
}

/// The flat result of a success with a value, which must leave room for the errors.
#[inline]
pub(crate) fn success(value: u32) -> i32 {
    debug_assert!(value <= i32::MAX as u32, "value {value} of a result would be taken for an error");
    value.cast_signed()
}

/// As [`success`], in 64 bits.
#[inline]
pub(crate) fn success_64(value: u64) -> i64 {
    debug_assert!(value <= i64::MAX as u64, "value {value} of a result would be taken for an error");
    value.cast_signed()
}

/// A flat bool.
#[inline]
pub(crate) fn bool(value: u32) -> Result<bool, Fault> {
    if value > 1 { Err(Fault::OutOfRange { value, max: 1 }) } else { Ok(value == 1) }
}

/// A flat u8.
#[inline]
pub(crate) fn u8(value: u32) -> Result<u8, Fault> {
    u8::try_from(value).map_err(|_| Fault::OutOfRange { value, max: u8::MAX.into() })
}

/// A flat u16.
#[inline]
pub(crate) fn u16(value: u32) -> Result<u16, Fault> {
    u16::try_from(value).map_err(|_| Fault::OutOfRange { value, max: u16::MAX.into() })
}

/// An enum's case, if there is one for the number.
#[inline]
pub(crate) fn case<T>(value: u32, case: Option<T>, cases: usize) -> Result<T, Fault> {
    case.ok_or(Fault::NoSuchCase { value, cases: cases as u32 })
}

/// Flags, if there is one for each bit.
#[inline]
pub(crate) fn flags<T>(bits: u32, flags: Option<T>, mask: u32) -> Result<T, Fault> {
    flags.ok_or(Fault::NoSuchFlag { bits, mask })
}

/// Checks that bytes are UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Result<(), Fault> {
    match core::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::NotUtf8 { at: error.valid_up_to() }),
    }
}

/// Bytes that were found to be UTF-8.
pub(crate) fn checked_text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).expect("the glue checked it before")
}

/// A value that was found to be good.
pub(crate) fn checked<T>(value: Result<T, Fault>) -> T {
    value.expect("the glue checked it before")
}

/// Checks that a buffer shares no byte with argument number `argument`.
#[inline]
pub(crate) fn apart(buffer: Span, other: Span, argument: u8) -> Result<(), Fault> {
    if buffer.overlaps(other) { Err(Fault::Overlap { other: argument }) } else { Ok(()) }
}

/// `size` (1, 2 or 4) bytes at `at`, as a number.
#[inline]
pub(crate) fn number(bytes: &[u8], at: usize, size: usize) -> u32 {
    let mut number = [0; 4];
    number[..size].copy_from_slice(&bytes[at..at + size]);
    u32::from_le_bytes(number)
}

/// Writes the low `size` bytes of a number at `at`.
pub(crate) fn store(bytes: &mut [u8], at: usize, size: usize, number: u64) {
    bytes[at..at + size].copy_from_slice(&number.to_le_bytes()[..size]);
}
