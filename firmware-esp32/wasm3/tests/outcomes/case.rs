//! A case of the conformance suite: its folder, how its guest is run, and the text that stands for what became of it.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicBool},
    time::{Duration, Instant},
};

use crc::{CRC_32_ISO_HDLC, Crc};
use device_abi::{Function, Halt, Limit, Outcome, Profile, trace::Records};
use hw_board::Board;
use hw_core::{
    App, AppConfig, Device, DeviceConfig, Limits, LogLine, Observer, Unpaced, backend::DeviceError,
};
use toml::{Table, Value};
use wasm3_engine::{Module, Running, State, Watch};

const PROFILE: &Profile = &Profile::ESP32C3;

/// Wall-clock time that no guest of these tests needs, however loaded the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes of trace that the simulator keeps unless told otherwise.
const TRACE_BYTES: u64 = 64 * 1024 * 1024;

/// One folder.
pub(crate) struct Case {
    /// `<area>/<condition>`
    pub(crate) name: String,
    settings: Settings,
    guest: Vec<u8>,
    board: Board,
    /// The text of `expect.trace`, if it is there.
    trace: Option<String>,
}

/// What a comparison found.
pub(crate) enum Verdict {
    Same,
    /// The case is about other profiles, or wants more of a target than these tests have.
    NotHere,
    Different {
        expected: String,
        found: String,
    },
}

struct Settings {
    here: bool,
    outcome: String,
    app: AppConfig,
    limits: Limits,
    limit_compute: Duration,
    limit_trace: u64,
}

impl Case {
    /// All cases, by name.
    pub(crate) fn all() -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/cases");
        let conditions = folders(&root).into_iter().flat_map(|area| folders(&area));
        // Guests in other languages need a compiler; the suite runs those.
        let is_here =
            |folder: &PathBuf| ["guest.wat", "guest.hex"].iter().any(|file| folder.join(file).exists());
        conditions.filter(is_here).map(|folder| Self::load(&folder)).collect()
    }

    fn load(folder: &Path) -> Self {
        let parts = [folder.parent().and_then(Path::file_name), folder.file_name()];
        let name = parts.map(|part| part.unwrap().to_str().unwrap()).join("/");
        let read = |file: &str| fs::read_to_string(folder.join(file));
        let guest = match read("guest.wat") {
            Ok(text) => wat::parse_str(&text).unwrap_or_else(|error| panic!("{name}: {error}")),
            Err(_) => read("guest.hex").map(|text| bytes(&text)).unwrap(),
        };
        let mut table: Table = read("case.toml").unwrap().parse().unwrap();
        let mut settings = Settings::take(&mut table);
        // The world outside is somebody else's subject.
        settings.here &=
            !["scenario.toml", "expectations.toml"].iter().any(|file| folder.join(file).exists());
        let board = match table.remove("board") {
            Some(Value::String(path)) => Board::load(folder.join(path)).unwrap(),
            Some(board) => {
                table.insert("board".to_owned(), board);
                Board::parse(&table.to_string(), &name).unwrap()
            }
            None if table.is_empty() => Board::default(),
            None => Board::parse(&table.to_string(), &name).unwrap(),
        };
        let trace = read("expect.trace").ok();
        assert!(
            trace.is_some() || settings.outcome.starts_with("refused"),
            "{name}: expect.trace is missing"
        );
        Self { settings, guest, board, trace, name }
    }

    /// Runs the guest and compares.
    pub(crate) fn run(&self) -> Verdict {
        if !self.settings.here {
            return Verdict::NotHere;
        }
        let (outcome, trace) = self.found();
        let outcome = outcome.to_string();
        if outcome != self.settings.outcome {
            return Verdict::Different { expected: self.settings.outcome.clone() + "\n", found: outcome };
        }
        match &self.trace {
            Some(expected) if *expected != trace => {
                Verdict::Different { expected: expected.clone(), found: trace }
            }
            _ => Verdict::Same,
        }
    }

    fn found(&self) -> (Outcome, String) {
        let settings = &self.settings;
        let module = match Module::check(&self.guest, PROFILE) {
            Ok(module) => module,
            Err(refusal) => return (Outcome::Refused(refusal), text(&[], 0)),
        };
        let board = self.board.clone().with_profile(PROFILE).unwrap();
        let kept = Arc::new(Mutex::new(Vec::new()));
        let device = Device::new(DeviceConfig {
            profile: *PROFILE,
            hardware: board.hardware(),
            limits: settings.limits,
            pace: Box::new(Unpaced),
            observer: Box::new(Recording(Arc::clone(&kept))),
            trace_bytes: Some(settings.limit_trace),
        });
        let app = App::new(settings.app.clone(), PROFILE);
        let watch = Box::new(WallWatch::new(settings.limit_compute));
        let interrupt = AtomicBool::new(false);
        let limits = wasm3_engine::Limits::for_profile(PROFILE);
        let state = State { device, app, watch };
        let mut running = Running::load(&module, state, limits, &interrupt).unwrap();
        let outcome = hw_core::run(&mut running);
        assert_eq!(running.fault(), None, "{}", self.name);
        let end_ns = running.state().device.now_ns();
        (outcome, text(&kept.lock().unwrap(), end_ns))
    }
}

