//! The machine's test device, which restarts or ends it; and why the machine started.

#![allow(unsafe_code, reason = "names the device's register, and an address of the linker script")]

use device_abi::system::ResetReason;

use super::register::Register;

unsafe extern "C" {
    /// Defined by memory.x.
    static mut _cause: u32;
}

// SAFETY: the device has this one register; what is written restarts or ends the machine.
const TEST: Register<u32> = unsafe { Register::at(0x10_0000) };

const RESET: u32 = 0x7777;

/// What is left behind for the next start: memory that nobody has written holds something else.
const BY_SOFTWARE: u32 = u32::from_le_bytes(*b"soft");

/// Restarts the machine: QEMU loads the firmware again, the line stays.
pub(super) fn restart() -> ! {
    // SAFETY: the linker puts nothing else there, and the machine has memory there.
    unsafe { (&raw mut _cause).write_volatile(BY_SOFTWARE) };
    loop {
        TEST.write(RESET);
    }
}

/// Why the machine started. Asked for once: the next start has a cause of its own.
pub(super) fn reset_reason() -> ResetReason {
    let cause = &raw mut _cause;
    // SAFETY: as above; every content is a number.
    let found = unsafe { cause.read_volatile() };
    // SAFETY: as above.
    unsafe { cause.write_volatile(0) };
    if found == BY_SOFTWARE { ResetReason::Software } else { ResetReason::PowerOn }
}
