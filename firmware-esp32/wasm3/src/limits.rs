//! How much stack a guest gets, and how often it is looked at.

use device_abi::Profile;

/// How much stack a guest gets, and how often it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of wasm3's value stack: locals, operands and constants of all active functions. Allocated from the heap.
    pub value_stack_bytes: u32,
    /// Bytes of the native stack that calls of the guest may take. The caller's stack must have
    /// [`NATIVE_STACK_SPARE`](Limits::NATIVE_STACK_SPARE) more, and what its own host functions need.
    pub native_stack_bytes: usize,
    /// Loop iterations, function entries, and pieces of 64 bytes that are copied or filled, between two calls of
    /// [`Host::check`](crate::Host::check); at least 1.
    pub check_every: u32,
}

/// Bytes of a slot of the profile (64 bits).
const SLOT_BYTES: u32 = 8;

/// Bytes that wasm3 adds to a function's frame: the most constants that it keeps there (`d_m3MaxConstantTableSize`).
const CONSTANT_BYTES: u32 = 64 * 4;

/// Slots of the functions that a profile's call depth counts.
const COUNTED_SLOTS: u32 = 16;

/// Bytes of native stack for one wasm call, with room: on riscv32 it takes 80, on 64-bit machines twice that, under a
/// sanitizer several times that, and there each loop that the function has passed takes as much.
const NATIVE_CALL_BYTES: usize = if cfg!(wasm3_asan) {
    16 * 1024
} else if cfg!(target_pointer_width = "32") {
    192
} else {
    1024
};

impl Limits {
    /// Bytes of native stack that a guest may take beyond its limit, because only calls check it: the frame of one more
    /// operation, and of what it calls of floats in software and of the C library.
    pub const NATIVE_STACK_SPARE: usize =
        if cfg!(target_pointer_width = "32") { 2 * 1024 } else { 16 * 1024 };

    /// Bytes of native stack that loading a guest takes at most on riscv32, where each nested block takes 208 while it is
    /// compiled (clang 19, optimised for size) and 48 may be nested; on 64-bit machines it is about twice that.
    pub const LOAD_STACK_BYTES: usize = if cfg!(target_pointer_width = "32") { 12 * 1024 } else { 64 * 1024 };

    /// The smallest stacks with which a guest gets the call depth that `profile` guarantees, and one look in 128: an
    /// iteration may take a chip some ten thousand instructions.
    #[must_use]
    pub const fn for_profile(profile: &Profile) -> Self {
        let frame = COUNTED_SLOTS * SLOT_BYTES + CONSTANT_BYTES;
        // One function of the largest size fits on top.
        let largest = profile.function_slots * SLOT_BYTES + CONSTANT_BYTES;
        Self {
            value_stack_bytes: profile.call_depth * frame + largest,
            native_stack_bytes: profile.call_depth as usize * NATIVE_CALL_BYTES,
            check_every: 128,
        }
    }
}
