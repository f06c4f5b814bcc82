//! What a run on a board costs: `cargo bench -p remote-board`. The firmware as a Linux process and, where its image is
//! there, the one in QEMU.

#![allow(clippy::print_stdout, reason = "the table is the result")]

mod baud;
mod counted;

use std::{
    error::Error,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use baud::Baud;
use remote_board::{End, Firmware, Place, RemoteBoard, Session};
use sim_host::{Board, Guest, Profile, Sim};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Calls of the host's hardware that are timed.
const ROUND_TRIPS: u32 = 10_000;

/// How often each is timed; the fastest turn counts, because a busy machine only makes things slower.
const TURNS: u32 = 3;

/// Bytes of the module that is installed: as many as the chip's profile takes.
const MODULE_BYTES: usize = 60 * 1024;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned();
    let folder =
        std::env::var_os("TWINBOARD_FIRMWARE").map_or_else(|| root.join("target/firmware"), PathBuf::from);
    let firmware = Firmware { host: folder.join("host"), qemu: folder.join("qemu-virt.elf") };
    for (place, image) in [(Place::Host, &firmware.host), (Place::Qemu, &firmware.qemu)] {
        if !image.is_file() {
            println!("{place}: there is no {}", image.display());
            continue;
        }
        println!("{place}");
        figures(&place, &firmware, &root)?;
    }
    Ok(())
}

fn figures(place: &Place, firmware: &Firmware, root: &Path) -> Result<()> {
    let start = now();
    let mut board = RemoteBoard::open(place, firmware)?;
    row("start and hello", &format!("{:.1} ms", start.elapsed().as_secs_f64() * 1e3));

    // An emulated chip is slower.
    let times = if *place == Place::Host { ROUND_TRIPS } else { ROUND_TRIPS / 10 };
    let (mut best, mut end) = (f64::MAX, None);
    for _ in 0..TURNS {
        let (_, empty) = timed(&mut board, &levels(1))?;
        let (ended, full) = timed(&mut board, &levels(times))?;
        best = best.min(full.saturating_sub(empty).as_secs_f64());
        end = Some(ended);
    }
    let end = end.ok_or("no turn")?;
    row("round trips (gpio.read)", &format!("{:.0} /s", f64::from(times) / best));
    let trace = end.counters.activity;
    row("  of which the device saw", &format!("{trace} calls, {} over the line", end.counters.calls));

    let (_, time) = timed(&mut board, &clocks(101_000))?;
    row("calls without the line (clock.now)", &format!("{:.0} /s", 101_000.0 / time.as_secs_f64()));
    if *place == Place::Qemu {
        row("  instructions per call beyond the loop's", &format!("{:.0}", instructions(firmware)?));
    }

    row("install over a 921600-baud line", &install(place, firmware)?);
    weather(&mut board, root)
}

/// Runs a guest, and says how long that took.
fn timed(board: &mut RemoteBoard, guest: &str) -> Result<(End, Duration)> {
    let sim =
        Sim::builder().board(Board::default()).profile(&Profile::ESP32C3).guest(Guest::from_bytes(guest)?);
    let sim = sim.record_trace(false);
    let start = now();
    let run = sim.run_on(board)?;
    let time = start.elapsed();
    match (board.last_end(), run.outcome.to_string().as_str()) {
        (Some(end), "exit 0") => Ok((end.clone(), time)),
        (_, outcome) => Err(format!("the guest ended as {outcome}").into()),
    }
}

/// A guest that asks for a pin's level.
fn levels(times: u32) -> String {
    repeating(
        times,
        r#"(import "device:abi/gpio@1" "open" (func $open (param i32 i32 i32) (result i32)))
           (import "device:abi/gpio@1" "read" (func $read (param i32) (result i32)))"#,
        "(local.set $pin (call $open (i32.const 4) (i32.const 0) (i32.const 0)))",
        "(drop (call $read (local.get $pin)))",
    )
}

/// A guest that asks for the time.
fn clocks(times: u32) -> String {
    repeating(
        times,
        r#"(import "device:abi/clock@1" "now" (func $now (result i64)))"#,
        "",
        "(drop (call $now))",
    )
}

fn repeating(times: u32, imports: &str, first: &str, again: &str) -> String {
    format!(
        r#"(module {imports} (memory (export "memory") 1)
             (func (export "run") (result i32) (local $n i32) (local $pin i32)
               {first}
               (loop $again
                 {again}
                 (local.set $n (i32.add (local.get $n) (i32.const 1)))
                 (br_if $again (i32.lt_u (local.get $n) (i32.const {times}))))
               (i32.const 0)))"#
    )
}

/// Instructions of a call that needs no line, without those of the loop around it.
fn instructions(firmware: &Firmware) -> Result<f64> {
    let counted = counted::Counted::start(&firmware.qemu)?;
    let mut board = RemoteBoard::open(&counted.place(), firmware)?;
    let mut cycles = |guest: &str| timed(&mut board, guest).map(|(end, _)| end.counters.cycles);
    let times = 10_000;
    let calls = cycles(&clocks(times))?;
    let loops = cycles(&repeating(times, "", "", ""))?;
    Ok(calls.saturating_sub(loops) as f64 / f64::from(times))
}

/// Installs as much as the profile takes over a line of 921,600 bits per second, of which 10 make a byte.
fn install(place: &Place, firmware: &Firmware) -> Result<String> {
    let module: Vec<u8> = (0..MODULE_BYTES).map(|at| (at * 7 % 251) as u8).collect();
    let mut best = f64::MAX;
    for _ in 0..TURNS {
        let baud = Baud::new(place.open(firmware)?, 921_600);
        let mut session = Session::open(Box::new(baud), "the line")?;
        let start = now();
        session.install(&module, "esp32c3", |_| ())?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    let rate = MODULE_BYTES as f64 / best;
    Ok(format!("{:.1} KB/s, {:.0} % of the line's rate", rate / 1e3, rate / 92_160.0 * 100.0))
}

/// The memory that the weather station takes.
fn weather(board: &mut RemoteBoard, root: &Path) -> Result<()> {
    let example = root.join("guest-sdk/examples/weather/board.toml");
    let guest = root.join("target/guests/weather.wasm");
    if !guest.is_file() {
        row("weather station", &format!("there is no {}: `cargo xtask guests` builds it", guest.display()));
        return Ok(());
    }
    let sim =
        Sim::builder().board(Board::load(example)?).guest(Guest::load(guest)?).profile(&Profile::ESP32C3);
    sim.stop_after(Duration::from_secs(10)).run_on(board)?;
    if let Some(End { counters, heap, .. }) = board.last_end() {
        row("weather station: memory while it runs", &format!("{} bytes", counters.heap_bytes));
        row("  of the board's", &format!("{} bytes, {} free at worst", heap.total, heap.least_free));
    }
    Ok(())
}

fn row(what: &str, figure: &str) {
    println!("  {what:<42} {figure}");
}

#[expect(clippy::disallowed_methods, reason = "a benchmark")]
fn now() -> Instant {
    Instant::now()
}
