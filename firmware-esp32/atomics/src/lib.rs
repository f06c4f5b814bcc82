//! Compare-and-swap for chips that have none: what the compiler calls instead.
//!
//! riscv32imc has no atomic instructions. For the target file `ci/targets/riscv32imc-unknown-none-elf.json` the
//! compiler calls these functions, under the names that LLVM gives them; each does its work with interrupts off, which
//! is atomic on a chip with one core. Loads and stores need none of them. One that is missing shows when the firmware
//! is linked.
//!
//! A firmware says `use firmware_atomics as _;`, and has a `critical-section` implementation.

#![no_std]
#![allow(unsafe_code, reason = "the compiler passes raw pointers, and chooses the symbols' names")]
#![allow(clippy::missing_safety_doc, reason = "only the compiler calls these; it keeps its own rules")]

/// Read-modify-write operations: each returns the old value.
macro_rules! fetch {
    ($($name:ident: $type:ty = $new:expr;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(place: *mut $type, value: $type) -> $type {
            critical_section::with(|_| {
                // SAFETY: the compiler passes a place that an atomic of this size is at; nothing else runs meanwhile.
                unsafe {
                    let old = place.read();
                    place.write($new(old, value));
                    old
                }
            })
        }
    )*};
}

/// Compare-and-swap: returns the old value, which is `expected` if it was replaced.
macro_rules! compare_and_swap {
    ($($name:ident: $type:ty;)*) => {$(
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name(place: *mut $type, expected: $type, value: $type) -> $type {
            critical_section::with(|_| {
                // SAFETY: the compiler passes a place that an atomic of this size is at; nothing else runs meanwhile.
                unsafe {
                    let old = place.read();
                    if old == expected {
                        place.write(value);
                    }
                    old
                }
            })
        }
    )*};
}

fetch! {
    __sync_fetch_and_add_1: u8 = u8::wrapping_add;
    __sync_fetch_and_add_2: u16 = u16::wrapping_add;
    __sync_fetch_and_add_4: u32 = u32::wrapping_add;
    __sync_fetch_and_sub_1: u8 = u8::wrapping_sub;
    __sync_fetch_and_sub_2: u16 = u16::wrapping_sub;
    __sync_fetch_and_sub_4: u32 = u32::wrapping_sub;
    __sync_fetch_and_and_1: u8 = |old, value| old & value;
    __sync_fetch_and_and_2: u16 = |old, value| old & value;
    __sync_fetch_and_and_4: u32 = |old, value| old & value;
    __sync_fetch_and_or_1: u8 = |old, value| old | value;
    __sync_fetch_and_or_2: u16 = |old, value| old | value;
    __sync_fetch_and_or_4: u32 = |old, value| old | value;
    __sync_fetch_and_xor_1: u8 = |old, value| old ^ value;
    __sync_fetch_and_xor_2: u16 = |old, value| old ^ value;
    __sync_fetch_and_xor_4: u32 = |old, value| old ^ value;
    __sync_lock_test_and_set_1: u8 = |_, value| value;
    __sync_lock_test_and_set_2: u16 = |_, value| value;
    __sync_lock_test_and_set_4: u32 = |_, value| value;
}

compare_and_swap! {
    __sync_val_compare_and_swap_1: u8;
    __sync_val_compare_and_swap_2: u16;
    __sync_val_compare_and_swap_4: u32;
}
