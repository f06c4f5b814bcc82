//! Who watches a run on a board and wants to be called.

use std::fmt;

use device_abi::{
    Function,
    trace::{Record, Records},
};
use hw_core::{LogLine, Observer, backend::DeviceError};

use crate::KeptLine;

type OnLog = Box<dyn FnMut(&KeptLine) + Send>;
type OnTrace = Box<dyn FnMut(&Record<'_>) + Send>;

/// An observer of a run that calls whom it is told to. By default nobody.
#[derive(Default)]
pub struct Watch {
    on_log: Option<OnLog>,
    on_trace: Option<OnTrace>,
}

impl Watch {
    /// Calls `on_log` with each message.
    #[must_use]
    pub fn on_log(self, on_log: impl FnMut(&KeptLine) + Send + 'static) -> Self {
        Self { on_log: Some(Box::new(on_log)), ..self }
    }

    /// Calls `on_trace` with each record of the trace.
    #[must_use]
    pub fn on_trace(self, on_trace: impl FnMut(&Record<'_>) + Send + 'static) -> Self {
        Self { on_trace: Some(Box::new(on_trace)), ..self }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Observer for Watch {
    fn log(&mut self, line: &LogLine<'_>) {
        if let Some(on_log) = &mut self.on_log {
            let LogLine { time_ns, app, level, text, cut } = *line;
            on_log(&KeptLine { time_ns, app, level, text: text.to_owned(), cut });
        }
    }

    fn error(&mut self, _time_ns: u64, _function: Function, _error: &dyn DeviceError) {
        // The trace has the codes, and a device in native mode knows no more.
    }

    fn records(&mut self, records: &[u8]) {
        if let Some(on_trace) = &mut self.on_trace {
            Records::new(records).for_each(|record| on_trace(&record));
        }
    }
}
