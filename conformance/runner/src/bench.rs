//! Targets in bench mode: the guest runs somewhere else, its calls land on simulated hardware here.

use std::{
    fmt,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
};

use crate::{Capabilities, Job, Seen, Target, TargetError, sim};

/// A device that guests can be run on, one after the other.
type Device = Box<dyn sim_host::Target + Send>;

/// A device, or why it cannot be opened.
type Opened = Result<Device, String>;

/// Boards at the end of lines, with the mock, chips and scenarios of the simulator: their traces must be the
/// simulator's, times included.
pub struct BenchTarget {
    name: String,
    capabilities: Capabilities,
    /// Takes the places where devices that are to be opened are waited for.
    opener: Result<Sender<Sender<Opened>>, String>,
    /// Devices that are open and do nothing.
    idle: Mutex<Vec<Device>>,
}

impl BenchTarget {
    /// The target that reports call `name`, and of which `known/<name>.toml` lists known failures. `open` opens a
    /// device: for the first run, for each more that is to run at the same time, and after a device has failed.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        capabilities: Capabilities,
        open: impl Fn() -> Result<Device, String> + Send + 'static,
    ) -> Self {
        Self { name: name.into(), capabilities, opener: opener(open), idle: Mutex::default() }
    }

    fn open(&self) -> Opened {
        let (device, opened) = mpsc::channel();
        let asked = self.opener.as_ref().map(|opener| opener.send(device)).map_err(Clone::clone)?;
        // The opener is gone if `open` has panicked.
        asked.ok().and_then(|()| opened.recv().ok()).unwrap_or_else(|| Err("it cannot be opened".to_owned()))
    }

    /// Keeps a device that is open already for the first run.
    #[must_use]
    pub fn with(self, device: Device) -> Self {
        self.put_back(device);
        self
    }

    fn put_back(&self, device: Device) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(device);
    }
}

/// Starts the thread that opens devices. It lives as long as the target: the firmware of some devices is a process that
/// ends with the thread that started it (prctl(2), PR_SET_PDEATHSIG).
fn opener(open: impl Fn() -> Opened + Send + 'static) -> Result<Sender<Sender<Opened>>, String> {
    let (opener, asked) = mpsc::channel::<Sender<Opened>>();
    let serve = move || {
        for device in asked {
            // Whoever asked may have been given up meanwhile.
            let _ = device.send(open());
        }
    };
    let started = thread::Builder::new().name("opener".to_owned()).spawn(serve);
    started.map(|_| opener).map_err(|error| format!("no thread to open devices: {error}"))
}

impl fmt::Debug for BenchTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BenchTarget").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Target for BenchTarget {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        self.capabilities.clone()
    }

    fn run(&self, job: &Job) -> Result<Seen, TargetError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut device = match idle {
            Some(device) => device,
            None => self.open().map_err(TargetError::Failed)?,
        };
        // A device that failed or panicked is not asked again: nobody knows in which state it is.
        let seen = sim::run_by(job, |sim| sim.run_on(&mut *device))?;
        self.put_back(device);
        Ok(seen)
    }
}
