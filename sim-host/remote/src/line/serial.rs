//! A device at a serial port.

use std::{
    io::{IsTerminal, Read, Write},
    os::unix::fs::OpenOptionsExt,
    time::Duration,
};

use serialport::{ClearBuffer, ErrorKind, SerialPort};

use super::{Access, Line, SHORTEST, taken};
use crate::LineError;

/// A device at a serial port.
pub(crate) struct Serial(Box<dyn SerialPort>);

impl std::fmt::Debug for Serial {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Serial").field(&self.0.name()).finish()
    }
}

impl Serial {
    /// Opens `port` at `baud` bits per second, 8 data bits, no parity, 1 stop bit.
    pub(crate) fn open(port: &str, baud: u32) -> Result<Self, LineError> {
        let opened = serialport::new(port, baud).timeout(SHORTEST).open();
        let port = opened.map_err(|error| refused(port, error))?;
        // What came before was not for us.
        port.clear(ClearBuffer::All).map_err(|error| LineError::Open(error.into()))?;
        Ok(Self(port))
    }
}

/// Why a port cannot be opened.
fn refused(port: &str, error: serialport::Error) -> LineError {
    // The crate says "no device" of a port that another program has locked (TIOCEXCL), and of most else.
    let mut options = std::fs::File::options();
    // A look at a terminal must not make it this program's own, nor wait for a carrier.
    options.read(true).write(true).custom_flags(O_NOCTTY | O_NONBLOCK);
    let tried = options.open(port);
    match tried.map_err(|error| (error.raw_os_error(), error.kind())) {
        Err((_, std::io::ErrorKind::PermissionDenied)) => {
            Access::to(port).map_or_else(LineError::Open, LineError::NotAllowed)
        }
        Err((Some(EBUSY), _)) => LineError::Busy,
        Ok(file) if !file.is_terminal() => LineError::NoPort,
        Ok(_) if error.kind() == ErrorKind::NoDevice => LineError::Busy,
        _ => LineError::Open(error.into()),
    }
}

/// "Device or resource busy" on Linux (errno.h).
const EBUSY: i32 = 16;

/// Flags of open(2) on Linux (asm-generic/fcntl.h).
const O_NOCTTY: i32 = 0o400;
const O_NONBLOCK: i32 = 0o4000;

impl Line for Serial {
    fn read(&mut self, bytes: &mut [u8], timeout: Duration) -> Result<usize, LineError> {
        self.0
            .set_timeout(timeout.max(SHORTEST))
            .map_err(|error| LineError::from(std::io::Error::from(error)))?;
        taken(self.0.read(bytes))
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), LineError> {
        // The time limit of the port holds for writing too.
        self.0.set_timeout(WRITE).map_err(|error| LineError::from(std::io::Error::from(error)))?;
        Ok(self.0.write_all(bytes)?)
    }

    fn rate(&self) -> Option<u32> {
        self.0.baud_rate().ok()
    }

    fn set_rate(&mut self, baud: u32) -> Result<(), LineError> {
        self.0.flush()?;
        let set = self.0.set_baud_rate(baud).and_then(|()| self.0.baud_rate());
        match set {
            Ok(now) if now.abs_diff(baud) <= baud / RATE_TOLERANCE => Ok(()),
            _ => Err(LineError::NoRate { baud }),
        }
    }
}

/// A rate may be off by this part of it: two percent, half of what an 8-bit frame stands between two sides that are
/// both off.
const RATE_TOLERANCE: u32 = 50;

/// How long a frame may take to be sent: 2 KB at 9600 baud, and some.
const WRITE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use serialport::TTYPort;

    use super::*;

    #[test]
    fn a_port_changes_its_rate() {
        let (_held, other) = TTYPort::pair().unwrap();
        let name = other.name().unwrap();
        drop(other);
        let mut serial = Serial::open(&name, 115_200).unwrap();
        assert_eq!(serial.rate(), Some(115_200));
        for baud in [921_600, 460_800, 115_200] {
            serial.set_rate(baud).unwrap();
            assert_eq!(serial.rate(), Some(baud));
        }
    }

    #[test]
    fn a_port_that_somebody_has_is_busy() {
        let (_held, other) = TTYPort::pair().unwrap();
        let name = other.name().unwrap();
        drop(other);
        let _first = Serial::open(&name, 115_200).unwrap();
        assert!(matches!(Serial::open(&name, 115_200), Err(LineError::Busy)));
    }
}
