//! `twinboard run`: the log, the outcome, and every exit code.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{guest, guest_returning, program, twinboard};

#[test]
fn the_log_goes_to_stdout_and_all_else_to_stderr() {
    let ran = twinboard(&["run", &guest("hello.wat"), "--time", "virtual"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<_> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{ran:?}");
    assert_eq!(lines[0], "[    0.000000] info  hello\\u{1b}[2J");
    assert!(lines[1].starts_with("[    1.0000") && lines[1].ends_with("] warn  good bye"), "{ran:?}");
    assert!(ran.stderr.starts_with("outcome: exit 0 after 1.0000"), "{ran:?}");
    assert!(ran.stderr.ends_with(" s of device time\n") && ran.stderr.lines().count() == 1, "{ran:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "this is about the wall's clock")]
fn time_is_real_unless_said_otherwise() {
    let started = Instant::now();
    let ran = twinboard(&["run", &guest("hello.wat")]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[test]
fn the_guests_own_codes_are_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    for (code, exit) in
        [(0, 0), (1, 1), (127, 127), (128, 200), (255, 200), (256, 200), (-1, 200), (i32::MIN, 200)]
    {
        let ran = twinboard(&["run", &guest_returning(&folder, code), "--time", "virtual"]);
        assert_eq!(ran.code, Some(exit), "{code}: {ran:?}");
        assert_eq!(ran.stderr, format!("outcome: exit {code} after 0.000000 s of device time\n"));
    }
}

#[test]
fn a_trap_is_201_and_says_where() {
    let ran = twinboard(&["run", &guest("trap.wat"), "--time", "virtual"]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    assert_eq!(ran.stdout, "[    0.000000] info  before\n");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("outcome: trap unreachable after 0.0000"), "{ran:?}");
    assert!(lines[1].starts_with("caused by: the guest gave up by itself"), "{ran:?}");
    assert!(lines[1].contains("give_up"), "{ran:?}");
}

#[test]
fn a_broken_argument_is_201_and_named() {
    let ran = twinboard(&["run", &guest("violation.wat"), "--time", "virtual"]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    assert!(ran.stderr.starts_with("outcome: trap abi-violation log.write message after "), "{ran:?}");
    let cause =
        "caused by: log.write: argument 'message': 10 bytes at 0xfffa exceed guest memory of 65536 bytes";
    assert!(ran.stderr.contains(cause), "{ran:?}");
}

#[test]
fn a_refused_module_is_202_and_told_what_was_meant() {
    let ran = twinboard(&["run", &guest("unknown-import.wat")]);
    assert_eq!(ran.code, Some(202), "{ran:?}");
    assert!(
        ran.stderr.starts_with("outcome: refused unknown-import device:abi/log@1 wirte\ncaused by: "),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("write"), "{ran:?}");
    assert_eq!(ran.stdout, "");
}

#[test]
fn bytes_that_are_no_module_are_202() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guest.wasm");
    for bytes in [b"".as_slice(), b"hello", b"\0asm", b"\0asm\x0d\0\x01\0", &[0xff; 100]] {
        fs::write(&path, bytes).unwrap();
        let ran = twinboard(&["run".as_ref(), path.as_os_str()]);
        assert_eq!(ran.code, Some(202), "{bytes:?}: {ran:?}");
        assert!(ran.stderr.starts_with("outcome: refused "), "{ran:?}");
    }
}

#[test]
fn a_limit_is_203() {
    let ran = twinboard(&["run", &guest("spin.wat"), "--limit", "50ms"]);
    assert_eq!(ran.code, Some(203), "{ran:?}");
    assert_eq!(ran.stdout, "[    0.000000] info  spin\n");
    assert!(ran.stderr.starts_with("outcome: limit compute after 0.00000"), "{ran:?}");
    assert!(ran.stderr.contains("caused by: the guest computed for too long"), "{ran:?}");
}

#[test]
fn for_stops_the_run_and_that_is_no_failure() {
    let ran = twinboard(&["run", &guest("tick.wat"), "--time", "virtual", "--for", "1.5s"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stderr, "outcome: stopped after 1.500000 s of device time\n");
    assert!((140..=150).contains(&ran.stdout.lines().count()), "{ran:?}");
}

#[test]
fn a_day_of_virtual_time_passes_quickly() {
    let ran = twinboard(&["run", &guest("hello.wat"), "--time", "virtual", "--for", "24h"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn arguments_after_two_dashes_are_the_guests() {
    let path = guest("argument-count.wat");
    assert_eq!(twinboard(&["run", &path]).code, Some(0));
    assert_eq!(twinboard(&["run", &path, "--", "a", "--for", "c"]).code, Some(3));
}

#[test]
fn the_seed_decides_what_is_random() {
    let path = guest("random.wat");
    let code = |seed: u32| twinboard(&["run", &path, "--seed", &seed.to_string()]).code;
    assert_eq!(code(7), code(7));
    assert_eq!(code(0), twinboard(&["run", &path]).code, "0 is the default");
    assert!((1..8).any(|seed| code(seed) != code(0)));
}

#[test]
fn the_board_file_puts_chips_on_buses() {
    let (path, board) = (guest("chip-id.wat"), guest("board.toml"));
    assert_eq!(twinboard(&["run", &path, "--board", &board]).code, Some(0x60));
    assert_eq!(twinboard(&["run", &path]).code, Some(200), "no bus: a negative error code");
}

#[test]
fn the_profile_is_the_boards_unless_said_otherwise() {
    let (path, board) = (guest("three-pages.wat"), guest("board.toml"));
    assert_eq!(twinboard(&["run", &path]).code, Some(0));
    assert_eq!(twinboard(&["run", &path, "--profile", "esp32c3"]).code, Some(202));
    assert_eq!(twinboard(&["run", &path, "--board", &board]).code, Some(202));
    assert_eq!(twinboard(&["run", &path, "--board", &board, "--profile", "desktop"]).code, Some(0));
}

#[test]
fn an_unreadable_guest_is_205() {
    let ran = twinboard(&["run", "no/such/guest.wasm"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert_eq!(
        ran.stderr,
        "error: cannot read guest no/such/guest.wasm\ncaused by: No such file or directory (os error 2)\n"
    );
    let ran = twinboard(&["run", env!("CARGO_MANIFEST_DIR")]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    assert!(ran.stderr.contains("caused by: Is a directory"), "{ran:?}");
}

#[test]
fn bad_webassembly_text_is_202_and_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("guest.wat");
    fs::write(&path, "(module\n  (fun))").unwrap();
    let ran = twinboard(&["run".as_ref(), path.as_os_str()]);
    assert_eq!(ran.code, Some(202), "{ran:?}");
    assert!(ran.stderr.starts_with("error: guest is not valid WebAssembly text\ncaused by: "), "{ran:?}");
    assert!(ran.stderr.contains("guest.wat:2:4"), "{ran:?}");
}

#[test]
fn a_bad_board_file_is_207_and_says_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("board.toml");
    fs::write(&path, "[board]\nnmae = \"x\"\n[i2c.0]\nchips = [ { model = \"bme208\", address = 0x76 } ]\n")
        .unwrap();
    let path = path.display().to_string();
    let ran = twinboard(&["run", &guest("hello.wat"), "--board", &path]);
    assert_eq!(ran.code, Some(207), "{ran:?}");
    assert_eq!(
        ran.stderr,
        format!(
            "error: {path}:2: unknown key \"nmae\" in [board] (did you mean \"name\"?)\n\
             error: {path}:4: unknown chip model \"bme208\" (did you mean \"bme280\"?)\n"
        )
    );
    assert_eq!(ran.stdout, "");
}

#[test]
fn an_unreadable_board_file_is_205() {
    let ran = twinboard(&["run", &guest("hello.wat"), "--board", "no/such/board.toml"]);
    assert_eq!(ran.code, Some(205), "{ran:?}");
    let expected =
        "error: no/such/board.toml: cannot be read\ncaused by: No such file or directory (os error 2)\n";
    assert_eq!(ran.stderr, expected);
}

#[test]
fn a_full_disk_under_stdout_is_205() {
    let full = fs::File::create("/dev/full").unwrap();
    let output = program(&["run", &guest("tick.wat"), "--for", "60s"]).stdout(full).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(205), "{stderr}");
    assert!(
        stderr.contains("error: standard output cannot be written\ncaused by: No space left"),
        "{stderr}"
    );
}

#[test]
fn why_a_chip_failed_is_told_when_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let board = folder.path().join("board.toml").display().to_string();
    fs::write(&board, "[i2c.0]\nchips = [ { model = \"bme280\", address = 0x77 } ]\n").unwrap();
    let run = |filter: Option<&str>| {
        let mut command = program(&["run", &guest("chip-id.wat"), "--board", &board]);
        if let Some(filter) = filter {
            command.env("TWINBOARD_LOG", filter);
        }
        crate::Ran::from(command.output().unwrap())
    };
    let quiet = run(None);
    assert_eq!(quiet.code, Some(200), "{quiet:?}");
    assert_eq!(quiet.stderr.lines().count(), 1, "{quiet:?}");
    let told = run(Some("debug"));
    assert!(told.stderr.contains("DEBUG twinboard::device: "), "{told:?}");
    assert!(told.stderr.contains("no-acknowledge-address"), "{told:?}");
    assert_eq!(told.stdout, "");
}

#[test]
fn the_guests_messages_are_not_told_twice() {
    let run = |filter| {
        let mut command = program(&["run", &guest("hello.wat"), "--time", "virtual"]);
        crate::Ran::from(command.env("TWINBOARD_LOG", filter).output().unwrap())
    };
    assert!(!run("trace").stderr.contains("good bye"));
    assert!(run("twinboard::guest=info").stderr.contains("good bye"), "unless asked for");
}

#[test]
fn a_filter_that_is_none_is_204() {
    let mut command = program(&["run", &guest("hello.wat")]);
    let ran = crate::Ran::from(command.env("TWINBOARD_LOG", "sim_host=loud").output().unwrap());
    assert_eq!(ran.code, Some(204), "{ran:?}");
    let error =
        "error: TWINBOARD_LOG=\"sim_host=loud\" is no filter (like \"debug\" or \"sim_host=trace,warn\")";
    assert!(ran.stderr.starts_with(error), "{ran:?}");
}

#[test]
fn virtual_time_without_an_end_is_limited_to_an_hour() {
    let ran = twinboard(&["run", &guest("tick.wat"), "--time", "virtual"]);
    assert_eq!(ran.code, Some(203), "{ran:?}");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(lines[0], "outcome: limit time after 3600.000000 s of device time", "{ran:?}");
    assert_eq!(lines[2], "help: say with --for how much device time the guest shall have", "{ran:?}");
}

#[test]
fn a_bus_that_the_board_does_not_have_is_named() {
    let ran = twinboard(&["run", &guest("no-bus.wat"), "--time", "virtual"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("the board has no i2c bus 0 (board file: [i2c.0])"), "{ran:?}");
    let ran = twinboard(&["run", &guest("no-bus.wat"), "--time", "virtual", "--board", &guest("board.toml")]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn a_function_name_does_not_command_the_terminal() {
    let ran = twinboard(&["run", &guest("evil-name.wat"), "--time", "virtual"]);
    assert_eq!(ran.code, Some(201), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 2, "{ran:?}");
    assert!(ran.stderr.ends_with(", in \\u{1b}[2J\\noutcome: exit 0\n"), "{ran:?}");
}
