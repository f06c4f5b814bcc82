//! The machine's test device, which restarts or ends it.

#![allow(unsafe_code, reason = "names the device's register")]

use super::register::Register;

// SAFETY: the device has this one register; what is written restarts or ends the machine.
const TEST: Register<u32> = unsafe { Register::at(0x10_0000) };

const RESET: u32 = 0x7777;

/// Restarts the machine: QEMU loads the firmware again, the line stays.
pub(super) fn restart() -> ! {
    loop {
        TEST.write(RESET);
    }
}
