//! Makes the file that is written to an ESP32-C3's flash: `esp32c3-image ELF IMAGE`.
//!
//! The boot loader is the one that espflash carries, built by Espressif; the partition table is `partitions.csv`, with the
//! firmware at 64 KB. The image ends with the firmware: what is installed in the apps' partition stays when it is written.

#![allow(clippy::print_stderr, reason = "a program: it says what went wrong")]

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use app_storage::flash_bytes;
use device_abi::Profile;
use esp_idf_part::{PartitionTable, Type};
use espflash::{
    flasher::{FlashData, FlashFrequency, FlashMode, FlashSettings, FlashSize},
    image_format::idf::{IdfBootloaderFormat, check_idf_bootloader},
    target::{Chip, XtalFrequency},
};

/// Where the partitions are.
const PARTITIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/partitions.csv");

/// Where boot loader and firmware look for the partition table (ESP-IDF's default). espflash would put it right before the
/// first partition.
const TABLE_AT: u32 = 0x8000;

/// What the firmware calls the partition for apps.
const APPS: &str = "apps";

/// What erased flash reads as.
const ERASED: u8 = 0xff;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(elf), Some(place), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("usage: esp32c3-image ELF IMAGE");
        return ExitCode::from(2);
    };
    let made = fs::read(&elf)
        .map_err(|error| format!("{}: {error}", elf.display()).into())
        .and_then(|elf| image(&elf))
        .and_then(|image| {
            fs::write(&place, image).map_err(|error| format!("{}: {error}", place.display()).into())
        });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The flash from its first byte to the firmware's last.
fn image(elf: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    // What every board with this chip can do: 4 MB of flash, two data lines, 40 MHz.
    let settings =
        FlashSettings::new(Some(FlashMode::Dio), Some(FlashSize::_4Mb), Some(FlashFrequency::_40Mhz));
    let data = FlashData::new(settings, 0, None, Chip::Esp32c3, XtalFrequency::_40Mhz);
    check_idf_bootloader(&elf.to_vec())?;
    let format =
        IdfBootloaderFormat::new(elf, &data, Some(Path::new(PARTITIONS)), None, Some(TABLE_AT), None)?;
    check_apps(&format.partition_table())?;
    let mut image = Vec::new();
    for segment in format.flash_segments() {
        image.resize(segment.addr as usize, ERASED);
        image.extend_from_slice(segment.data());
    }
    Ok(image)
}

/// Looks whether the firmware will find a place for apps.
fn check_apps(table: &PartitionTable) -> Result<(), String> {
    let apps = table.find(APPS).ok_or(format!("{PARTITIONS}: no partition \"{APPS}\""))?;
    if apps.ty() != Type::Data {
        return Err(format!("{PARTITIONS}: partition \"{APPS}\" has type {}, not data", apps.ty()));
    }
    let (bytes, needed) = (apps.size(), flash_bytes(Profile::ESP32C3.module_bytes));
    if bytes < needed {
        return Err(format!(
            "{PARTITIONS}: partition \"{APPS}\" has {bytes:#x} bytes, two apps need {needed:#x}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_must_have_a_place_for_apps() {
        let table = fs::read_to_string(PARTITIONS).unwrap();
        let check = |table: String| check_apps(&PartitionTable::try_from_str(table).unwrap());
        check(table.clone()).unwrap();
        let error = check(table.replace("apps,  ", "other, ")).unwrap_err();
        assert!(error.ends_with("partitions.csv: no partition \"apps\""), "{error}");
        let error = check(table.replace("0xa0000", "0x23000")).unwrap_err();
        assert!(error.ends_with("\"apps\" has 0x23000 bytes, two apps need 0x24000"), "{error}");
        let error = check(table.replace("data, undefined", "app, ota_0")).unwrap_err();
        assert!(error.ends_with("\"apps\" has type app, not data"), "{error}");
    }

    #[test]
    fn what_is_no_firmware_is_refused() {
        assert!(image(b"").is_err());
        assert!(image(b"\x7fELF but nothing else").is_err());
        // A program for this machine has no description for the boot loader.
        assert!(image(&fs::read(env::current_exe().unwrap()).unwrap()).is_err());
    }
}
