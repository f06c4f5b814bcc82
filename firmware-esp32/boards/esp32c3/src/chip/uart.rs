//! UART0: 115,200 bits per second, 8 data bits, no parity, 1 stop bit, at GPIO20 (in) and GPIO21 (out).
//!
//! What arrives is taken out of the hardware by an interrupt: its FIFO of 128 bytes is full after 11 ms, and checking a
//! module takes longer.

use core::cell::RefCell;

use critical_section::{CriticalSection, Mutex};
use esp_hal::{
    Blocking,
    interrupt::Priority,
    peripherals::{GPIO20, GPIO21, UART0},
    uart::{Config, RxConfig, Uart, UartInterrupt, UartRx, UartTx},
};
use heapless::Deque;

use crate::lines::Line;

/// Bits in a second.
const BAUD: u32 = 115_200;

/// Bytes that may wait to be read: a window of an install (4 KB), and what else a host sends meanwhile.
const WAITING_BYTES: usize = 5 * 1024;

/// Bytes that arrive before the interrupt comes; it also comes when nothing has arrived for the time of ten.
const PIECE_BYTES: u16 = 64;

static INPUT: Mutex<RefCell<Option<UartRx<'static, Blocking>>>> = Mutex::new(RefCell::new(None));
static OUTPUT: Mutex<RefCell<Option<UartTx<'static, Blocking>>>> = Mutex::new(RefCell::new(None));
/// Taken out of the hardware, and not yet read.
static WAITING: Mutex<RefCell<Deque<u8, WAITING_BYTES>>> = Mutex::new(RefCell::new(Deque::new()));

/// Sets the port up.
pub(super) fn start(port: UART0<'static>, rx: GPIO20<'static>, tx: GPIO21<'static>) {
    let input = RxConfig::default().with_fifo_full_threshold(PIECE_BYTES);
    let config = Config::default().with_baudrate(BAUD).with_rx(input);
    let Ok(uart) = Uart::new(port, config) else { panic!("UART0 cannot be set up") };
    let mut uart = uart.with_rx(rx).with_tx(tx);
    uart.set_interrupt_handler(take_input);
    uart.listen(UartInterrupt::RxFifoFull | UartInterrupt::RxTimeout);
    let (hardware, output) = uart.split();
    critical_section::with(|token| {
        INPUT.borrow(token).replace(Some(hardware));
        OUTPUT.borrow(token).replace(Some(output));
    });
}

#[esp_hal::handler(priority = Priority::Priority1)]
fn take_input() {
    critical_section::with(take);
    UART0::regs().int_clr().write(|w| w.rxfifo_full().clear_bit_by_one().rxfifo_tout().clear_bit_by_one());
}

/// Takes what the hardware has. What there is no room for is lost, as on any line: the sender repeats it.
fn take(token: CriticalSection<'_>) {
    let mut hardware = INPUT.borrow_ref_mut(token);
    let Some(hardware) = &mut *hardware else { return };
    let mut waiting = WAITING.borrow_ref_mut(token);
    let mut piece = [0; 32];
    // An error means that bytes were lost or damaged; the others come with the next call.
    while let Ok(len @ 1..) = hardware.read_buffered(&mut piece) {
        for byte in &piece[..len] {
            let _ = waiting.push_back(*byte);
        }
    }
}

/// Waits until the last byte has left.
pub(super) fn flush() {
    critical_section::with(|token| {
        if let Ok(mut output) = OUTPUT.borrow(token).try_borrow_mut()
            && let Some(output) = &mut *output
        {
            // Nothing can go wrong here: the error has no case.
            let _ = output.flush();
        }
    });
}

/// Sends bytes; waits until the port has taken them.
pub(super) fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let taken = critical_section::with(|token| match OUTPUT.borrow(token).try_borrow_mut() {
            Ok(mut output) => match &mut *output {
                Some(output) if !output.write_ready() => 0,
                Some(output) => output.write(bytes).unwrap_or(bytes.len()),
                None => bytes.len(),
            },
            // Only a panic inside the driver gets here.
            Err(_) => bytes.len(),
        });
        bytes = &bytes[taken..];
    }
}

/// The port as a line.
#[derive(Debug)]
pub(super) struct Uart0;

impl Line for Uart0 {
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        critical_section::with(|token| {
            // Not only by the interrupt: the last few bytes need not wait for it.
            take(token);
            let mut waiting = WAITING.borrow_ref_mut(token);
            let len = bytes.len().min(waiting.len());
            for byte in &mut bytes[..len] {
                *byte = waiting.pop_front().unwrap_or_default();
            }
            len
        })
    }

    fn has_input(&self) -> bool {
        critical_section::with(|token| {
            take(token);
            !WAITING.borrow_ref(token).is_empty()
        })
    }

    fn write(&mut self, bytes: &[u8]) {
        write(bytes);
    }
}
