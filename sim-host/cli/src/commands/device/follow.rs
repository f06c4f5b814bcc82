//! A native run, followed while it goes on.

use remote_board::{End, KeptLine, Session, Watch, Wish};
use serde_json::{Value, json};
use sim_host::{LogLine, StopHandle};

use super::{
    info,
    report::{Report, emit},
};
use crate::{
    exit::Exit,
    failure::Failure,
    guest_log::GuestLog,
    interrupt::Interrupt,
    output::note,
    shared::Shared,
    target::unreachable,
    trace_file::{TraceFile, TraceFormat, TraceTarget},
};

/// Somebody who follows a run at the terminal.
pub(super) struct Live {
    interrupt: Interrupt,
    log: Shared<GuestLog>,
    trace: Option<Shared<TraceFile>>,
    stop_on_exit: bool,
    is_json: bool,
}

impl Live {
    /// Listens to Ctrl-C, and opens the file of the trace.
    pub(super) fn new(
        trace: Option<TraceTarget>,
        format: TraceFormat,
        stop_on_exit: bool,
        is_json: bool,
    ) -> Result<Self, Failure> {
        let said = if stop_on_exit {
            "stopping the app; a second Ctrl-C kills this program"
        } else {
            "leaving; the app goes on"
        };
        let interrupt = Interrupt::listen_saying(StopHandle::new(), said)?;
        let log = Shared::new(GuestLog::new(true, interrupt.clone()));
        let trace = trace.map(|target| TraceFile::create(target, format, interrupt.clone())).transpose()?;
        Ok(Self { interrupt, log, trace: trace.map(Shared::new), stop_on_exit, is_json })
    }

    pub(super) fn traces(&self) -> bool {
        self.trace.is_some()
    }

    /// Follows the run that `session` has started, and says how it ended.
    pub(super) fn follow(self, session: &mut Session, report: &Report) -> Result<Exit, Failure> {
        let interrupt = self.interrupt.clone();
        let stop_on_exit = self.stop_on_exit;
        let wish = move || match interrupt.happened() {
            false => Wish::GoOn,
            true if stop_on_exit => Wish::Stop,
            true => Wish::Leave,
        };
        let followed = session.follow_native(Box::new(self.watch()), &wish);
        // Whatever became of it: what was printed and recorded until then is kept.
        let left = match &followed {
            Ok(None) => session.info().ok().and_then(|status| status.run).map(|run| run.dropped),
            Ok(Some(end)) => Some(end.dropped),
            Err(_) => None,
        };
        let printed = self.log.lock().finish();
        let traced = self.trace.as_ref().map_or(Ok(()), |trace| {
            let mut trace = trace.lock();
            trace.note_dropped(left.map_or(0, |dropped| dropped.trace_bytes));
            trace.finish()
        });
        let end = followed.map_err(unreachable)?;
        printed?;
        traced?;
        match end {
            Some(end) => self.tell_end(&end, report),
            None => {
                if self.is_json {
                    report.done("", json!({ "outcome": Value::Null }))?;
                } else {
                    note("the app goes on; `twinboard device logs --follow` comes back to it");
                }
                Ok(Exit::Interrupted)
            }
        }
    }

    fn watch(&self) -> Watch {
        let (log, is_json, interrupt) = (self.log.clone(), self.is_json, self.interrupt.clone());
        let watch = Watch::default().on_log(move |line| {
            if is_json {
                if emit(&line_json(None, line), &interrupt).is_err() {
                    interrupt.request();
                }
            } else {
                log.lock().print(&LogLine::from(line));
            }
        });
        match self.trace.clone() {
            Some(trace) => watch.on_trace(move |record| trace.lock().write(record)),
            None => watch,
        }
    }

    fn tell_end(&self, end: &End, report: &Report) -> Result<Exit, Failure> {
        let exit = Exit::of_run(&end.outcome, self.interrupt.happened());
        let dropped = info::dropped(&end.dropped);
        if self.is_json {
            report.done(
                "",
                json!({
                    "outcome": end.outcome.to_string(),
                    "time-ns": end.device_time_ns,
                    "activity": end.counters.activity,
                    "dropped": info::dropped_json(&end.dropped),
                    "exit-code": exit.code(),
                }),
            )?;
            return Ok(exit);
        }
        note(&format!(
            "outcome: {} after {} s of device time",
            end.outcome,
            info::seconds(end.device_time_ns)
        ));
        if let Some(dropped) = dropped {
            note(&format!("dropped: {dropped}: the line is slower than what the app has to say"));
        }
        Ok(exit)
    }
}

/// A log line as JSON, with its number where that is known.
pub(super) fn line_json(number: Option<u32>, line: &KeptLine) -> Value {
    let mut object = json!({
        "event": "log",
        "time-ns": line.time_ns,
        "level": line.level.name(),
        "text": line.text,
        "cut": line.cut,
    });
    if let Some(number) = number {
        object["number"] = number.into();
    }
    object
}
