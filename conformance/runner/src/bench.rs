//! Targets in bench mode: the guest runs somewhere else, its calls land on simulated hardware here.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
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
    /// Opens a device, one at a time.
    open: Mutex<Box<dyn Fn() -> Opened + Send>>,
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
        Self { name: name.into(), capabilities, open: Mutex::new(Box::new(open)), idle: Mutex::default() }
    }

    /// Keeps a device that is open already for the first run.
    #[must_use]
    pub fn with(self, device: Device) -> Self {
        self.put_back(device);
        self
    }

    fn put_back(&self, device: Device) {
        lock(&self.idle).push(device);
    }
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
        let idle = lock(&self.idle).pop();
        let mut device = match idle {
            Some(device) => device,
            None => lock(&self.open)().map_err(TargetError::Failed)?,
        };
        // A device that failed or panicked is not asked again: nobody knows in which state it is.
        let seen = sim::run_by(job, |sim| sim.run_on(&mut *device))?;
        self.put_back(device);
        Ok(seen)
    }
}

/// What a mutex holds, whatever became of a thread that held it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
