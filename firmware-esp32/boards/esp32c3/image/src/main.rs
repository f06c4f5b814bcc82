//! Makes the file that is written to an ESP32-C3's flash: `esp32c3-image ELF IMAGE`.
//!
//! The boot loader is the one that espflash carries, built by Espressif; the partition table is espflash's usual one, with
//! the firmware at 64 KB.

#![allow(clippy::print_stderr, reason = "a program: it says what went wrong")]

use std::{env, error::Error, fs, path::PathBuf, process::ExitCode};

use espflash::{
    flasher::{FlashData, FlashFrequency, FlashMode, FlashSettings, FlashSize},
    image_format::idf::{IdfBootloaderFormat, check_idf_bootloader},
    target::{Chip, XtalFrequency},
};

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
    let mut image = Vec::new();
    for segment in IdfBootloaderFormat::new(elf, &data, None, None, None, None)?.flash_segments() {
        image.resize(segment.addr as usize, ERASED);
        image.extend_from_slice(segment.data());
    }
    Ok(image)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_firmware_is_refused() {
        assert!(image(b"").is_err());
        assert!(image(b"\x7fELF but nothing else").is_err());
        // A program for this machine has no description for the boot loader.
        assert!(image(&fs::read(env::current_exe().unwrap()).unwrap()).is_err());
    }
}
