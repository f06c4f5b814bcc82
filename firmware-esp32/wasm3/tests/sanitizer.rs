//! With `WASM3_ASAN=1`, AddressSanitizer watches the heap that wasm3 and Rust share.

#![cfg(wasm3_asan)]

use std::ffi::c_void;

#[expect(unsafe_code, reason = "a function of the sanitizer")]
unsafe extern "C" {
    safe fn __asan_address_is_poisoned(address: *const c_void) -> i32;
}

#[test]
fn the_sanitizer_knows_where_a_block_ends() {
    let block = vec![0_u8; 24];
    let end = block.as_ptr().wrapping_add(block.len());
    assert_eq!(__asan_address_is_poisoned(block.as_ptr().cast()), 0);
    assert_eq!(__asan_address_is_poisoned(end.cast()), 1);
}
