//! `cargo xtask firmware --board esp32c3`: the flashable image.
//!
//! The board has a workspace of its own (its Cargo.toml says why), with the program that makes the image in it: that is
//! built when it is needed, and xtask itself stays small.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::image::{Image, Sizes};
use super::{heap, target, target_file};
use crate::packages::{self, Need};
use crate::toolchain::{Target, Toolchain};
use crate::{portable, process, workspace};

/// What wasm3 is compiled with.
const NEEDS: &[Need] = &[("clang-19", "clang-19")];

/// The chip's memory that the firmware may be in (ESP32-C3 Technical Reference Manual, "System and Memory"): flash as
/// data, flash as code, SRAM as data, SRAM as code. Of the SRAM, what the ROM does not use.
const MEMORY: [(u64, u64); 4] = [
    (0x3c00_0000, 0x3c80_0000),
    (0x4200_0000, 0x4280_0000),
    (0x3fc8_0000, 0x3fcd_e710),
    (0x4038_0000, 0x403d_e710),
];

/// Where the boot loader looks for the partition table, and how that begins (ESP-IDF Programming Guide, "Partition Tables").
const TABLE_AT: usize = 0x8000;
const TABLE_MAGIC: [u8; 2] = [0xaa, 0x50];

/// A way to build it.
pub(super) struct Build {
    /// What the files in target/firmware/ are called.
    name: &'static str,
    features: &'static [&'static str],
    /// What code and constants should stay below, bytes.
    flash_aim: u64,
}

/// Modules are fully validated on the chip.
pub(super) const FULL: Build = Build { name: "esp32c3", features: &[], flash_aim: 400 * 1024 };

/// The chip checks imports, limits and nesting; whoever installs a module has validated it.
pub(super) const NO_VALIDATION: Build =
    Build { name: "esp32c3-no-validation", features: &["--no-default-features"], flash_aim: 192 * 1024 };

/// What static data, and code that runs from RAM, should stay below, bytes.
const RAM_AIM: u64 = 24 * 1024;

/// Builds the firmware and makes the image; `verbose` also says how much of it each crate takes.
pub(super) fn build(build: &Build, verbose: bool) -> Result<()> {
    let Build { name, features, flash_aim } = *build;
    packages::ensure_programs(NEEDS, "what the firmware is compiled with")?;
    let toolchain = Toolchain::ensure_sources()?;
    let mut cargo = in_workspace(toolchain.cargo_for_file("build", &target_file()));
    cargo.args(["--quiet", "--release", "--package", "firmware-esp32c3"]).args(features);
    cargo.arg("--config").arg(portable::remap(&toolchain));
    process::run(&mut cargo)?;
    let built = target().join(Target::Firmware.triple()).join("release/firmware-esp32c3");
    let elf = workspace::firmware().join(name).with_extension("elf");
    portable::publish(&built, &elf)?;
    let bytes = std::fs::read(&elf).with_context(|| elf.display().to_string())?;
    let image = Image::parse(&bytes).with_context(|| elf.display().to_string())?;
    check_places(&image)?;
    let place = workspace::firmware().join(name).with_extension("bin");
    let mut make = in_workspace(process::cargo());
    make.args(["run", "--quiet", "--package", "esp32c3-image", "--"]).arg(&elf).arg(&place);
    process::run(&mut make)?;
    check_table(&place)?;
    let sizes = image.sizes();
    report(&place, &sizes, flash_aim)?;
    if verbose {
        image.crates().iter().for_each(|(name, bytes)| println!("  {bytes:>7} {name}"));
    }
    let table = heap::Table::read(&image, sizes.heap)?;
    table.rows().iter().for_each(|row| println!("  {row}"));
    table.check()?;
    table.check_readme(&root().join("README.md"))
}

/// The boot loader finds the partition table where it looks.
fn check_table(place: &Path) -> Result<()> {
    let image = std::fs::read(place).with_context(|| place.display().to_string())?;
    ensure!(
        image.get(TABLE_AT..).is_some_and(|table| table.starts_with(&TABLE_MAGIC)),
        "{} has no partition table at {TABLE_AT:#x}, where the boot loader looks for it",
        workspace::shown(place)
    );
    Ok(())
}

/// Everything that takes memory lies where the chip has some.
fn check_places(image: &Image<'_>) -> Result<()> {
    for (name, start, end) in image.places() {
        let fits = MEMORY.iter().any(|(first, last)| (*first..*last).contains(&start) && end <= *last);
        ensure!(fits, "section {name} is at {start:#x} to {end:#x}, where the chip has no memory for it");
    }
    Ok(())
}

fn report(place: &Path, sizes: &Sizes, flash_aim: u64) -> Result<()> {
    let bytes = std::fs::metadata(place).with_context(|| place.display().to_string())?.len();
    println!("{} {bytes} bytes, to be written to the flash from its first byte on", workspace::shown(place));
    let Sizes { code, constants, ram_code, data, heap, stack } = *sizes;
    println!("  {} bytes of code and constants{}", code + constants, aim(code + constants, flash_aim));
    println!("    {code:>7} code");
    println!("    {constants:>7} constants");
    let ram = ram_code + data;
    println!("  {ram} bytes of static RAM{}", aim(ram, RAM_AIM));
    println!("    {ram_code:>7} code that runs from RAM");
    println!("    {data:>7} data");
    println!("  {heap} bytes of heap, {stack} of stack");
    Ok(())
}

fn aim(bytes: u64, aim: u64) -> String {
    if bytes > aim { format!(": over the aim of {aim}") } else { format!(" (aim: {aim})") }
}

/// `cargo <subcommand>` in the board's workspace, for this machine.
pub(crate) fn cargo(subcommand: &str) -> Command {
    let mut cargo = process::cargo();
    cargo.arg(subcommand);
    in_workspace(cargo)
}

fn in_workspace(cargo: Command) -> Command {
    workspace::enter(cargo, &root(), &target())
}

fn root() -> PathBuf {
    workspace::root().join("firmware-esp32/boards/esp32c3")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_its_aim_is_called_so() {
        assert_eq!(aim(100, 100), " (aim: 100)");
        assert_eq!(aim(101, 100), ": over the aim of 100");
    }

    #[test]
    fn an_image_without_a_table_is_refused() {
        let place = std::env::temp_dir().join(format!("xtask-table-{}.bin", std::process::id()));
        let mut image = vec![0xff; TABLE_AT + 32];
        std::fs::write(&place, &image).unwrap();
        assert!(check_table(&place).is_err());
        image[TABLE_AT..TABLE_AT + 2].copy_from_slice(&TABLE_MAGIC);
        std::fs::write(&place, &image).unwrap();
        assert!(check_table(&place).is_ok());
        std::fs::write(&place, &image[..TABLE_AT]).unwrap();
        assert!(check_table(&place).is_err());
        std::fs::remove_file(place).unwrap();
    }

    #[test]
    fn the_memory_is_that_of_the_chip() {
        assert!(MEMORY.iter().all(|(first, last)| first < last));
        // SRAM is seen at two places.
        assert_eq!(MEMORY[2].1 - MEMORY[2].0, MEMORY[3].1 - MEMORY[3].0);
    }
}
