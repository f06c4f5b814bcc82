//! Apps that outlive the board's process: `--storage FILE` of the firmware as a Linux process.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use device_link::{AppState, Data, LinkError, Mode, Request, Start, ToDevice, crc32};
use remote_board::{Firmware, Line, Place, RemoteBoard, Session};
use sim_host::Guest;

use crate::{
    raw::{Raw, start},
    support::{NOTHING, firmware, is_host, now, said, sim},
};

/// A file of our own; goes with this value.
struct Storage(PathBuf);

impl Storage {
    /// `None` where the board is no process.
    fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name =
            format!("twinboard-storage-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        is_host().then(|| Self(std::env::temp_dir().join(name)))
    }

    /// Starts a board with the file, and says hello to it.
    fn board(&self) -> Board {
        let (child, line) = self.listening();
        Board { child, raw: Raw::greeted(line) }
    }

    /// Starts a board with the file.
    fn listening(&self) -> (Child, Box<dyn Line>) {
        let mut child = command(&self.0).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let place = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}"));
        let place: Place = place.parse().unwrap();
        (child, place.open(&Firmware::none()).unwrap())
    }

    /// Changes a byte.
    fn damage(&self, at: usize) {
        let mut bytes = fs::read(&self.0).unwrap();
        bytes[at] ^= 0x10;
        fs::write(&self.0, bytes).unwrap();
    }
}

impl Drop for Storage {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn command(storage: &Path) -> Command {
    let mut command = Command::new(firmware().host);
    command.args(["--listen", "tcp:127.0.0.1:0", "--storage"]).arg(storage);
    command.stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

/// A board, greeted. Its process is killed when this goes.
struct Board {
    child: Child,
    raw: Raw,
}

impl Drop for Board {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A module that exits with `code`, of about `bytes` bytes.
fn exits_with(code: u8, bytes: usize) -> Vec<u8> {
    let wat = format!(
        r#"(module (memory (export "memory") 1) (data (i32.const 0) "{}")
             (func (export "run") (result i32) (i32.const {code})))"#,
        "z".repeat(bytes)
    );
    Guest::from_bytes(wat).unwrap().wasm().to_vec()
}

/// Numbers that look random, from a fixed beginning.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn an_app_outlives_the_process() {
    let Some(storage) = Storage::new() else { return };
    let wasm = exits_with(9, 5_000);
    storage.board().raw.install(&wasm);
    let mut board = storage.board();
    let app = board.raw.info().app.unwrap();
    assert_eq!((app.length as usize, app.crc32, app.profile.as_str()), (wasm.len(), crc32(&wasm), "esp32c3"));
    assert_eq!((app.state, app.autostart), (AppState::Idle, false));
    let free = board.raw.info().heap.free;
    board.raw.ask(Request::Start(start())).unwrap();
    assert_eq!(board.raw.outcome(), "exit 9");
    assert_eq!(board.raw.info().heap.free, free, "the module is in memory only while it runs");
    board.raw.ask(Request::Uninstall).unwrap();
    drop(board);
    let mut board = storage.board();
    assert_eq!(board.raw.info().app, None);
    assert_eq!(board.raw.ask(Request::Start(start())), Err(LinkError::NoApp));
}

/// The process is killed at some moment of an install, again and again; no two moments are the same.
#[test]
fn a_process_killed_during_an_install_comes_up_with_the_old_or_the_new_app() {
    let Some(storage) = Storage::new() else { return };
    let mut random = Random(now().subsec_nanos().into());
    let seed = random.0;
    let (mut former, mut code) = (exits_with(0, 100), 0);
    storage.board().raw.install(&former);
    // How long an install takes here.
    let begun = now();
    storage.board().raw.install(&former);
    let whole_us = (now() - begun).as_micros() as u64 * 3;
    let (mut old, mut new) = (0, 0);
    for turn in 1..=60_u8 {
        let next = exits_with(turn, random.below(60_000) as usize);
        let mut board = storage.board();
        let wait = Duration::from_micros(random.below(whole_us));
        let pid = board.child.id();
        let killer = std::thread::spawn(move || {
            let begun = now();
            while now() - begun < wait {
                std::thread::yield_now();
            }
            Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap()
        });
        install_blindly(&mut board, &next);
        assert!(killer.join().unwrap().success());
        drop(board);
        let mut board = storage.board();
        let app = board.raw.info().app.unwrap_or_else(|| panic!("turn {turn}, seed {seed}: no app"));
        assert_eq!(app.state, AppState::Idle, "turn {turn}, seed {seed}");
        if app.crc32 == crc32(&next) {
            (former, code) = (next, turn);
            new += 1;
        } else {
            old += 1;
        }
        assert_eq!(app.crc32, crc32(&former), "turn {turn}, seed {seed}");
        board.raw.ask(Request::Start(start())).unwrap();
        assert_eq!(board.raw.outcome(), format!("exit {code}"), "turn {turn}, seed {seed}");
    }
    assert!(
        old > 0 && new > 0,
        "{old} came up with the old app, {new} with the new one: the moments are bad"
    );
}

/// Sends a whole install without waiting for what the board says: it may be dead.
fn install_blindly(board: &mut Board, wasm: &[u8]) {
    let mut send = |number: u16, body: ToDevice<'_>| {
        let sent = board.raw.line.write(&Raw::frame(number, body));
        let _ = board.raw.line.read(&mut [0; 4096], Duration::ZERO);
        sent.is_ok()
    };
    let begin = Request::InstallBegin { length: wasm.len() as u32, crc32: crc32(wasm), profile: "esp32c3" };
    let mut alive = send(500, ToDevice::Request(begin));
    for (index, bytes) in wasm.chunks(1000).enumerate() {
        alive = alive && send(500, ToDevice::Data(Data { offset: index as u32 * 1000, bytes }));
    }
    // What it has taken of the commit is in the file, if it has come to that.
    if alive && send(501, ToDevice::Request(Request::InstallCommit)) {
        let begun = now();
        while now() - begun < Duration::from_millis(20) {
            if board.raw.line.read(&mut [0; 4096], Duration::from_millis(5)).is_err() {
                return;
            }
        }
    }
}

