//! The heap: two regions, because the memory that the boot loader has used lies apart.

#![allow(unsafe_code, reason = "esp-alloc's macro gives it the memory")]

use device_abi::Profile;
use device_link::Heap;
use esp_alloc::HEAP;

use super::needs;

/// Bytes of the large region: what is sure to hold a guest's memory in one piece. The rest of that RAM, 313 KB in all, is
/// for static data, code that runs from RAM, and the stack; the linker checks that what .cargo/config.toml asks for is left
/// for that.
const LARGE_BYTES: usize = 266 * 1024;

/// Bytes of the small region: what the boot loader has used, and the ROM does not (esp-hal's `dram2_seg`: 66,320 bytes).
const SMALL_BYTES: usize = 66_304;

/// The profile of the hello.
pub(super) const PROFILE: &Profile = &Profile::ESP32C3;

const _: () =
    assert!(needs::guest_memory(PROFILE) <= LARGE_BYTES, "a guest's memory does not fit in one piece");
const _: () =
    assert!(needs::all(PROFILE) <= LARGE_BYTES + SMALL_BYTES, "the profile needs more heap than there is");

/// Gives the heap its memory. Called once, before the first allocation.
pub(super) fn start() {
    // The small one comes first, and takes what is small: the large one stays whole.
    esp_alloc::heap_allocator!(#[esp_hal::ram(reclaimed)] size: SMALL_BYTES);
    esp_alloc::heap_allocator!(size: LARGE_BYTES);
}

/// How much there is.
pub(super) fn figures() -> Heap {
    let stats = HEAP.stats();
    let free = |used: usize| stats.size.saturating_sub(used) as u32;
    Heap { total: stats.size as u32, free: free(stats.current_usage), least_free: free(stats.max_usage) }
}
