//! The last word: a panic is told to the host, then the chip restarts. Exceptions and a full stack get here too: esp-hal
//! makes panics of them.

use core::{
    fmt::Write,
    panic::PanicInfo,
    sync::atomic::{AtomicBool, Ordering},
};

use device_link::frame_bytes;
use firmware_agent::panic_frame;

use super::{uart, usb};
use crate::text::Text;

/// Bytes of the text; what is longer is cut.
const TEXT_BYTES: usize = 240;

/// Bytes of a frame with such a text: header and the text's length beside it.
const FRAME_BYTES: usize = frame_bytes(TEXT_BYTES + 16);

/// How long somebody at the USB port may take, nanoseconds.
const PATIENCE_NS: u64 = 20_000_000;

static PANICKED: AtomicBool = AtomicBool::new(false);

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // A panic about a panic would go on for ever.
    if !PANICKED.load(Ordering::Relaxed) {
        PANICKED.store(true, Ordering::Relaxed);
        report(info);
    }
    esp_hal::system::software_reset()
}

/// Tells both lines: at which of them the host is may be what went wrong.
fn report(info: &PanicInfo<'_>) {
    let mut text = Text::<TEXT_BYTES>::new();
    // What does not fit is left out.
    let _ = write!(text, "{info}");
    // Ends whatever frame was on its way.
    let mut bytes = [0; FRAME_BYTES + 1];
    if let Ok(len) = panic_frame(text.as_str(), &mut bytes[1..]) {
        uart::write(&bytes[..=len]);
        uart::flush();
        usb::write(&bytes[..=len], PATIENCE_NS);
        usb::flush();
    }
}
