//! What a profile needs of the heap. The firmware does not compile when it promises more than there is; `cargo xtask
//! firmware` compares it with the heap of the linked image once more, and with the README's table.

use device_abi::Profile;
use wasm3_engine::Limits;

/// Bytes that the agent keeps for itself, messages, events and the kept log lines included. Measured: 17,092 when a host has
/// said hello (`twinboard device info` tells), and up to 3 KB of log lines.
const AGENT_BYTES: usize = 20 * 1024;

/// Bytes of the largest structures of a run beside those that are counted here: device and app with their tables, wasm3's
/// runtime, a checked module's description. Measured: less than 12 KB for a guest of 400 bytes.
const RUN_BYTES: usize = 12 * 1024;

/// Bytes that the agent keeps free while a guest runs, and refuses a guest for (`RESERVE_BYTES` of firmware-agent).
const RESERVE_BYTES: usize = 16 * 1024;

/// Bytes of compiled code to ten of a module's code section (measured: 3.1 to 1).
const COMPILED_TENTHS: usize = 31;

/// Bytes of code that the largest module may surely have beside a memory of all pages; the rest of it is data, names,
/// tables. With more code, or code alone, it may be refused as `out-of-memory` when it is loaded. (A module of 64,000 bytes
/// with 20,000 of code was loaded with 27 KB to spare, of which 16 KB are the reserve; one with 26,000 was refused.)
const CODE_BYTES: usize = 20 * 1024;

/// Bytes of a guest's memory, in one piece, with the headers of wasm3 and of the heap.
pub(super) const fn guest_memory(profile: &Profile) -> usize {
    profile.memory_pages as usize * Profile::PAGE_BYTES as usize + 64
}

/// Bytes for a guest that uses all that `profile` grants.
pub(super) const fn all(profile: &Profile) -> usize {
    let parts = parts(profile);
    let (mut sum, mut at) = (0, 0);
    while at < parts.len() {
        sum += parts[at] as usize;
        at += 1;
    }
    sum
}

/// The parts of [`all`], in the order in which `cargo xtask firmware` names them.
const fn parts(profile: &Profile) -> [u32; 7] {
    [
        AGENT_BYTES as u32,
        RUN_BYTES as u32,
        RESERVE_BYTES as u32,
        guest_memory(profile) as u32,
        profile.module_bytes,
        Limits::for_profile(profile).value_stack_bytes,
        (CODE_BYTES * COMPILED_TENTHS / 10) as u32,
    ]
}

/// The same, for whoever has the image.
#[used]
static NEEDS: [u32; 7] = parts(super::heap::PROFILE);
