//! What a guest did with a pin.

use device_abi::{gpio::Level, trace::Value};

use super::Trace;

/// The levels that a guest drove one pin to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpioTraffic {
    levels: Vec<(u64, Level)>,
}

impl GpioTraffic {
    pub(super) fn of(trace: &Trace, number: u32) -> Self {
        let mut levels = Vec::new();
        let mut driven = None;
        for call in trace.resolved().filter(|call| call.pin() == Some(number) && call.succeeded()) {
            let now = match (call.record.function.name, call.record.args.as_slice()) {
                ("open", [_, Value::Case(mode), initial]) if mode.starts_with("output") => level(initial),
                ("write", [_, written]) => level(written),
                ("toggle", _) => driven.map(|level| match level {
                    Level::Low => Level::High,
                    Level::High => Level::Low,
                }),
                ("close", _) => None,
                _ => continue,
            };
            if let Some(level) = now.filter(|_| now != driven) {
                levels.push((call.record.start_us(), level));
            }
            driven = now;
        }
        Self { levels }
    }

    /// The edges as the guest drove them: device time in microseconds and the new level. The first is the level
    /// that the pin was opened with; writing the level that is already driven is no edge.
    ///
    /// Of an open-drain output, high is the line let go. What others do to the line is not in the calls.
    #[must_use]
    pub fn levels(&self) -> &[(u64, Level)] {
        &self.levels
    }
}

fn level(value: &Value<'_>) -> Option<Level> {
    let Value::Case(name) = value else { return None };
    Level::ALL.iter().copied().find(|level| level.name() == *name)
}
