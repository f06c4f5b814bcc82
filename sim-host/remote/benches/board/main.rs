//! What a run on a board costs: `cargo xtask bench`, or `cargo bench -p remote-board` with what that has built. The
//! firmware as a Linux process, and the one in QEMU.

#![allow(clippy::print_stdout, reason = "the table is the result")]

mod baud;
mod counted;
mod guests;

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
const MODULE_BYTES: usize = Profile::ESP32C3.module_bytes as usize;

/// The line's rate while it is installed, bits per second; 10 of them make a byte.
const BAUD: u32 = 921_600;

/// How much of the line's rate an install is to use, at least.
const INSTALL_AIM: f64 = 0.85;

/// Instructions that wasm3 0.5.0 by itself takes on riscv32imc to call a host function, about: counted once in QEMU with
/// `-icount shift=0`, without this project's firmware. A constant, not measured here.
const WASM3_CALL: f64 = 100.0;

/// How many times as much a call may take in all, at most.
const CALL_AIM: f64 = 2.0;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_owned();
    let folder =
        std::env::var_os("TWINBOARD_FIRMWARE").map_or_else(|| root.join("target/firmware"), PathBuf::from);
    let firmware = Firmware { host: folder.join("host"), qemu: folder.join("qemu-virt.elf") };
    let weather = root.join("target/guests/weather.wasm");
    for needed in [&firmware.host, &firmware.qemu, &weather] {
        if !needed.is_file() {
            return Err(format!("there is no {}: `cargo xtask bench` builds it", needed.display()).into());
        }
    }
    for place in [Place::Host, Place::Qemu] {
        println!("{place}");
        figures(&place, &firmware)?;
        memory(&place, &firmware, &root.join("guest-sdk/examples/weather/board.toml"), &weather)?;
    }
    Ok(())
}

fn figures(place: &Place, firmware: &Firmware) -> Result<()> {
    let start = now();
    let mut board = RemoteBoard::open(place, firmware)?;
    row("start and hello", &format!("{:.1} ms", start.elapsed().as_secs_f64() * 1e3));

    // An emulated chip is slower.
    let times = if *place == Place::Host { ROUND_TRIPS } else { ROUND_TRIPS / 10 };
    let (mut empty, mut full, mut end) = (Duration::MAX, Duration::MAX, None);
    for _ in 0..TURNS {
        empty = empty.min(timed(&mut board, &guests::levels(1))?.1);
        let (ended, time) = timed(&mut board, &guests::levels(times))?;
        full = full.min(time);
        end = Some(ended);
    }
    let end = end.ok_or("no turn")?;
    let per_second = f64::from(times) / full.saturating_sub(empty).as_secs_f64();
    row("round trips (gpio.read)", &format!("{per_second:.0} /s"));
    let trace = end.counters.activity;
    row("  of which the device saw", &format!("{trace} calls, {} over the line", end.counters.calls));

    let (_, time) = timed(&mut board, &guests::clocks(101_000))?;
    row("calls without the line (clock.now)", &format!("{:.0} /s", 101_000.0 / time.as_secs_f64()));
    if *place == Place::Qemu {
        instructions(firmware)?;
    }

    let rate = install(place, firmware)?;
    let of_line = rate / f64::from(BAUD / 10);
    row(
        "install over a 921600-baud line",
        &format!(
            "{:.1} KB/s into memory, without erasing flash: {:.0} % of the line's rate{}",
            rate / 1e3,
            of_line * 100.0,
            aim(&format!("at least {:.0} %", INSTALL_AIM * 100.0), of_line >= INSTALL_AIM)
        ),
    );
    Ok(())
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

/// Instructions of a call that needs no line, without those of the loop around it, and without trace. Of other calls they
/// say nothing: while a board waits, for the host or by its own clock, it counts on.
fn instructions(firmware: &Firmware) -> Result<()> {
    let counted = counted::Counted::start(&firmware.qemu)?;
    let mut board = RemoteBoard::open(&counted.place(), firmware)?;
    let times = 10_000;
    let mut cycles = |guest: &str| timed(&mut board, guest).map(|(end, _)| end.counters.cycles);
    let per_call = |calls: u64, loops: u64| calls.saturating_sub(loops) as f64 / f64::from(times);
    let clock = per_call(cycles(&guests::clocks(times))?, cycles(&guests::loops(times))?);
    let ratio = clock / WASM3_CALL;
    row(
        "  instructions beyond the loop's",
        &format!(
            "{clock:.0}, {ratio:.2} times wasm3's own {WASM3_CALL}{}",
            aim(&format!("at most {CALL_AIM} times"), ratio <= CALL_AIM)
        ),
    );
    Ok(())
}

/// Installs as much as the profile takes over a slow line, into memory; bytes in a second.
fn install(place: &Place, firmware: &Firmware) -> Result<f64> {
    let module: Vec<u8> = (0..MODULE_BYTES).map(|at| (at * 7 % 251) as u8).collect();
    let mut best = f64::MAX;
    for _ in 0..TURNS {
        let baud = Baud::new(place.open(firmware)?, BAUD.into());
        let mut session = Session::open(Box::new(baud), "the line")?;
        let start = now();
        session.install(&module, Profile::ESP32C3.name, |_| ())?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(MODULE_BYTES as f64 / best)
}

/// The memory that the weather station takes, on a board that has run nothing before.
fn memory(place: &Place, firmware: &Firmware, board: &Path, guest: &Path) -> Result<()> {
    let mut fresh = RemoteBoard::open(place, firmware)?;
    let sim = Sim::builder().board(Board::load(board)?).guest(Guest::load(guest)?).profile(&Profile::ESP32C3);
    sim.stop_after(Duration::from_secs(10)).run_on(&mut fresh)?;
    let End { counters, heap, .. } = fresh.last_end().ok_or("the weather station did not run")?;
    row("weather station: memory when loaded", &format!("{} bytes beside the module", counters.heap_bytes));
    row("  of the board's", &format!("{} bytes, {} free at worst", heap.total, heap.least_free));
    Ok(())
}

fn row(what: &str, figure: &str) {
    println!("  {what:<42} {figure}");
}

/// What a figure should be, and whether it is.
fn aim(what: &str, is_reached: bool) -> String {
    format!(" (aim: {what}{})", if is_reached { "" } else { ", NOT reached" })
}

#[expect(clippy::disallowed_methods, reason = "a benchmark")]
fn now() -> Instant {
    Instant::now()
}
