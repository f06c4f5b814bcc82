//! Where a board is.

use std::{path::PathBuf, process::Command};

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

impl Place {
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
