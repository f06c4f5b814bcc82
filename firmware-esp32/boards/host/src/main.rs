//! The firmware as a Linux process: the agent and wasm3, compiled natively, with a chip's amount of memory.
//!
//! It serves one host at a time, over TCP, a pseudo-terminal, or its own standard input and output.

#![allow(clippy::print_stderr, reason = "a program for people: it says where it listens")]

mod board;
mod flash;
mod heap;
mod line;
mod listen;
mod tcp;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use device_abi::Profile;
use firmware_agent::{Identity, panic_frame, serve};

use crate::{board::HostBoard, flash::FileFlash, listen::Listen};

#[cfg_attr(not(test), global_allocator)]
static HEAP: heap::Counted = heap::Counted::new();

/// The firmware as a Linux process.
#[derive(Debug, Parser)]
#[command(name = "firmware-host", version)]
struct Arguments {
    /// Where hosts find it: tcp:ADDRESS:PORT (port 0: any), pty, or stdio.
    #[arg(long, value_name = "WHERE", default_value = "stdio")]
    listen: Listen,
    /// Keeps the app in this file, made if it is missing. Without it, the app is forgotten when the process ends.
    #[arg(long, value_name = "FILE")]
    storage: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let storage = arguments.storage.as_deref();
    let flash = match storage.map(FileFlash::open).transpose() {
        Ok(flash) => flash,
        Err(error) => {
            let path = storage.unwrap_or("".as_ref()).display();
            eprintln!("error: cannot keep apps in {path}\ncaused by: {error}");
            return ExitCode::FAILURE;
        }
    };
    let (line, place) = match arguments.listen.open() {
        Ok(opened) => opened,
        Err(error) => {
            eprintln!("error: cannot listen on {}\ncaused by: {error}", arguments.listen);
            return ExitCode::FAILURE;
        }
    };
    match line.last_way() {
        Ok(last_way) => report_panics(last_way),
        Err(error) => {
            eprintln!("error: {place} cannot be opened twice\ncaused by: {error}");
            return ExitCode::FAILURE;
        }
    }
    eprintln!("listening on {place}");
    let identity = Identity { board: "host", device_id: b"host", profile: &Profile::ESP32C3 };
    serve(Box::new(HostBoard::new(line, flash)), identity);
    ExitCode::SUCCESS
}

/// Tells the host of a panic, before the process ends.
fn report_panics(last_way: line::LastWay) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let mut frame = [0; device_link::frame_bytes(device_link::SMALLEST_LIMIT)];
        let text: String = info.to_string().chars().take(PANIC_CHARS).collect();
        if let Ok(bytes) = panic_frame(&text, &mut frame)
            && let Ok(mut way) = last_way.try_lock()
            && let Some(output) = way.as_mut()
        {
            let _ = line::write_all(output, &frame[..bytes], line::PATIENCE);
        }
        usual(info);
    }));
}

/// Characters of a panic that are reported: at 4 bytes each they fit into the smallest payload.
const PANIC_CHARS: usize = 200;

#[cfg(test)]
mod tests {
    use std::{fs::File, io::Read, os::fd::OwnedFd, os::unix::net::UnixStream, sync::Arc, sync::Mutex};

    use device_link::{Event, Message, Receiver, ToHost, decode};

    use super::*;

    #[test]
    fn a_panic_is_reported_over_the_line() {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        report_panics(Arc::new(Mutex::new(Some(File::from(OwnedFd::from(ours))))));
        let failed = std::thread::spawn(|| panic!("wasm3: {}", "no such opcode \u{1f980}".repeat(50))).join();
        assert!(failed.is_err());
        drop(std::panic::take_hook());
        let mut bytes = Vec::new();
        theirs.read_to_end(&mut bytes).unwrap();
        let mut receiver = Receiver::new([0; device_link::SMALLEST_LIMIT + 4]);
        let payload = receiver.next_payload(&mut &bytes[..]).unwrap();
        let Ok(Message { body: ToHost::Event(Event::Panic { text }), .. }) = decode(payload) else {
            panic!("{payload:?}")
        };
        assert!(text.contains("wasm3: no such opcode") && text.chars().count() == PANIC_CHARS, "{text}");
    }
}
