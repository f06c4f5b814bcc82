//! What a run shows to the outside while it goes on, and keeps for afterwards.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use device_abi::{
    Function,
    log::Level,
    trace::{Record, Records},
    types::ErrorCode,
};
use hw_core::{Observer, backend::DeviceError};

use crate::{LogLine, Trace};

type OnLog = Box<dyn FnMut(&LogLine) + Send>;
type OnTrace = Box<dyn FnMut(&Record<'_>) + Send>;

/// Bytes of trace that are kept, unless more are asked for: some million calls.
const KEPT_TRACE_BYTES: u64 = 64 * 1024 * 1024;

/// What is to be shown and kept.
pub(crate) struct Wanted {
    pub(crate) keep_log: bool,
    pub(crate) record_trace: bool,
    pub(crate) on_log: Option<OnLog>,
    pub(crate) on_trace: Option<OnTrace>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { keep_log: true, record_trace: true, on_log: None, on_trace: None }
    }
}

impl fmt::Debug for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted")
            .field("keep_log", &self.keep_log)
            .field("record_trace", &self.record_trace)
            .finish_non_exhaustive()
    }
}

/// What has been kept so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Collected(Arc<Mutex<(Vec<LogLine>, Trace)>>);

impl Collected {
    /// Takes it all out.
    pub(crate) fn take(&self) -> (Vec<LogLine>, Trace) {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<LogLine>, Trace)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The simulator's observer of a device.
#[derive(Debug)]
pub(crate) struct Recording {
    wanted: Wanted,
    collected: Collected,
}

impl Recording {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self { wanted, collected: Collected::default() }
    }

    /// Bytes of trace after which the run ends, or `None` if nobody wants one. Without a `limit`, only what is kept has
    /// one, for it takes memory.
    pub(crate) fn trace_bytes(&self, limit: Option<u64>) -> Option<u64> {
        match self.wanted {
            Wanted { record_trace: true, .. } => Some(limit.unwrap_or(KEPT_TRACE_BYTES)),
            Wanted { on_trace: Some(_), .. } => Some(limit.unwrap_or(u64::MAX)),
            _ => None,
        }
    }

    /// Where everything that is to be kept will be.
    pub(crate) fn collected(&self) -> Collected {
        self.collected.clone()
    }
}

impl Observer for Recording {
    fn log(&mut self, line: &hw_core::LogLine<'_>) {
        publish(line);
        if !self.wanted.keep_log && self.wanted.on_log.is_none() {
            return;
        }
        let line = LogLine {
            time_us: line.time_ns / 1000,
            level: line.level,
            text: line.text.to_owned(),
            cut: line.cut,
        };
        if let Some(on_log) = &mut self.wanted.on_log {
            on_log(&line);
        }
        if self.wanted.keep_log {
            self.collected.lock().0.push(line);
        }
    }

    fn error(&mut self, time_ns: u64, function: Function, error: &dyn DeviceError) {
        let (call, code, time_us) = (function.info().full_name, error.code(), time_ns / 1000);
        if code == ErrorCode::NotFound {
            // Mostly a board file that was forgotten or is not the guest's.
            tracing::warn!(target: "twinboard::device", time_us, call, "{error}");
        } else {
            tracing::debug!(target: "twinboard::device", time_us, call, code = code.name(), "{error}");
        }
    }

    fn records(&mut self, records: &[u8]) {
        if let Some(on_trace) = &mut self.wanted.on_trace {
            Records::new(records).for_each(|record| on_trace(&record));
        }
        if self.wanted.record_trace {
            self.collected.lock().1.append(records);
        }
    }
}

/// Passes a guest's message on to whoever listens to `tracing`.
fn publish(line: &hw_core::LogLine<'_>) {
    macro_rules! publish {
        ($level:ident) => {
            tracing::event!(
                target: "twinboard::guest",
                tracing::Level::$level,
                time_us = line.time_ns / 1000,
                app = line.app,
                "{}",
                line.text.escape_debug()
            )
        };
    }
    match line.level {
        Level::Error => publish!(ERROR),
        Level::Warn => publish!(WARN),
        Level::Info => publish!(INFO),
        Level::Debug => publish!(DEBUG),
        Level::Trace => publish!(TRACE),
    }
}
