//! Exceptions: every one is the firmware's mistake, and is reported like a panic.

#![allow(unsafe_code, reason = "exceptions begin in assembly language")]

use core::arch::global_asm;

use super::guard;

// In the place of riscv-rt's. Nothing returns from here, so nothing is saved; and because the stack may be what is full,
// it begins anew.
global_asm!(
    ".pushsection .trap.start, \"ax\"",
    ".balign 4",
    ".global _start_trap",
    "_start_trap:",
    "la sp, _stack_start",
    "csrr a0, mcause",
    "csrr a1, mepc",
    "csrr a2, mtval",
    "j {fault}",
    ".popsection",
    fault = sym fault,
);

/// `mcause` of exceptions about an address (RISC-V Privileged Architecture, "Machine Cause").
const LOAD_FAULT: usize = 5;
const STORE_FAULT: usize = 7;

extern "C" fn fault(cause: usize, at: usize, address: usize) -> ! {
    if matches!(cause, LOAD_FAULT | STORE_FAULT) && guard::contains(address) {
        panic!("stack overflow at {at:#010x}");
    }
    panic!("exception {cause} at {at:#010x}, address {address:#010x}");
}
