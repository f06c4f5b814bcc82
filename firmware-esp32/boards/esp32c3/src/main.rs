//! The firmware on an ESP32-C3.
//!
//! The same agent and the same engine as in QEMU and as a process. The host is found at one of two lines: UART0, or the
//! chip's own USB port. See `chip` for the drivers; the other modules know no hardware, and are tested on the desk.

#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(target_os = "none")]
extern crate alloc;

#[cfg(target_os = "none")]
mod chip;
#[cfg(any(target_os = "none", test))]
mod ear;
#[cfg(any(target_os = "none", test))]
mod lines;
#[cfg(any(target_os = "none", test))]
mod plan;
#[cfg(any(target_os = "none", test))]
mod text;

/// Compiled for a desk only by its tests, and by commands that compile everything.
#[cfg(not(target_os = "none"))]
fn main() -> Result<(), &'static str> {
    Err("this firmware is for riscv32imc: `cargo xtask firmware --board esp32c3`")
}