impl Settings {
    /// Takes the keys of a case out of case.toml; what is left describes the board.
    fn take(table: &mut Table) -> Self {
        let mut take = |key: &str| table.remove(key);
        let text = |value: Value| value.as_str().unwrap().to_owned();
        let texts = |value: Value| value.as_array().unwrap().iter().cloned().map(text).collect::<Vec<_>>();
        let number = |value: Value| value.as_integer().unwrap() as u64;
        let time = |value: Value| nanos(value.as_str().unwrap());
        take("about");
        take("spec");
        let profiles = take("profiles").map(texts);
        Self {
            here: profiles.is_none_or(|names| names.iter().any(|name| name == PROFILE.name)),
            outcome: take("outcome").map_or("exit 0".to_owned(), text),
            app: AppConfig {
                seed: take("seed").map_or(0, number),
                arguments: take("args").map(texts).unwrap_or_default(),
                ..AppConfig::default()
            },
            limits: Limits {
                stop_after_ns: take("stop-after").map(time),
                time_ns: take("limit-time").map(time),
            },
            limit_compute: take("limit-compute").map_or(PATIENCE, |value| Duration::from_nanos(time(value))),
            limit_trace: take("limit-trace").map_or(TRACE_BYTES, number),
        }
    }
}

/// The text of `expect.trace`: a line for each call, to the nanosecond, and one for the end. Of more than 400 calls, the
/// first and last 20, and a checksum of all.
fn text(trace: &[u8], end_ns: u64) -> String {
    let line = |ns: u64, text: &str| {
        format!("{:>10}.{:03} us  {text}", ns / 1000, ns % 1000).trim_end().to_owned() + "\n"
    };
    let lines: Vec<String> =
        Records::new(trace).map(|record| line(record.start_ns, &record.untimed())).collect();
    let calls = match lines.len() {
        0..=400 => lines.concat(),
        all => {
            let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(lines.concat().as_bytes());
            let hidden = format!("… {} calls more, all {all} have crc32={checksum:08x}\n", all - 40);
            lines[..20].concat() + &hidden + &lines[all - 20..].concat()
        }
    };
    calls + &line(end_ns, "end")
}

#[derive(Debug)]
struct Recording(Arc<Mutex<Vec<u8>>>);

impl Observer for Recording {
    fn log(&mut self, _line: &LogLine<'_>) {}

    fn error(&mut self, _time_ns: u64, _function: Function, _error: &dyn DeviceError) {}

    fn records(&mut self, records: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(records);
    }
}

/// Ends a guest that computes for longer than `limit`.
#[derive(Debug)]
struct WallWatch {
    limit: Duration,
    stretch: (u64, Instant),
}

impl WallWatch {
    fn new(limit: Duration) -> Self {
        Self { limit, stretch: (0, now()) }
    }
}

impl Watch for WallWatch {
    fn check(&mut self, activity: u64) -> Result<(), Halt> {
        if activity != self.stretch.0 {
            self.stretch = (activity, now());
        }
        if self.stretch.1.elapsed() < self.limit { Ok(()) } else { Err(Halt::Limit(Limit::Compute)) }
    }
}

#[expect(clippy::disallowed_methods, reason = "the limit is one of wall-clock time")]
fn now() -> Instant {
    Instant::now()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// Nanoseconds of `10s`, `5ms`, `7us`, `1ns`.
fn nanos(text: &str) -> u64 {
    let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap());
    let factor = match unit {
        "s" => 1_000_000_000,
        "ms" => 1_000_000,
        "us" => 1_000,
        "ns" => 1,
        _ => panic!("unknown unit `{unit}`"),
    };
    count.parse::<u64>().unwrap() * factor
}

/// The bytes that hexadecimal digits stand for; `#` begins a comment, `00*64` stands for 64 bytes.
fn bytes(hex: &str) -> Vec<u8> {
    let words = hex.lines().flat_map(|line| line.split('#').next().unwrap().split_whitespace());
    let word = |word: &str| {
        let (digits, times) = word.split_once('*').unwrap_or((word, "1"));
        let pairs = digits.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        bytes.repeat(times.parse().unwrap())
    };
    words.flat_map(word).collect()
}
