//! The chip's own USB port, "USB Serial/JTAG": a serial port for the host, whatever bit rate it asks for.
//!
//! Nothing is lost here while the host listens: the hardware holds it back when its 64 bytes are full.

use core::cell::RefCell;

use critical_section::Mutex;
use esp_hal::{Blocking, peripherals::USB_DEVICE, usb::usb_serial_jtag::UsbSerialJtag};

use super::clock;
use crate::lines::Line;

/// How long the host may take to fetch 64 bytes before it counts as gone, nanoseconds. A host that listens fetches them
/// within some milliseconds.
const PATIENCE_NS: u64 = 100_000_000;

static PORT: Mutex<RefCell<Option<UsbSerialJtag<'static, Blocking>>>> = Mutex::new(RefCell::new(None));

/// Sets the port up.
pub(super) fn start(port: USB_DEVICE<'static>) {
    let port = UsbSerialJtag::new(port);
    critical_section::with(|token| PORT.borrow(token).replace(Some(port)));
}

/// Whether the hardware takes bytes.
fn has_room() -> bool {
    USB_DEVICE::regs().ep1_conf().read().serial_in_ep_data_free().bit_is_set()
}

/// Waits until the hardware takes bytes. Whether it does.
fn wait_for_room(until_ns: u64) -> bool {
    while !has_room() {
        if clock::now_ns() >= until_ns {
            return false;
        }
    }
    true
}

/// Sends bytes while the host fetches them. Whether it fetched them all.
pub(super) fn write(bytes: &[u8], patience_ns: u64) -> bool {
    let mut until_ns = clock::now_ns() + patience_ns;
    for byte in bytes {
        if !has_room() {
            if !wait_for_room(until_ns) {
                return false;
            }
            until_ns = clock::now_ns() + patience_ns;
        }
        with_port(|port| port.write_byte_nb(*byte).is_ok());
    }
    // Sends the last bytes; after a full packet an empty one, without which the host would wait for more.
    let has_room = wait_for_room(until_ns);
    // Never waits itself; whether the host has fetched them shows with the next bytes.
    with_port(|port| {
        let _ = port.flush_tx_nb();
    });
    has_room
}

/// Waits until the last byte has been fetched, or nobody fetches it.
pub(super) fn flush() {
    wait_for_room(clock::now_ns() + PATIENCE_NS);
}

/// Does something with the port, unless it is in use by what has panicked.
fn with_port<T: Default>(work: impl FnOnce(&mut UsbSerialJtag<'static, Blocking>) -> T) -> T {
    critical_section::with(|token| {
        let mut port = PORT.borrow(token).try_borrow_mut().ok()?;
        port.as_mut().map(work)
    })
    .unwrap_or_default()
}

/// The port as a line.
#[derive(Debug)]
pub(super) struct Usb {
    /// Whether the host has fetched what was last sent.
    fetches: bool,
}

impl Usb {
    pub(super) const fn new() -> Self {
        Self { fetches: true }
    }
}

impl Line for Usb {
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        with_port(|port| {
            let mut len = 0;
            while len < bytes.len()
                && let Ok(byte) = port.read_byte()
            {
                bytes[len] = byte;
                len += 1;
            }
            len
        })
    }

    fn has_input(&self) -> bool {
        USB_DEVICE::regs().ep1_conf().read().serial_out_ep_data_avail().bit_is_set()
    }

    fn write(&mut self, bytes: &[u8]) {
        // A host that has gone is not waited for again and again.
        let patience_ns = if self.fetches { PATIENCE_NS } else { 0 };
        self.fetches = write(bytes, patience_ns);
    }
}
