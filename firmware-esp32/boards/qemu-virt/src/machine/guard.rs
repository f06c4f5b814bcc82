//! What nobody may touch: the memory below the stack.

#![allow(unsafe_code, reason = "names addresses of the linker script, and sets protection registers")]

use riscv::register::{Permission, Range, pmpaddr0, pmpcfg0};

unsafe extern "C" {
    /// Defined by memory.x. The size is the symbol's address.
    static _guard_start: u8;
    static _guard_size: u8;
}

/// Makes every access to the guard an exception, until the machine restarts.
pub(super) fn protect() {
    let (start, size) = bounds();
    assert!(size.is_power_of_two() && start % size == 0, "the guard cannot be protected where it is");
    // SAFETY: nobody has anything in the guard. Locked entries hold in machine mode too (RISC-V Privileged
    // Architecture, "Physical Memory Protection").
    unsafe {
        // A naturally aligned power of two: the ones at the end say how large.
        pmpaddr0::write((start >> 2) | ((size >> 3) - 1));
        pmpcfg0::set_pmp(0, Range::NAPOT, Permission::NONE, true);
    }
}

/// Whether an access to `address` was the stack's overflow.
pub(super) fn contains(address: usize) -> bool {
    let (start, size) = bounds();
    address.wrapping_sub(start) < size
}

fn bounds() -> (usize, usize) {
    ((&raw const _guard_start) as usize, (&raw const _guard_size) as usize)
}
