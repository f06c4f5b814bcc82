//! `twinboard device`

mod autostart;
mod control;
mod follow;
mod info;
mod install;
mod list;
mod logs;
mod pace;
mod report;
mod start;
mod wiring;

use std::path::PathBuf;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use remote_board::{Place, RemoteError, Session};

use crate::{
    exit::{self, Exit},
    failure::Failure,
    output::note,
    target::{FIRMWARE, firmware, unreachable},
};
use report::Report;

pub(crate) use info::dropped;
pub(crate) use wiring::{profile as known_profile, wiring};

/// Installs, starts and watches apps on a board, on its own pins.
///
/// With --json, each verb prints one JSON object on standard output (`logs --follow` and `start --follow` one per line),
/// also when it fails; sim-host/cli/DEVICE.md describes them.
#[derive(Debug, Args)]
#[command(after_help = exit::table())]
pub(crate) struct Device {
    /// Where the board is: a serial port by its path, serial:PORT@BAUD, tcp:ADDRESS:PORT, host or qemu.
    #[arg(long, global = true, value_name = "PORT", env = "TWINBOARD_PORT")]
    port: Option<Place>,

    /// Says everything as JSON.
    #[arg(long, global = true)]
    json: bool,

    /// The folder of the firmware for --port host and qemu [default: where `cargo xtask firmware` puts it].
    #[arg(long, global = true, value_name = "FOLDER", env = FIRMWARE)]
    firmware: Option<PathBuf>,

    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    List(list::List),
    /// Says who the device is and what it can hold.
    Info,
    /// Says what the device does: its app, its run, how the last run ended.
    Status,
    Install(Box<install::Install>),
    Start(Box<start::Start>),
    /// Ends the run.
    Stop,
    Logs(logs::Logs),
    Autostart(Box<autostart::Autostart>),
    /// Forgets the installed app.
    Uninstall,
    /// Restarts the device.
    Reset,
}

impl Device {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        let port = self.port.as_ref().filter(|_| !matches!(self.verb, Verb::List(_)));
        let report = Report::new(self.verb.name(), self.json, port);
        let result = self.run(&report);
        Ok(result.unwrap_or_else(|failure| report.failed(failure)))
    }

    fn run(self, report: &Report) -> Result<Exit, Failure> {
        let verb = match self.verb {
            Verb::List(list) => return list.execute(report),
            verb => verb,
        };
        let port = Port::new(self.port, self.firmware)?;
        if port.is_own_process() && !report.is_json() {
            note(&format!(
                "the firmware at {} begins and ends with this command, and so does what it keeps",
                port.place
            ));
        }
        match verb {
            Verb::List(_) => Ok(Exit::Done),
            Verb::Info => info::info(&mut port.open()?, report),
            Verb::Status => info::status(&mut port.open()?, report),
            Verb::Install(install) => install.execute(&port, report),
            Verb::Start(start) => start.execute(&port, report),
            Verb::Stop => control::stop(&mut port.open()?, report),
            Verb::Logs(logs) => logs.execute(&port, report),
            Verb::Autostart(autostart) => autostart.execute(&port, report),
            Verb::Uninstall => control::uninstall(&mut port.open()?, report),
            Verb::Reset => control::reset(port.open()?, report),
        }
    }
}

impl Verb {
    fn name(&self) -> &'static str {
        match self {
            Self::List(_) => "list",
            Self::Info => "info",
            Self::Status => "status",
            Self::Install(_) => "install",
            Self::Start(_) => "start",
            Self::Stop => "stop",
            Self::Logs(_) => "logs",
            Self::Autostart(_) => "autostart",
            Self::Uninstall => "uninstall",
            Self::Reset => "reset",
        }
    }
}

/// Where the device is, and how to get there.
#[derive(Debug)]
struct Port {
    place: Place,
    firmware: remote_board::Firmware,
}

impl Port {
    fn new(place: Option<Place>, folder: Option<PathBuf>) -> Result<Self, Failure> {
        let place = place.ok_or_else(|| {
            let error = anyhow!(
                "say with --port, or in TWINBOARD_PORT, where the device is (`twinboard device list` finds boards)"
            );
            Failure::new(Exit::Usage, error)
        })?;
        let firmware = firmware(&place, folder.as_deref())?;
        Ok(Self { place, firmware })
    }

    /// Begins a session with the device.
    fn open(&self) -> Result<Session, Failure> {
        self.try_open().map_err(unreachable)
    }

    fn try_open(&self) -> Result<Session, RemoteError> {
        Session::open(self.place.open(&self.firmware)?, &self.place.to_string())
    }

    /// Whether the device is a process of this program, which ends with it.
    fn is_own_process(&self) -> bool {
        matches!(self.place, Place::Host | Place::Qemu)
    }
}
