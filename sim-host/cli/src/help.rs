//! What can be done about a board's errors, where their words do not say it already.

use std::io::ErrorKind;

use device_link::LinkError;
use remote_board::{AUTOSTART, LineError, RUN, RemoteError, UNINSTALL};

/// What can be done about an error.
pub(crate) fn of(error: &RemoteError) -> Option<&'static str> {
    match error {
        RemoteError::Refused { asked, error, .. } => refused(asked, error),
        RemoteError::Profile { .. } => Some(PROFILE),
        RemoteError::Line { place, error: LineError::Closed } if place.starts_with("tcp:") => {
            Some("what listens at this address has closed the connection, or has ended")
        }
        RemoteError::Line { error: LineError::Closed, .. } => {
            Some("the cable, or the board's supply; `twinboard device list` shows which ports there are")
        }
        RemoteError::Line { place, error: LineError::Open(error) }
            if place.starts_with("serial:") && error.kind() == ErrorKind::NotFound =>
        {
            Some("`twinboard device list` shows which ports there are")
        }
        RemoteError::Line { place, error: LineError::Open(_) } if place.starts_with("host") => {
            Some("`cargo xtask firmware --board host` builds it")
        }
        RemoteError::GivenUp { asked: RUN, .. } => {
            Some("the app goes on, and `twinboard device logs --follow` comes back to it")
        }
        RemoteError::GivenUp { .. } => Some("try again"),
        _ => None,
    }
}

fn refused(asked: &str, error: &LinkError) -> Option<&'static str> {
    match error {
        LinkError::Running => Some("`twinboard device stop` ends the run"),
        LinkError::NoApp if asked == UNINSTALL => None,
        LinkError::NoApp => Some("`twinboard device install APP.WASM` installs one"),
        LinkError::ModeNotSupported => {
            Some("`twinboard run APP.WASM --target PORT` runs guests there with simulated hardware")
        }
        LinkError::NotSupported if asked == AUTOSTART => {
            Some("apps on this device are lost without power, so it has none to start by itself")
        }
        LinkError::HostBusy => {
            Some("one program at a time can talk to the board; end the other one, or wait for it")
        }
        LinkError::AppDamaged { .. } => {
            Some("install it again; if that does not help, the flash is at its end")
        }
        LinkError::AppTooLarge { .. } => Some("`twinboard device uninstall` may make room"),
        LinkError::ProfileTooLarge | LinkError::UnknownProfile => Some(PROFILE),
        _ => None,
    }
}

const PROFILE: &str = "`twinboard device info` names the profile that it holds; --profile chooses it";
