//! The state that a reset leaves, where esp-hal takes it for granted: the ROM, a boot loader or a debugger may have
//! changed it (ESP32-C3 Technical Reference Manual, "System Registers", "System Timer", "Interrupt Matrix",
//! "USB Serial/JTAG Controller").

#![allow(unsafe_code, reason = "writes a number into a register, and lets interrupts in")]

use esp_hal::peripherals::{INTERRUPT_CORE0, SYSTEM, SYSTIMER, USB_DEVICE};

/// The lowest priority that an interrupt can have.
const LOWEST_PRIORITY: u8 = 1;

/// Clocks and resets, before anything uses what they belong to.
pub(super) fn peripherals() {
    let system = SYSTEM::regs();
    system.perip_clk_en0().modify(|_, w| {
        w.systimer_clk_en().set_bit().uart_mem_clk_en().set_bit();
        w.uart_clk_en().set_bit().usb_device_clk_en().set_bit()
    });
    // UART0 begins anew: esp-hal sets it up as if it were as after a reset. The USB port must not: the host would lose it.
    system.perip_rst_en0().modify(|_, w| w.uart_rst().set_bit());
    system.perip_rst_en0().modify(|_, w| {
        w.systimer_rst().clear_bit().uart_mem_rst().clear_bit();
        w.uart_rst().clear_bit().usb_device_rst().clear_bit()
    });
    SYSTIMER::regs()
        .conf()
        .modify(|_, w| w.timer_unit0_work_en().set_bit().timer_unit0_core0_stall_en().clear_bit());
    USB_DEVICE::regs().conf0().modify(|_, w| w.usb_pad_enable().set_bit().phy_sel().clear_bit());
}

/// Interrupts, after their handlers are in place.
pub(super) fn interrupts() {
    // SAFETY: the register takes every number of 4 bits.
    INTERRUPT_CORE0::regs().cpu_int_thresh().write(|w| unsafe { w.cpu_int_thresh().bits(LOWEST_PRIORITY) });
    // SAFETY: no critical section is open here.
    unsafe { riscv::interrupt::enable() }
}
