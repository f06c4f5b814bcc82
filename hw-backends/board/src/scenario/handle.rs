//! The two ends of a scenario that plays: the device's, and that of whoever started it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use device_abi::Outcome;
use hw_core::{
    LogLine,
    backend::{Line, Outlook, Outside},
};

use super::{ScenarioReport, player::Player};

/// A scenario that plays around a device. Copies share it.
#[derive(Debug, Clone)]
pub struct ScenarioHandle(Arc<Mutex<Player>>);

impl ScenarioHandle {
    pub(super) fn new(player: Player) -> Self {
        Self(Arc::new(Mutex::new(player)))
    }

    /// Calls `on_edge` with device time in nanoseconds, pin and line, whenever the scenario gives a line another level or
    /// another holder: also when the guest drives it, and both are in each other's way. It must not use the handle.
    pub fn on_edge(&self, on_edge: impl FnMut(u64, u32, Line) + Send + 'static) {
        self.lock().world.on_edge(Box::new(on_edge));
    }

    /// What became of the scenario in a run that ended at `end_ns` of device time, with `outcome`.
    #[must_use]
    pub fn report(&self, end_ns: u64, outcome: &Outcome) -> ScenarioReport {
        self.lock().report(end_ns, outcome)
    }

    /// The player. Whoever panicked while they held it has left it whole.
    fn lock(&self) -> MutexGuard<'_, Player> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outside for ScenarioHandle {
    fn outlook(&self) -> Outlook {
        self.lock().outlook()
    }

    fn advance(&mut self, now_ns: u64) {
        self.lock().advance(now_ns);
    }

    fn saw_call(&mut self, at_ns: u64, record: &[u8]) {
        self.lock().saw_call(at_ns, record);
    }

    fn saw_log(&mut self, line: &LogLine<'_>) {
        self.lock().saw_log(line);
    }
}
