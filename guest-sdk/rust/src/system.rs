//! The device itself, and the app's place on it.
//!
//! ```no_run
//! use twinboard_guest::{Error, system};
//!
//! fn greet() -> Result<(), Error> {
//!     let mut name = [0; 32];
//!     log::info!("hello {}", system::argument(0, &mut name)?);
//!     Ok(())
//! }
//! ```

use crate::abi;
use crate::{Error, ErrorCode};

pub use abi::system::ResetReason;

/// The most bytes of a device's identity.
pub const DEVICE_ID_BYTES: usize = 16;

/// The version of the ABI that the device speaks: major, minor, patch.
#[must_use]
pub fn abi_version() -> (u16, u8, u8) {
    version(abi::system::abi_version())
}

/// The device's identity, 1 to 16 bytes.
///
/// # Errors
/// `too-large`: the identity does not fit into `into`.
pub fn device_id(into: &mut [u8]) -> Result<&[u8], Error> {
    let length = abi::system::device_id(into)?;
    Ok(filled(into, length))
}

/// How many arguments the app was started with.
#[must_use]
pub fn argument_count() -> u32 {
    abi::system::argument_count()
}

/// Argument `index`, from 0, put into `into`.
///
/// # Errors
/// `not-found`: there are fewer. `too-large`: it does not fit.
pub fn argument(index: u32, into: &mut [u8]) -> Result<&str, Error> {
    let length = abi::system::argument(index, into)?;
    // The device promises UTF-8.
    core::str::from_utf8(filled(into, length)).map_err(|_| ErrorCode::Other.into())
}

/// Fills `into` with random bytes: on a simulated device the same ones in each run with the same seed, so not
/// fit for keys.
///
/// # Errors
/// `too-large`: more than the profile's bytes per transfer.
pub fn random(into: &mut [u8]) -> Result<(), Error> {
    Ok(abi::system::random(into)?)
}

/// Why the device last started.
#[must_use]
pub fn reset_reason() -> ResetReason {
    abi::system::last_reset()
}

/// Ends the app with `code`.
pub fn exit(code: i32) -> ! {
    abi::system::exit(code)
}

/// What the device filled; never more than there is, whatever it says.
fn filled(buffer: &[u8], length: u32) -> &[u8] {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    &buffer[..length.min(buffer.len())]
}

/// `major << 16 | minor << 8 | patch`, taken apart.
fn version(number: u32) -> (u16, u8, u8) {
    let [_, _, minor, patch] = number.to_be_bytes();
    ((number >> 16) as u16, minor, patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_taken_apart() {
        assert_eq!(version(0x0001_0203), (1, 2, 3));
    }

    #[test]
    fn a_length_beyond_the_buffer_is_bounded() {
        assert_eq!(filled(&[1, 2, 3], 2), [1, 2]);
        assert_eq!(filled(&[1, 2, 3], u32::MAX), [1, 2, 3]);
    }
}