/// A native start with a limit to computing.
fn native() -> Start<'static> {
    Start { mode: Mode::Native, compute_ms: Some(100), ..start() }
}

/// Waits until the app is in this state.
#[track_caller]
fn wait_for(board: &mut Board, state: AppState) {
    let begun = now();
    loop {
        let app = board.raw.info().app.unwrap();
        if app.state == state {
            return;
        }
        assert!(now() - begun < Duration::from_secs(20), "{app:?}");
        let _ = board.raw.within(Duration::from_millis(20), |_| None::<()>);
    }
}

#[test]
fn an_app_starts_by_itself_and_one_that_hangs_is_held() {
    let Some(storage) = Storage::new() else { return };
    let hangs = r#"(module (memory (export "memory") 1)
        (func (export "run") (result i32) (loop $for-ever (br $for-ever)) (i32.const 0)))"#;
    let mut board = storage.board();
    board.raw.install(Guest::from_bytes(hangs).unwrap().wasm());
    board.raw.ask(Request::Autostart(Some(native()))).unwrap();
    drop(board);
    let mut board = storage.board();
    wait_for(&mut board, AppState::Held);
    let app = board.raw.info().app.unwrap();
    assert_eq!((app.autostart, app.failed_starts), (true, 2));
    let end = board.raw.info().last_end.unwrap();
    assert_eq!(end.0.to_string(), "limit compute");
    drop(board);
    let mut board = storage.board();
    assert_eq!(board.raw.info().app.unwrap().state, AppState::Held);
    // It is started, and counts anew, when a host says so.
    board.raw.ask(Request::Start(native())).unwrap();
    assert_eq!(board.raw.info().app.unwrap().failed_starts, 0);
}

#[test]
fn a_damaged_app_is_reported_and_not_started() {
    let Some(storage) = Storage::new() else { return };
    let wasm = Guest::from_bytes(NOTHING).unwrap().wasm().to_vec();
    storage.board().raw.install(&wasm);
    // The first byte of slot a's module, behind the journal and the header.
    storage.damage(3 * 4096);
    let mut board = storage.board();
    let app = board.raw.info().app.unwrap();
    assert_eq!((app.state, app.crc32), (AppState::Damaged, crc32(&wasm)));
    let error = board.raw.ask(Request::Start(start())).unwrap_err();
    assert!(matches!(error, LinkError::AppDamaged { expected, .. } if expected == crc32(&wasm)), "{error:?}");
    board.raw.install(&wasm);
    board.raw.ask(Request::Start(start())).unwrap();
    assert_eq!(board.raw.outcome(), "exit 7");
}

#[test]
fn a_file_that_cannot_be_flash_is_refused() {
    let Some(storage) = Storage::new() else { return };
    let refused = |what: &str| {
        let output = command(&storage.0).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(
            said.starts_with(&format!("error: cannot keep apps in {}\ncaused by: ", storage.0.display())),
            "{said}"
        );
        assert!(said.contains(what), "{said}");
    };
    let board = storage.board();
    refused("another board has it open");
    drop(board);
    fs::write(&storage.0, [0; 1000]).unwrap();
    refused("it has 1000 bytes");
    fs::remove_file(&storage.0).unwrap();
    fs::create_dir(&storage.0).unwrap();
    refused("irectory");
    fs::remove_dir(&storage.0).unwrap();
    // Whatever else is in a file, it is no app.
    let garbage: Vec<u8> = (0..64 * 4096_u32).map(|at| (at * 31 / 7) as u8).collect();
    fs::write(&storage.0, garbage).unwrap();
    let mut board = storage.board();
    assert_eq!(board.raw.info().app, None);
    board.raw.install(Guest::from_bytes(NOTHING).unwrap().wasm());
    drop(board);
    assert!(storage.board().raw.info().app.is_some());
}

#[test]
fn an_app_that_a_slot_does_not_hold_is_refused() {
    let Some(storage) = Storage::new() else { return };
    // Two slots with one sector of module each.
    fs::write(&storage.0, vec![0xff; 6 * 4096]).unwrap();
    let mut board = storage.board();
    let error = board.raw.begin(&[0; 5_000]).unwrap_err();
    assert_eq!(error, LinkError::AppTooLarge { bytes: 5_000, room: 4_096 });
    board.raw.install(&exits_with(3, 3_000));
    board.raw.ask(Request::Start(start())).unwrap();
    assert_eq!(board.raw.outcome(), "exit 3");
}

#[test]
fn an_app_in_flash_stays_when_a_run_has_no_room() {
    let Some(storage) = Storage::new() else { return };
    // A slot is as large without the former app.
    fs::write(&storage.0, vec![0xff; 6 * 4096]).unwrap();
    storage.board().raw.install(&exits_with(3, 3_000));
    let (mut child, line) = storage.listening();
    let mut bench = RemoteBoard::new(Session::open(line, "the line").unwrap());
    let error = said(&sim(exits_with(4, 5_000)).run_on(&mut bench).unwrap_err());
    let former = bench.session().info().unwrap().app;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(error.contains("the device has room for 4096"), "{error}");
    assert_eq!(former.unwrap().length as usize, exits_with(3, 3_000).len());
}
