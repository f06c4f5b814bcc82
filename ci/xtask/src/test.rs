//! `cargo xtask test`: every check, in order, until one fails. Continuous integration runs this and nothing else.

use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::Result;

use crate::toolchain::{Target, Toolchain};
use crate::{codegen, demo, firmware, guests, process, tidy, wasm3, workspace};

/// What one step does, and the name under which it is reported.
type Step = (&'static str, fn() -> Result<()>);

/// Cheap checks first: most mistakes show within seconds.
const STEPS: &[Step] = &[
    ("format", format),
    ("tidy", tidy::run),
    ("codegen", || codegen::run(true)),
    ("guests", guests::run),
    ("clippy", clippy),
    ("clippy of the guest SDK", clippy_guests),
    ("clippy of the firmware", clippy_firmware),
    ("firmware", || firmware::run(firmware::Options::default())),
    ("firmware without validation", firmware_without_validation),
    ("tests", tests),
    ("tests of boards in QEMU", qemu_tests),
    ("conformance", conformance),
    ("tests of the guest SDK", guest_tests),
    ("no_std on riscv32imc", no_std),
    ("guest-check with validation on riscv32imc", no_std_validate),
    ("tests of the firmware", firmware_tests),
    ("tests of the engine with AddressSanitizer", engine_tests),
    ("documentation", documentation),
    ("demo", demo::check),
];

/// The crates that firmware is made of.
const NO_STD: [&str; 5] = ["device-abi", "guest-check", "device-link", "hw-core", "hw-chips"];

/// Runs all steps; the last line counts them.
pub(crate) fn run() -> ExitCode {
    let mut times: Vec<(&str, Duration)> = Vec::new();
    let mut failed = None;
    for (number, (name, step)) in STEPS.iter().enumerate() {
        println!("\n== {}/{} {name}", number + 1, STEPS.len());
        let start = process::now();
        let result = step();
        times.push((name, start.elapsed()));
        if let Err(error) = result {
            process::print_error(&error);
            failed = Some(*name);
            break;
        }
    }
    println!();
    print!("{}", summary(&times, failed, STEPS.len()));
    if failed.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The time of each step, and as the last line `N passed, N failed`.
fn summary(times: &[(&str, Duration)], failed: Option<&str>, steps: usize) -> String {
    let mut text = String::new();
    for (name, time) in times {
        let mark = if Some(*name) == failed { "FAILED" } else { "ok" };
        text += &format!("{:>7.1} s  {mark:<6}  {name}\n", time.as_secs_f64());
    }
    if let Some(name) = failed {
        text += &format!("stopped at \"{name}\"; {} steps were not run\n", steps - times.len());
    }
    let failures = usize::from(failed.is_some());
    text + &format!("{} passed, {failures} failed\n", times.len() - failures)
}

fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = process::cargo();
    cargo.current_dir(workspace::root()).args(arguments);
    cargo
}

fn guest_cargo(arguments: &[&str]) -> Command {
    let mut cargo = process::cargo();
    cargo.args(arguments);
    let sdk = workspace::guest_sdk();
    workspace::enter(cargo, &sdk, &sdk.join("target"))
}

fn format() -> Result<()> {
    process::run(&mut cargo(&["fmt", "--all", "--check"]))?;
    process::run(process::cargo().current_dir(workspace::guest_sdk()).args(["fmt", "--all", "--check"]))?;
    process::run(firmware::cargo("fmt").args(["--all", "--check"]))
}

fn clippy() -> Result<()> {
    process::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The examples only where clippy's own compiler has the guests' libraries; the SDK itself everywhere.
fn clippy_guests() -> Result<()> {
    process::run(&mut guest_cargo(&[
        "clippy",
        "-p",
        "twinboard-guest",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    if !Toolchain::ensure()?.is_prebuilt() {
        println!("the examples are left out: clippy has no libraries for {}", Target::Guest.triple());
        return Ok(());
    }
    let target = Target::Guest.triple();
    process::run(&mut guest_cargo(&["clippy", "--workspace", "--target", target, "--", "-D", "warnings"]))
}

/// What is only compiled for chips is left out.
fn clippy_firmware() -> Result<()> {
    wasm3::ensure()?;
    let mut clippy = firmware::cargo("clippy");
    process::run(clippy.args(["--workspace", "--all-targets", "--", "-D", "warnings"]))
}

/// The smaller of the chip's images.
fn firmware_without_validation() -> Result<()> {
    let board = Some(firmware::Board::Esp32c3);
    firmware::run(firmware::Options { board, no_validation: true, ..Default::default() })
}

fn tests() -> Result<()> {
    process::run(&mut cargo(&["test", "--workspace"]))
}

/// What holds of a board at the end of a line, which the step before has asked of a process; of the image that is there.
fn qemu_tests() -> Result<()> {
    // For one package alone, the crates below it would be built again, with fewer features.
    let mut cargo = cargo(&["test", "--workspace", "--test", "board"]);
    cargo.env("TWINBOARD_PLACE", "qemu").env("TWINBOARD_FIRMWARE", workspace::firmware());
    process::run(&mut cargo)
}

/// The suite on every target that this machine has; what it found is kept in target/conformance/.
fn conformance() -> Result<()> {
    let folder = workspace::root().join("target/conformance");
    std::fs::create_dir_all(&folder)?;
    let mut twinboard = cargo(&["run", "--quiet", "--package", "twinboard", "--", "conform", "--keep-going"]);
    twinboard.args(["--target", "sim", "--target", "host", "--target", "qemu"]);
    twinboard.arg("--junit").arg(folder.join("junit.xml")).arg("--markdown").arg(folder.join("report.md"));
    process::run(twinboard.env("TWINBOARD_FIRMWARE", workspace::firmware()))
}

fn guest_tests() -> Result<()> {
    process::run(&mut guest_cargo(&["test", "-p", "twinboard-guest"]))
}

/// The boards' tests start what the step before has built.
fn firmware_tests() -> Result<()> {
    process::run(firmware::cargo("test").arg("--workspace"))?;
    process::run(firmware::esp32c3::cargo("test").arg("--workspace"))
}

/// Once more, because wasm3 is C: what it does to memory is watched. There are no documentation tests, which would miss
/// the library.
fn engine_tests() -> Result<()> {
    wasm3::ensure()?;
    let mut cargo = firmware::cargo("test");
    process::run(cargo.args(["--package", "wasm3-engine", "--tests"]).env("WASM3_ASAN", "1"))
}

fn no_std() -> Result<()> {
    let mut cargo = Toolchain::ensure()?.cargo("build", Target::Firmware);
    cargo.current_dir(workspace::root()).args(["--lib", "--no-default-features"]);
    process::run(cargo.args(NO_STD.iter().flat_map(|name| ["--package", name])))
}

/// Validation needs atomics that riscv32imc has not; the target file leaves them to the firmware.
fn no_std_validate() -> Result<()> {
    let mut cargo = Toolchain::ensure_sources()?.cargo_for_file("build", &firmware::target_file());
    cargo.current_dir(workspace::root());
    process::run(cargo.args([
        "--lib",
        "--package",
        "guest-check",
        "--no-default-features",
        "--features",
        "validate",
    ]))
}

fn documentation() -> Result<()> {
    let mut cargo = cargo(&["doc", "--workspace", "--no-deps"]);
    process::run(cargo.env("RUSTDOCFLAGS", "-D warnings"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_the_steps() {
        let times = [("format", Duration::from_millis(1500)), ("tidy", Duration::from_millis(20))];
        assert_eq!(
            summary(&times, None, 2),
            "    1.5 s  ok      format\n    0.0 s  ok      tidy\n2 passed, 0 failed\n"
        );
    }

    #[test]
    fn a_failure_is_named_before_the_last_line() {
        let times = [("format", Duration::from_secs(1)), ("tidy", Duration::from_secs(2))];
        let text = summary(&times, Some("tidy"), 5);
        assert!(text.ends_with("stopped at \"tidy\"; 3 steps were not run\n1 passed, 1 failed\n"), "{text}");
        assert!(text.contains("    2.0 s  FAILED  tidy\n"), "{text}");
    }
}
