//! A panic ends the app: its message goes to the device's log, then the guest traps.

use core::panic::PanicInfo;

use crate::abi;
use crate::text::{LINE, Text};

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // `panicked at src/lib.rs:12:5:` and the message, on one line each; not by the `log` crate, whose
    // level may hide it.
    abi::log::write(abi::log::Level::Error, Text::<LINE>::format(format_args!("{info}")).as_str());
    core::arch::wasm32::unreachable()
}
