//! `twinboard device stop`, `uninstall` and `reset`

use remote_board::Session;
use serde_json::json;

use super::report::Report;
use crate::{exit::Exit, failure::Failure, target::unreachable};

/// Ends the run.
pub(super) fn stop(session: &mut Session, report: &Report) -> Result<Exit, Failure> {
    session.stop().map_err(unreachable)?;
    report.done("stopped", json!({}))?;
    Ok(Exit::Done)
}

/// Forgets the installed app.
pub(super) fn uninstall(session: &mut Session, report: &Report) -> Result<Exit, Failure> {
    session.uninstall().map_err(unreachable)?;
    report.done("uninstalled", json!({}))?;
    Ok(Exit::Done)
}

/// Restarts the device.
pub(super) fn reset(session: Session, report: &Report) -> Result<Exit, Failure> {
    session.reset().map_err(unreachable)?;
    report.done("restarting", json!({}))?;
    Ok(Exit::Done)
}
