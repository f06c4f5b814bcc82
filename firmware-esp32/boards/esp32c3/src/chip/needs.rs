//! What a profile needs of the heap. The firmware does not compile when it promises more than there is.

use device_abi::Profile;
use wasm3_engine::Limits;

/// Bytes that the agent keeps for itself, messages and events included. Measured: 12 KB when a host has said hello.
const AGENT_BYTES: usize = 14 * 1024;

/// Bytes of the largest structures of a run beside those that are counted here: device and app with their tables, wasm3's
/// runtime, a checked module's description. An allowance, not a measurement.
const RUN_BYTES: usize = 12 * 1024;

/// Bytes of compiled code to ten of a module's code section (measured: 3.1 to 1).
const COMPILED_TENTHS: usize = 31;

/// Bytes of code that the largest module may surely have beside a memory of all pages; the rest of it is data, names,
/// tables. With more code, or code alone, it may be refused as `out-of-memory` when it is loaded.
const CODE_BYTES: usize = 28 * 1024;

/// Bytes of a guest's memory, in one piece, with the headers of wasm3 and of the heap.
pub(super) const fn guest_memory(profile: &Profile) -> usize {
    profile.memory_pages as usize * Profile::PAGE_BYTES as usize + 64
}

/// Bytes for a guest that uses all that `profile` grants.
pub(super) const fn all(profile: &Profile) -> usize {
    let module = profile.module_bytes as usize;
    let compiled = CODE_BYTES * COMPILED_TENTHS / 10;
    let stack = Limits::for_profile(profile).value_stack_bytes as usize;
    AGENT_BYTES + RUN_BYTES + guest_memory(profile) + module + compiled + stack
}
