//! Time, and instructions.

#![allow(unsafe_code, reason = "counts instructions between two looks at the counter")]

use core::arch::asm;

use riscv::register::{minstret, time};

/// Nanoseconds of a tick: the machine's timer has 10 MHz.
pub(super) const TICK_NS: u64 = 100;

/// Time, and instructions.
#[derive(Debug)]
pub(super) struct Clock {
    counts_instructions: bool,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { counts_instructions: counts_instructions() }
    }

    pub(super) fn now_ns(&self) -> u64 {
        time::read64() * TICK_NS
    }

    /// Instructions that the processor has executed; 0 if QEMU does not count them (`-icount shift=0` does).
    pub(super) fn instructions(&self) -> u64 {
        if self.counts_instructions { minstret::read64() } else { 0 }
    }
}

/// Whether the processor's counter really counts instructions. Without `-icount`, QEMU puts the PC's time there.
fn counts_instructions() -> bool {
    (0..4).all(|_| {
        let (before, after): (u32, u32);
        // SAFETY: reads a counter; the nops do nothing.
        unsafe {
            asm!(
                "csrr {before}, minstret",
                "nop",
                "nop",
                "nop",
                "csrr {after}, minstret",
                before = out(reg) before,
                after = out(reg) after,
                options(nomem, nostack),
            );
        }
        after.wrapping_sub(before) == 4
    })
}
