//! Lists the devices on I2C bus 0, as `i2cdetect` does: an empty write to each address, and who acknowledges
//! is there.

#![no_std]

use embedded_hal::i2c::{Error as _, ErrorKind, I2c as _};
use twinboard_guest::{Error, I2c, entry};

entry!(scan);

/// The addresses below and above are reserved (NXP UM10204, section 3.1.12).
const DEVICES: core::ops::RangeInclusive<u8> = 0x08..=0x77;

fn scan() -> Result<(), Error> {
    let mut bus = I2c::open(0)?;
    let mut found = 0;
    for address in DEVICES {
        match bus.write(address, &[]) {
            Ok(()) => {
                log::info!("0x{address:02x}");
                found += 1;
            }
            Err(error) if matches!(error.kind(), ErrorKind::NoAcknowledge(_)) => {}
            Err(error) => return Err(error),
        }
    }
    log::info!("{found} devices");
    Ok(())
}
