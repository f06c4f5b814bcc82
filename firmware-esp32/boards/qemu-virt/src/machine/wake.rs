//! Sleep: until bytes arrive or until a moment.
//!
//! Interrupts stay off; those that are enabled here still end a `wfi` (RISC-V Privileged Architecture, "Wait for
//! Interrupt").

#![allow(unsafe_code, reason = "names the interrupt controllers' registers, and enables interrupts")]

use riscv::register::{mie, time};

use super::{clock::TICK_NS, register::Register};

/// The serial port's interrupt.
const UART: usize = 10;

/// The platform-level interrupt controller (RISC-V PLIC specification), as the first core sees it.
const PLIC: usize = 0x0C00_0000;

/// A register of one of the controllers.
const fn register(address: usize) -> Register<u32> {
    // SAFETY: used with the addresses of the interrupt controllers' registers only; they access no memory.
    unsafe { Register::at(address) }
}

const UART_PRIORITY: Register<u32> = register(PLIC + 4 * UART);
const ENABLED: Register<u32> = register(PLIC + 0x2000);
const THRESHOLD: Register<u32> = register(PLIC + 0x20_0000);
/// Says which interrupt there is, and takes its number back when it has been dealt with.
const CLAIM: Register<u32> = register(PLIC + 0x20_0004);

/// When the timer's interrupt comes, ticks (RISC-V Privileged Architecture, "Machine Timer Registers").
const COMPARE_LOW: Register<u32> = register(0x0200_4000);
const COMPARE_HIGH: Register<u32> = register(0x0200_4004);

/// Lets the serial port and the timer end a sleep.
pub(super) fn start() {
    UART_PRIORITY.write(1);
    THRESHOLD.write(0);
    ENABLED.write(1 << UART);
    // SAFETY: interrupts are off, and stay so: nothing is taken.
    unsafe {
        mie::set_mext();
        mie::set_mtimer();
    }
}

/// Sleeps until there is input, or until `until_ns`. May return early.
pub(super) fn wait(until_ns: u64, has_input: impl Fn() -> bool) {
    // The controller forgets an interrupt only when it is claimed. Input that is already there is seen below, input
    // that comes later is an interrupt of its own.
    CLAIM.write(CLAIM.read());
    let until = until_ns.div_ceil(TICK_NS);
    if has_input() || time::read64() >= until {
        return;
    }
    // In between, the moment must not be an earlier one.
    COMPARE_HIGH.write(u32::MAX);
    COMPARE_LOW.write(until as u32);
    COMPARE_HIGH.write((until >> 32) as u32);
    riscv::asm::wfi();
}
