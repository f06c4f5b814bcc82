//! `cargo xtask firmware`: the firmware, for each board that it runs on.

pub(crate) mod esp32c3;
mod heap;
mod image;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use clap::ValueEnum;
use object::{Object as _, ObjectSection as _, SectionKind};

use crate::packages::{self, Need};
use crate::toolchain::{Target, Toolchain};
use crate::{portable, process, wasm3, workspace};

/// What the firmware runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Board {
    /// A process on this machine.
    Host,
    /// QEMU's machine `virt`, with an ESP32-C3's instruction set.
    QemuVirt,
    /// An ESP32-C3: the file that is written to its flash.
    Esp32c3,
}

/// What the QEMU board is compiled with beside Rust, and started by.
const QEMU_NEEDS: &[Need] = &[("clang-19", "clang-19"), ("qemu-system-riscv32", "qemu-system-misc")];

/// What is built, and how.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(crate) struct Options {
    /// Only for this board.
    #[arg(long)]
    pub(crate) board: Option<Board>,
    /// Leaves the full validation of modules to the host, to save flash (esp32c3).
    #[arg(long, requires = "board")]
    pub(crate) no_validation: bool,
    /// Says how much of the flash each crate takes (esp32c3).
    #[arg(long)]
    pub(crate) verbose: bool,
}

/// Builds the firmware for one board, or for all, and puts it into target/firmware/.
///
/// # Errors
/// Fails when something is missing, a build fails, or an image carries a path of this machine or leaves less heap than its
/// profile promises.
pub(crate) fn run(options: Options) -> Result<()> {
    let Options { board, no_validation, verbose } = options;
    ensure!(
        !no_validation || board == Some(Board::Esp32c3),
        "--no-validation is for the board esp32c3: the others have room"
    );
    wasm3::ensure()?;
    let boards = board.map_or_else(|| Board::value_variants().to_vec(), |board| vec![board]);
    boards.into_iter().try_for_each(|board| match board {
        Board::Host => host(),
        Board::QemuVirt => qemu_virt(),
        Board::Esp32c3 if no_validation => esp32c3::build(&esp32c3::NO_VALIDATION, verbose),
        Board::Esp32c3 => esp32c3::build(&esp32c3::FULL, verbose),
    })
}

fn host() -> Result<()> {
    let mut cargo = cargo("build");
    cargo.args(["--quiet", "--release", "--package", "firmware-host"]);
    cargo.arg("--config").arg(portable::remap(&Toolchain::ensure()?));
    process::run(&mut cargo)?;
    let place = workspace::firmware().join("host");
    let bytes = portable::publish(&target().join("release/firmware-host"), &place)?;
    println!("{} {bytes} bytes", workspace::shown(&place));
    Ok(())
}

fn qemu_virt() -> Result<()> {
    packages::ensure_programs(QEMU_NEEDS, "what the firmware is compiled and started with")?;
    let toolchain = Toolchain::ensure_sources()?;
    let mut cargo = in_workspace(toolchain.cargo_for_file("build", &target_file()));
    cargo.args(["--quiet", "--release", "--package", "firmware-qemu-virt"]);
    cargo.arg("--config").arg(portable::remap(&toolchain));
    process::run(&mut cargo)?;
    let built = target().join(Target::Firmware.triple()).join("release/firmware-qemu-virt");
    let place = workspace::firmware().join("qemu-virt.elf");
    portable::publish(&built, &place)?;
    println!("{} {}", workspace::shown(&place), sizes(&place)?);
    Ok(())
}

/// `cargo <subcommand>` in the firmware's workspace, for this machine.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut cargo = process::cargo();
    cargo.arg(subcommand);
    in_workspace(cargo)
}

fn in_workspace(cargo: Command) -> Command {
    workspace::enter(cargo, &root(), &target())
}

fn root() -> PathBuf {
    workspace::root().join("firmware-esp32")
}

fn target() -> PathBuf {
    root().join("target")
}

/// Describes riscv32imc with compare-and-swap, which the crate firmware-atomics provides.
pub(crate) fn target_file() -> PathBuf {
    workspace::root().join("ci/targets/riscv32imc-unknown-none-elf.json")
}

/// How much flash and memory an image takes before it runs, for people.
fn sizes(image: &Path) -> Result<String> {
    let bytes = std::fs::read(image).with_context(|| image.display().to_string())?;
    let file = object::File::parse(&*bytes).with_context(|| image.display().to_string())?;
    let (mut code, mut constants, mut memory, mut stack) = (0, 0, 0, 0);
    for section in file.sections() {
        match (section.name().unwrap_or_default(), section.kind()) {
            (".stack", _) => stack += section.size(),
            (".text.dummy" | ".heap", _) => {}
            (_, SectionKind::Text) => code += section.size(),
            (_, SectionKind::ReadOnlyData | SectionKind::ReadOnlyString) => constants += section.size(),
            (_, SectionKind::Data | SectionKind::UninitializedData) => memory += section.size(),
            _ => {}
        }
    }
    Ok(format!("{code} bytes of code, {constants} of constants, {memory} of static memory, {stack} of stack"))
}
