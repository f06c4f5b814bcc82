//! `twinboard device install`

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
};

use anyhow::anyhow;
use clap::{
    Args,
    builder::{PossibleValuesParser, TypedValueParser},
};
use device_abi::{Outcome, Profile};
use device_link::LinkError;
use indicatif::{ProgressBar, ProgressStyle};
use remote_board::{AUTOSTART, Installed, RemoteError, Session};
use serde_json::json;
use sim_host::{Guest, SimError};

use super::{Port, report::Report, wiring};
use crate::{exit::Exit, failure::Failure, target::unreachable};

/// Installs an app; the former one stays until the new one is there as a whole.
///
/// The module is checked here first, by the rules of the device. Where the line has a bit rate, it is raised for the
/// transfer.
#[derive(Debug, Args)]
pub(super) struct Install {
    /// The app: a wasm module, as binary or as text.
    #[arg(value_name = "APP.WASM|APP.WAT")]
    app: PathBuf,

    /// What the app may use [default: what the device can hold].
    #[arg(long, value_name = "NAME", value_parser = profiles())]
    profile: Option<&'static Profile>,

    /// Has the device start the app whenever it starts, with the options that follow.
    #[arg(long)]
    autostart: bool,

    #[command(flatten)]
    options: wiring::Options,
}

impl Install {
    pub(super) fn execute(&self, port: &Port, report: &Report) -> Result<Exit, Failure> {
        if !self.autostart {
            self.options.refuse_unused("--autostart")?;
        }
        let guest = Guest::load(&self.app).map_err(|error| {
            let exit = if matches!(error, SimError::GuestText { .. }) { Exit::Refused } else { Exit::Fault };
            Failure::new(exit, error)
        })?;
        // What is wrong with the module shows without a device, if it is known what that can hold.
        if let Some(profile) = self.profile {
            self.check(&guest, profile)?;
        }
        let mut session = port.open()?;
        let profile = match self.profile {
            Some(profile) => profile,
            None => {
                let profile = wiring::profile(&session.device().profile)?;
                self.check(&guest, profile)?;
                profile
            }
        };
        if self.autostart && !session.device().persistent {
            let place = port.place.to_string();
            let error = LinkError::NotSupported;
            return Err(unreachable(RemoteError::Refused { place, asked: AUTOSTART, error }));
        }
        let start = self.autostart.then(|| self.options.start(profile, false)).transpose()?;
        let installed = install(&mut session, guest.wasm(), profile, report)?;
        if let Some(start) = &start {
            session.autostart(Some(start)).map_err(unreachable)?;
        }
        self.tell(guest.wasm().len(), profile, &installed, report)?;
        Ok(Exit::Done)
    }

    /// Looks whether the module may run on a device of this profile.
    fn check(&self, guest: &Guest, profile: &Profile) -> Result<(), Failure> {
        let Err(refusal) = guest_check::check(guest.wasm(), profile) else { return Ok(()) };
        let prose = anyhow!(guest_check::explain(&refusal));
        let outcome = Outcome::Refused(refusal);
        let what = format!("{}: {outcome} (profile {})", self.app.display(), profile.name);
        Err(Failure::new(Exit::Refused, prose.context(what)))
    }

    fn tell(
        &self,
        bytes: usize,
        profile: &Profile,
        installed: &Installed,
        report: &Report,
    ) -> Result<(), Failure> {
        let &Installed { was_there, crc32, took_ms, line_rate } = installed;
        // What takes no time has no speed.
        let per_second = (!was_there && took_ms > 0).then(|| bytes as u64 * 1000 / took_ms);
        let mut text = if was_there { "was installed already: " } else { "installed: " }.to_owned();
        text += &format!("{bytes} bytes, crc32 {crc32:08x}, profile {}", profile.name);
        if !was_there {
            text += &format!(", in {}.{:03} s", took_ms / 1000, took_ms % 1000);
        }
        let speed = [
            per_second.map(|speed| format!("{speed} bytes/s")),
            line_rate.filter(|_| !was_there).map(|rate| format!("{rate} baud")),
        ];
        let speed: Vec<String> = speed.into_iter().flatten().collect();
        if !speed.is_empty() {
            text += &format!(" ({})", speed.join(" at "));
        }
        if self.autostart {
            text += "\nthe device starts it whenever it starts";
        }
        report.done(
            &text,
            json!({
                "bytes": bytes,
                "crc32": format!("{crc32:08x}"),
                "profile": profile.name,
                "was-there": was_there,
                "duration-ms": took_ms,
                "bytes-per-second": per_second,
                "line-rate": line_rate,
                "autostart": self.autostart,
            }),
        )
    }
}

/// Sends the module, and shows on a terminal how far it is.
fn install(
    session: &mut Session,
    wasm: &[u8],
    profile: &Profile,
    report: &Report,
) -> Result<Installed, Failure> {
    let bar = if report.is_json() || !io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        let style = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {bytes_per_sec}");
        ProgressBar::new(wasm.len() as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    };
    let installed = session.install_fast(wasm, profile.name, |bytes| bar.set_position(bytes as u64));
    bar.finish_and_clear();
    installed.map_err(unreachable)
}

/// The profiles, by their names.
fn profiles() -> impl TypedValueParser<Value = &'static Profile> {
    let names = PossibleValuesParser::new(Profile::ALL.iter().map(|profile| profile.name));
    names.try_map(|name| Profile::by_name(&name).ok_or("no such profile"))
}
