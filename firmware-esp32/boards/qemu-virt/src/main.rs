//! The firmware with an ESP32-C3's instruction set, in QEMU's machine `virt`.
//!
//! The same agent and the same engine as on the chip, compiled for riscv32imc, with the chip's amount of memory. The
//! link is the machine's serial port. See `machine` for what the board is made of.

#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
extern crate alloc;

#[cfg(target_os = "none")]
mod machine;

/// Compiled for a desk only by commands that compile everything.
#[cfg(not(target_os = "none"))]
fn main() -> Result<(), &'static str> {
    Err("this firmware is for riscv32imc: `cargo xtask firmware --board qemu-virt`")
}
