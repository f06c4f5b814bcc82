//! Ctrl-C: the first ends the run in good order, the second ends the program.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context;
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
