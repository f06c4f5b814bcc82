//! `twinboard device start`

use clap::Args;
use serde_json::json;

use super::{Port, autostart::app_profile, follow, report::Report, wiring};
use crate::{
    exit::Exit,
    failure::Failure,
    target::unreachable,
    trace_file::{TraceFormat, TraceTarget},
};

/// Starts the installed app on the device's own pins, in real time.
///
/// Without --follow and --trace it returns at once, and the app goes on by itself. With one of them it stays: Ctrl-C leaves
/// the app running (the exit code is then 206) unless --stop-on-exit is given. `logs --follow` comes back to it.
#[derive(Debug, Args)]
pub(super) struct Start {
    /// Prints the app's log while it runs, and how it ends; the exit code is then the run's.
    #[arg(long)]
    follow: bool,

    /// The same, and writes every call to the device into a file while the app runs. What the device had no room for
    /// is noted at the end of the file.
    #[arg(long, value_name = "FILE|-", value_parser = TraceTarget::parse)]
    trace: Option<TraceTarget>,

    /// The form of the trace.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = TraceFormat::Text, requires = "trace")]
    trace_format: TraceFormat,

    /// With --follow or --trace: Ctrl-C stops the app.
    #[arg(long)]
    stop_on_exit: bool,

    #[command(flatten)]
    options: wiring::Options,
}

impl Start {
    pub(super) fn execute(self, port: &Port, report: &Report) -> Result<Exit, Failure> {
        let stays = self.follow || self.trace.is_some();
        if self.stop_on_exit && !stays {
            let error =
                anyhow::anyhow!("--stop-on-exit needs --follow or --trace: without them nothing stays");
            return Err(Failure::new(Exit::Usage, error));
        }
        let mut session = port.open()?;
        let profile = app_profile(&mut session, port, "start")?;
        let start = self.options.start(profile, self.trace.is_some())?;
        if !stays {
            session.start_native(&start).map_err(unreachable)?;
            report.done("started", json!({}))?;
            return Ok(Exit::Done);
        }
        let live = follow::Live::new(self.trace, self.trace_format, self.stop_on_exit, report.is_json())?;
        // A trace is more than a log: the faster the line, the less is dropped.
        if live.traces() {
            session.raise_rate().map_err(unreachable)?;
        }
        session.start_native(&start).map_err(unreachable)?;
        live.follow(&mut session, report)
    }
}
