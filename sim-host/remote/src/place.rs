//! Where a board is.

use std::{fmt, path::PathBuf, process::Command, str::FromStr};

use device_link::FIRST_BAUD;

use crate::{
    Line, LineError, RemoteError,
    line::{Child, Serial, Tcp},
    tied::{self, SETPRIV},
};

/// Where a board is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The firmware as a Linux process, started for the purpose.
    Host,
    /// The firmware for riscv32imc in QEMU, started for the purpose.
    Qemu,
    /// A serial port.
    Serial {
        /// Its path.
        port: String,
        /// Bits per second.
        baud: u32,
    },
    /// A TCP address.
    Tcp(String),
}

/// Where the firmware's images are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firmware {
    /// The Linux program.
    pub host: PathBuf,
    /// The image for QEMU.
    pub qemu: PathBuf,
}

impl Firmware {
    /// No images, for places where the firmware runs already.
    #[must_use]
    pub fn none() -> Self {
        Self { host: PathBuf::new(), qemu: PathBuf::new() }
    }
}

/// Why a text names no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceError(String);

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let wrong = |what: &str| PlaceError(what.to_owned());
        match text.split_once(':') {
            None if text == "host" => Ok(Self::Host),
            None if text == "qemu" => Ok(Self::Qemu),
            Some(("serial", port)) => serial(port),
            _ if looks_like_a_port(text) => serial(text),
            Some(("tcp", address)) if address.contains(':') => Ok(Self::Tcp(address.to_owned())),
            Some(("tcp", _)) => Err(wrong("tcp: needs an address and a port")),
            _ => Err(wrong(&format!("there is no target {text:?}"))),
        }
    }
}

/// A serial port, `PORT` or `PORT@BAUD`.
fn serial(text: &str) -> Result<Place, PlaceError> {
    let (port, baud) = match text.rsplit_once('@') {
        None => (text, FIRST_BAUD),
        Some((port, baud)) => {
            let number = baud.parse().ok().filter(|baud| *baud > 0);
            (port, number.ok_or_else(|| PlaceError(format!("{baud:?} is no bit rate")))?)
        }
    };
    if port.is_empty() {
        return Err(PlaceError("serial: names no port".to_owned()));
    }
    Ok(Place::Serial { port: port.to_owned(), baud })
}

/// Whether a text is the path of a port by itself: `/dev/ttyUSB0`, `COM3`.
fn looks_like_a_port(text: &str) -> bool {
    let is_number = |digits: &str| digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    text.starts_with('/') || text.strip_prefix("COM").is_some_and(is_number)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("host"),
            Self::Qemu => f.write_str("qemu"),
            Self::Serial { port, baud: FIRST_BAUD } => write!(f, "serial:{port}"),
            Self::Serial { port, baud } => write!(f, "serial:{port}@{baud}"),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

impl fmt::Display for PlaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; can be {}", self.0, Place::FORMS)
    }
}

impl std::error::Error for PlaceError {}

impl PlaceError {
    /// What is wrong, without what could be there.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.0
    }
}

impl Place {
    /// How places are written, for people.
    pub const FORMS: &str = "host, qemu, serial:PORT[@BAUD] or tcp:ADDRESS:PORT";

    /// The serial port of this path, at the rate at which firmware listens after its start.
    #[must_use]
    pub fn at_port(path: &str) -> Self {
        Self::Serial { port: path.to_owned(), baud: FIRST_BAUD }
    }

    /// Opens the line to the board; starts its firmware if it runs on this machine.
    ///
    /// # Errors
    /// Why there is no line.
    pub fn open(&self, firmware: &Firmware) -> Result<Box<dyn Line>, RemoteError> {
        let opened: Result<Box<dyn Line>, LineError> = match self {
            Self::Host => {
                let mut command = Command::new(&firmware.host);
                command.args(["--listen", "stdio"]);
                Child::start(command, &firmware.host).map(|line| Box::new(line) as _)
            }
            Self::Qemu => installed(&[QEMU, SETPRIV])
                .and_then(|()| Child::start(qemu(firmware), &firmware.qemu))
                .map(|line| Box::new(line) as _),
            Self::Serial { port, baud } => Serial::open(port, *baud).map(|line| Box::new(line) as _),
            Self::Tcp(address) => Tcp::connect(address).map(|line| Box::new(line) as _),
        };
        opened.map_err(|error| RemoteError::Line { place: self.named(firmware), error })
    }

    /// The place as messages name it, with the program that is started there.
    fn named(&self, firmware: &Firmware) -> String {
        match self {
            Self::Host => format!("host ({})", firmware.host.display()),
            Self::Qemu => format!("qemu ({})", QEMU.0),
            other => other.to_string(),
        }
    }
}

/// The program, and the packages that it is in (Debian's names).
type Needed = (&'static str, &'static str);

const QEMU: Needed = ("qemu-system-riscv32", "qemu-system-misc");

/// Sees to it that programs are there which the line is made with.
fn installed(programs: &[Needed]) -> Result<(), LineError> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    for &(program, package) in programs {
        if !std::env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
            return Err(LineError::Missing { program, package });
        }
    }
    Ok(())
}

/// QEMU with an ESP32-C3's instruction set, its serial port at standard input and output.
fn qemu(firmware: &Firmware) -> Command {
    let mut command = tied::command(QEMU.0);
    command.args(["-M", "virt", "-cpu", "rv32,a=off,f=off,d=off", "-m", "8M", "-bios", "none"]);
    command.args(["-display", "none", "-monitor", "none", "-chardev", "stdio,id=line,signal=off"]);
    // Without -icount: the board's clock is the wall's, by which both sides know when the other is gone.
    command.args(["-serial", "chardev:line", "-kernel"]).arg(&firmware.qemu);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written() {
        for text in [
            "host",
            "qemu",
            "serial:/dev/ttyUSB0",
            "serial:/dev/ttyUSB0@921600",
            "tcp:localhost:7070",
            "tcp:[::1]:1",
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
        let place = "serial:/dev/ttyACM0".parse::<Place>().unwrap();
        assert_eq!(place, Place::Serial { port: "/dev/ttyACM0".to_owned(), baud: 115_200 });
        for (text, whole) in [
            ("/dev/ttyACM0", "serial:/dev/ttyACM0"),
            ("COM3", "serial:COM3"),
            ("COM12@9600", "serial:COM12@9600"),
        ] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), whole);
        }
    }

    #[test]
    fn what_is_no_place_says_what_could_be_one() {
        for (text, start) in [
            ("", "there is no target \"\""),
            ("Host", "there is no target \"Host\""),
            ("usb:1", "there is no target \"usb:1\""),
            ("COMPANY", "there is no target \"COMPANY\""),
            ("/dev/ttyUSB0@", "\"\" is no bit rate"),
            ("serial:", "serial: names no port"),
            ("serial:/dev/ttyUSB0@fast", "\"fast\" is no bit rate"),
            ("serial:/dev/ttyUSB0@0", "\"0\" is no bit rate"),
            ("tcp:localhost", "tcp: needs an address and a port"),
        ] {
            let error = text.parse::<Place>().unwrap_err().to_string();
            assert!(error.starts_with(start) && error.ends_with("tcp:ADDRESS:PORT"), "{error}");
        }
    }
}
