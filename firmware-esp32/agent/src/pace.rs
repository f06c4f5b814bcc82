//! Stopping: what looks at the line while a guest sleeps or computes.

use device_abi::{Halt, Limit};
use hw_core::{Pace, Stopped};
use wasm3_engine::Watch;

use crate::agent::Shared;

/// Bench mode's time: jumps over every wait, but may be stopped.
#[derive(Debug)]
pub(crate) struct BenchPace(pub(crate) Shared);

impl Pace for BenchPace {
    fn is_real(&self) -> bool {
        false
    }

    fn wait(&mut self, now_ns: u64, _until_ns: u64) -> Result<(), Stopped> {
        let stopped = self.0.with(|agent| {
            agent.desk.run_is_at(now_ns);
            agent.poll_stop()
        });
        if stopped { Err(Stopped) } else { Ok(()) }
    }
}

/// Ends a guest that computes for too long, or that the host wants no more.
#[derive(Debug)]
pub(crate) struct Watchdog {
    shared: Shared,
    limit_ns: Option<u64>,
    /// The device's activity when the stretch of mere computing began, and when that was seen.
    stretch: (u64, u64),
}

impl Watchdog {
    pub(crate) fn new(shared: Shared, limit_ms: Option<u32>) -> Self {
        let limit_ns = limit_ms.map(|ms| u64::from(ms) * 1_000_000);
        Self { shared, limit_ns, stretch: (u64::MAX, 0) }
    }
}

impl Watch for Watchdog {
    fn check(&mut self, activity: u64) -> Result<(), Halt> {
        let (stopped, now_ns) = self.shared.with(|agent| {
            let stopped = agent.poll_stop();
            (stopped, agent.desk.out.board.now_ns())
        });
        if stopped {
            return Err(Halt::Stopped);
        }
        if activity != self.stretch.0 {
            self.stretch = (activity, now_ns);
        }
        match self.limit_ns {
            Some(limit_ns) if now_ns - self.stretch.1 >= limit_ns => Err(Halt::Limit(Limit::Compute)),
            _ => Ok(()),
        }
    }
}
