//! Ctrl-C: the first ends the run in good order, the second ends the program.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context;
use nix::sys::signal::{SigSet, Signal};
use sim_host::StopHandle;

use crate::{exit::Exit, failure::Failure, output::note};

/// Whether somebody outside wants the run to end.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    stop: StopHandle,
    happened: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens to Ctrl-C and to requests to terminate, and passes them to `stop`.
    pub(crate) fn listen(stop: StopHandle) -> Result<Self, Failure> {
        Self::listen_saying(stop, "stopping; a second Ctrl-C kills")
    }

    /// The same; `said` is what the first Ctrl-C is answered with.
    pub(crate) fn listen_saying(stop: StopHandle, said: &'static str) -> Result<Self, Failure> {
        let interrupt = Self { stop, happened: Arc::default() };
        let listener = interrupt.clone();
        ctrlc::set_handler(move || {
            if listener.happened() {
                std::process::exit(Exit::Interrupted.code().into());
            }
            listener.request();
            note(said);
        })
        .context("Ctrl-C cannot be listened to")?;
        Ok(interrupt)
    }

    /// Ends the run.
    pub(crate) fn request(&self) {
        self.happened.store(true, Ordering::SeqCst);
        self.stop.stop();
    }

    /// Whether the run was asked to end.
    pub(crate) fn happened(&self) -> bool {
        self.happened.load(Ordering::SeqCst)
    }
}

/// Lets a hangup pass, if whoever started this program has it ignore that (nohup(1)): the listener would take it for a
/// request to terminate. It is called before there are
/// threads, which do as the one that starts them.
pub(crate) fn keep_ignoring_hangups() -> Result<(), Failure> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if ignores_hangups(&status) {
        SigSet::from(Signal::SIGHUP).thread_block().context("SIGHUP cannot be left alone")?;
    }
    Ok(())
}

/// Whether a process of this status ignores hangups: signal 1 is the lowest bit of `SigIgn` (proc(5)).
fn ignores_hangups(status: &str) -> bool {
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_the_processs_status() {
        let status =
            |ignored| format!("Name:\tsh\nSigBlk:\t0000000000000001\nSigIgn:\t{ignored}\nSigCgt:\t1\n");
        assert!(ignores_hangups(&status("0000000000001001")));
        assert!(!ignores_hangups(&status("0000000000001002")));
        assert!(!ignores_hangups(""));
    }
}
