//! The serial port: a 16550 with FIFOs of 16 bytes (National Semiconductor, PC16550D).
//!
//! Nothing overruns here: QEMU holds bytes back while the receiver's FIFO is full. On a real 16550 an overrun loses
//! bytes, the frame's checksum then fails, and the sender repeats it.

#![allow(unsafe_code, reason = "names the port's registers")]

use super::register::Register;

/// Where the port is.
const BASE: usize = 0x1000_0000;

/// Its registers.
const fn register(offset: usize) -> Register<u8> {
    // SAFETY: the port has eight registers of a byte, and no access to memory.
    unsafe { Register::at(BASE + offset) }
}

/// What has arrived, and what is to be sent; with [`DIVISOR_LATCH`], the divisor's low byte.
const DATA: Register<u8> = register(0);
/// Which interrupts there are; with [`DIVISOR_LATCH`], the divisor's high byte.
const INTERRUPTS: Register<u8> = register(1);
const FIFO_CONTROL: Register<u8> = register(2);
const LINE_CONTROL: Register<u8> = register(3);
const LINE_STATUS: Register<u8> = register(5);

const HAS_ARRIVED: u8 = 1;
const FIFOS_ON_AND_EMPTY: u8 = 0b111;
/// The interrupt comes with 14 bytes, or when nothing more has come for the time of four.
const AFTER_14_BYTES: u8 = 0b1100_0000;
const EIGHT_BITS: u8 = 0b11;
const DIVISOR_LATCH: u8 = 0b1000_0000;
const INPUT: u8 = 1;
const MAY_SEND: u8 = 1 << 5;
const ALL_SENT: u8 = 1 << 6;

/// Sets the port up.
pub(super) fn start() {
    LINE_CONTROL.write(EIGHT_BITS | DIVISOR_LATCH);
    // As fast as it goes: only the wait for four more bytes depends on it.
    DATA.write(1);
    INTERRUPTS.write(0);
    LINE_CONTROL.write(EIGHT_BITS);
    FIFO_CONTROL.write(FIFOS_ON_AND_EMPTY | AFTER_14_BYTES);
    INTERRUPTS.write(INPUT);
}

/// Whether there is something to read.
pub(super) fn has_input() -> bool {
    LINE_STATUS.read() & HAS_ARRIVED != 0
}

/// Takes what has arrived, as much as fits.
pub(super) fn read(bytes: &mut [u8]) -> usize {
    let mut count = 0;
    for place in bytes {
        if !has_input() {
            break;
        }
        *place = DATA.read();
        count += 1;
    }
    count
}

/// Sends bytes; waits until the port has taken them.
pub(super) fn write(bytes: &[u8]) {
    for &byte in bytes {
        while LINE_STATUS.read() & MAY_SEND == 0 {}
        DATA.write(byte);
    }
}

/// Waits until the last byte has left.
pub(super) fn flush() {
    while LINE_STATUS.read() & ALL_SENT == 0 {}
}
