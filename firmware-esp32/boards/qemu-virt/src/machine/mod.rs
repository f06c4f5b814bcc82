//! The machine: start-up and drivers.
//!
//! Addresses and interrupt numbers are those of QEMU's `hw/riscv/virt.c`. There is one core, and no interrupt is ever
//! taken: they only end a `wfi`.

mod board;
mod clock;
mod fault;
mod flash;
mod guard;
mod heap;
mod panic;
mod power;
mod register;
mod uart;
mod wake;

use alloc::boxed::Box;

use device_abi::Profile;
use firmware_agent::{Identity, serve};
use firmware_atomics as _;

use self::{board::QemuVirt, heap::Counted};

#[global_allocator]
static HEAP: Counted = Counted::new();

#[riscv_rt::entry]
fn main() -> ! {
    guard::protect();
    HEAP.start();
    let identity = Identity { board: "qemu-virt", device_id: b"qemu-virt", profile: &Profile::ESP32C3 };
    serve(Box::new(QemuVirt::start()), identity);
    power::restart()
}
