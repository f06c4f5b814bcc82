//! UART0: 8 data bits, no parity, 1 stop bit, at GPIO20 (in) and GPIO21 (out).
//!
//! What arrives is taken out of the hardware by an interrupt: its FIFO of 128 bytes is full after 11 ms, or 1.4 ms at the
//! highest rate, and checking a module takes longer.

use core::cell::RefCell;

use critical_section::{CriticalSection, Mutex};
use device_link::{FIRST_BAUD, LineRates};
use esp_hal::{
    Blocking,
    interrupt::Priority,
    peripherals::{GPIO20, GPIO21, UART0},
    uart::{Config, RxConfig, Uart, UartInterrupt},
};
use heapless::Deque;

use crate::lines::Line;

/// The highest rate, bits per second: the fastest that the usual converters have in common.
const HIGHEST_BAUD: u32 = 921_600;

/// The lowest rate that the port is set to, bits per second. Its clock could be divided down further; nobody asks for it.
const LOWEST_BAUD: u32 = 9_600;

/// Bytes that may wait to be read: a window of an install (4 KB), and what else a host sends meanwhile.
const WAITING_BYTES: usize = 5 * 1024;

/// Bytes that arrive before the interrupt comes; it also comes when nothing has arrived for the time of ten.
const PIECE_BYTES: u16 = 64;

static PORT: Mutex<RefCell<Option<Uart<'static, Blocking>>>> = Mutex::new(RefCell::new(None));
/// Taken out of the hardware, and not yet read.
static WAITING: Mutex<RefCell<Deque<u8, WAITING_BYTES>>> = Mutex::new(RefCell::new(Deque::new()));

/// Sets the port up.
pub(super) fn start(port: UART0<'static>, rx: GPIO20<'static>, tx: GPIO21<'static>) {
    let Ok(uart) = Uart::new(port, config(FIRST_BAUD)) else { panic!("UART0 cannot be set up") };
    let mut uart = uart.with_rx(rx).with_tx(tx);
    uart.set_interrupt_handler(take_input);
    uart.listen(UartInterrupt::RxFifoFull | UartInterrupt::RxTimeout);
    critical_section::with(|token| PORT.borrow(token).replace(Some(uart)));
}

fn config(baud: u32) -> Config {
    let input = RxConfig::default().with_fifo_full_threshold(PIECE_BYTES);
    Config::default().with_baudrate(baud).with_rx(input)
}

#[esp_hal::handler(priority = Priority::Priority1)]
fn take_input() {
    critical_section::with(take);
    UART0::regs().int_clr().write(|w| w.rxfifo_full().clear_bit_by_one().rxfifo_tout().clear_bit_by_one());
}

/// Takes what the hardware has. What there is no room for is lost, as on any line: the sender repeats it.
fn take(token: CriticalSection<'_>) {
    let mut port = PORT.borrow_ref_mut(token);
    let Some(port) = &mut *port else { return };
    let mut waiting = WAITING.borrow_ref_mut(token);
    let mut piece = [0; 32];
    // An error means that bytes were lost or damaged; the others come with the next call.
    while let Ok(len @ 1..) = port.read_buffered(&mut piece) {
        for byte in &piece[..len] {
            let _ = waiting.push_back(*byte);
        }
    }
}

/// Does something with the port. `None` if it is in use by what has panicked, or was never set up.
fn with_port<T>(work: impl FnOnce(&mut Uart<'static, Blocking>) -> T) -> Option<T> {
    critical_section::with(|token| PORT.borrow(token).try_borrow_mut().ok()?.as_mut().map(work))
}

/// Waits until the last byte has left.
pub(super) fn flush() {
    // Nothing can go wrong here: the error has no case.
    with_port(|port| port.flush());
}

/// Sends bytes; waits until the port has taken them.
pub(super) fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        let taken =
            with_port(|port| if port.write_ready() { port.write(bytes).unwrap_or(bytes.len()) } else { 0 });
        bytes = &bytes[taken.unwrap_or(bytes.len())..];
    }
}

/// The port as a line.
#[derive(Debug)]
pub(super) struct Uart0 {
    baud: u32,
}

impl Uart0 {
    pub(super) const fn new() -> Self {
        Self { baud: FIRST_BAUD }
    }
}

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

    fn rates(&self) -> Option<LineRates> {
        Some(LineRates { now: self.baud, highest: HIGHEST_BAUD })
    }

    fn has_rate(&self, baud: u32) -> bool {
        (LOWEST_BAUD..=HIGHEST_BAUD).contains(&baud)
    }

    fn set_rate(&mut self, baud: u32) {
        if baud == self.baud || !self.has_rate(baud) {
            return;
        }
        // Not inside the lock, which switches interrupts off: at the first rate this takes 11 ms.
        while !is_empty() {}
        let set = with_port(|port| {
            let _ = port.flush();
            // What is in the FIFOs came at the old rate, and is of no use. Interrupts stay as they are.
            port.apply_config(&config(baud)).is_ok()
        });
        if set == Some(true) {
            self.baud = baud;
        }
    }
}

/// Whether the hardware has nothing more to send but the byte that is leaving.
fn is_empty() -> bool {
    UART0::regs().status().read().txfifo_cnt().bits() == 0
}
