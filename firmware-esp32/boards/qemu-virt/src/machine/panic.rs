//! The last word: a panic is told to the host, then the machine restarts.

use core::{
    fmt::{self, Write},
    panic::PanicInfo,
    sync::atomic::{AtomicBool, Ordering},
};

use device_link::frame_bytes;
use firmware_agent::panic_frame;

use super::{power, uart};

/// Bytes of the text; what is longer is cut.
const TEXT_BYTES: usize = 240;

/// Bytes of a frame with such a text: header and the text's length beside it.
const FRAME_BYTES: usize = frame_bytes(TEXT_BYTES + 16);

static PANICKED: AtomicBool = AtomicBool::new(false);

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    // A panic about a panic would go on for ever.
    if !PANICKED.load(Ordering::Relaxed) {
        PANICKED.store(true, Ordering::Relaxed);
        report(info);
    }
    power::restart()
}

fn report(info: &PanicInfo<'_>) {
    let mut text = Text { bytes: [0; TEXT_BYTES], len: 0 };
    // What does not fit is left out.
    let _ = write!(text, "{info}");
    let mut frame = [0; FRAME_BYTES];
    if let Ok(len) = panic_frame(text.as_str(), &mut frame) {
        // Ends whatever frame was on its way.
        uart::write(&[0]);
        uart::write(&frame[..len]);
        uart::flush();
    }
}

/// A text of limited length.
struct Text {
    bytes: [u8; TEXT_BYTES],
    len: usize,
}

impl Text {
    fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = TEXT_BYTES - self.len;
        let cut = text.floor_char_boundary(room);
        self.bytes[self.len..self.len + cut].copy_from_slice(&text.as_bytes()[..cut]);
        self.len += cut;
        if cut < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}
