//! `twinboard device autostart`

use clap::{Args, ValueEnum};
use device_link::LinkError;
use remote_board::{AUTOSTART, RemoteError, Session};
use serde_json::json;

use super::{Port, report::Report, wiring};
use crate::{exit::Exit, failure::Failure, target::unreachable};

/// Has the device start its app whenever it starts, or no more.
///
/// An app that ends badly twice in a row after the device had started it is held: the device starts it no more, and
/// `status` says so. An explicit start, or a new install, clears that.
#[derive(Debug, Args)]
pub(super) struct Autostart {
    /// Whether the device starts its app.
    #[arg(value_name = "on|off")]
    switch: Switch,

    #[command(flatten)]
    options: wiring::Options,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Autostart {
    pub(super) fn execute(&self, port: &Port, report: &Report) -> Result<Exit, Failure> {
        if self.switch == Switch::Off {
            self.options.refuse_unused("`on`")?;
        }
        let mut session = port.open()?;
        if self.switch == Switch::Off {
            session.autostart(None).map_err(unreachable)?;
            report.done("the app waits for a host", json!({ "autostart": false }))?;
            return Ok(Exit::Done);
        }
        let start = self.options.start(app_profile(&mut session, port, AUTOSTART)?, false)?;
        session.autostart(Some(&start)).map_err(unreachable)?;
        report.done("the device starts the app whenever it starts", json!({ "autostart": true }))?;
        Ok(Exit::Done)
    }
}

/// The profile of the installed app; without one, what is `asked` is refused.
pub(super) fn app_profile(
    session: &mut Session,
    port: &Port,
    asked: &'static str,
) -> Result<&'static device_abi::Profile, Failure> {
    match session.info().map_err(unreachable)?.app {
        Some(app) => wiring::profile(&app.profile),
        None => Err(unreachable(RemoteError::Refused {
            place: port.place.to_string(),
            asked,
            error: LinkError::NoApp,
        })),
    }
}
