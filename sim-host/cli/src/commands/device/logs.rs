//! `twinboard device logs`

use std::time::Duration;

use clap::Args;
use remote_board::{KeptLine, LineError, RemoteError, Session, Status, Uptime};
use serde_json::json;
use sim_host::{LogLine, StopHandle};

use super::{
    Port,
    follow::line_json,
    info,
    pace::pause,
    report::{Report, emit},
};
use crate::{
    exit::Exit, failure::Failure, guest_log::GuestLog, interrupt::Interrupt, output::note,
    target::unreachable,
};

/// Prints the log lines that the device has kept.
///
/// With --follow also those that come, until Ctrl-C; when the device restarts or the cable is pulled, it is waited for.
#[derive(Debug, Args)]
pub(super) struct Logs {
    /// Stays, and prints what comes.
    #[arg(long)]
    follow: bool,
}

/// How long is waited for news before the device is asked for its log anyway, and Ctrl-C heard.
const LOOK: Duration = Duration::from_millis(250);

impl Logs {
    pub(super) fn execute(&self, port: &Port, report: &Report) -> Result<Exit, Failure> {
        let mut session = port.open()?;
        if self.follow {
            return Reader::new(report, true)?.follow(session, port);
        }
        let mut reader = Reader::new(report, false)?;
        reader.read(&mut session).map_err(Stopped::into_failure)?;
        reader.log.finish()?;
        if report.is_json() {
            let (lost, lines) = (reader.lost, reader.lines);
            report.done("", json!({ "lost": lost, "next": reader.next, "lines": lines }))?;
        } else if reader.next == 0 {
            note("no log line since the device's start");
        }
        Ok(Exit::Done)
    }
}

/// Somebody who reads a device's log, line after line.
struct Reader<'r> {
    report: &'r Report,
    log: GuestLog,
    interrupt: Interrupt,
    follows: bool,
    /// The number of the next line.
    next: u32,
    /// How long the device had run when it was last asked.
    uptime: Option<Uptime>,
    /// Lines that the device had forgotten before they were read.
    lost: u32,
    /// Lines as JSON, where they are not printed one by one.
    lines: Vec<serde_json::Value>,
}

/// Why reading does not go on.
enum Stopped {
    Remote(RemoteError),
    Failure(Failure),
}

impl Stopped {
    fn into_failure(self) -> Failure {
        match self {
            Self::Remote(error) => unreachable(error),
            Self::Failure(failure) => failure,
        }
    }
}

impl From<RemoteError> for Stopped {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl<'r> Reader<'r> {
    fn new(report: &'r Report, follows: bool) -> Result<Self, Failure> {
        let interrupt = Interrupt::listen_saying(StopHandle::new(), "leaving")?;
        let log = GuestLog::new(follows, interrupt.clone());
        Ok(Self { report, log, interrupt, follows, next: 0, uptime: None, lost: 0, lines: Vec::new() })
    }

    /// Prints what the device has kept and was not printed yet.
    fn read(&mut self, session: &mut Session) -> Result<(), Stopped> {
        loop {
            let logs = session.logs(self.next)?;
            if logs.next < self.next {
                // It numbers from 0 again: it was quicker than its uptime can tell.
                self.tell_restart(None, None)?;
                session.info()?;
                self.uptime = session.uptime();
                continue;
            }
            if logs.first > self.next {
                self.tell_lost(self.next, logs.first)?;
            }
            let is_last = logs.lines.is_empty();
            self.next = logs.first;
            for line in &logs.lines {
                self.print(line)?;
                self.next += 1;
            }
            if is_last || self.next >= logs.next || self.interrupt.happened() {
                return Ok(());
            }
        }
    }

    fn print(&mut self, line: &KeptLine) -> Result<(), Failure> {
        if !self.report.is_json() {
            self.log.print(&LogLine::from(line));
            return Ok(());
        }
        let object = line_json(Some(self.next), line);
        if self.follows {
            return emit(&object, &self.interrupt);
        }
        self.lines.push(object);
        Ok(())
    }

    fn tell_lost(&mut self, from: u32, to: u32) -> Result<(), Failure> {
        self.lost += to - from;
        let text = match to - from {
            1 => format!("line {from} is lost: the device keeps the newest ones only"),
            _ => format!("lines {from} to {} are lost: the device keeps the newest ones only", to - 1),
        };
        match self.report.is_json() && !self.follows {
            // The one object says so.
            true => Ok(()),
            false => self.report.event(
                &text,
                &json!({ "event": "lost", "from": from, "to": to - 1 }),
                &self.interrupt,
            ),
        }
    }

    /// Reads until Ctrl-C. The first session is there; later ones are waited for.
    fn follow(mut self, session: Session, port: &Port) -> Result<Exit, Failure> {
        let mut session = Some(session);
        while !self.interrupt.happened() {
            let Some(mut open) = session.take().map_or_else(|| self.wait_for(port), |open| Ok(Some(open)))?
            else {
                break;
            };
            match self.stay(&mut open) {
                Ok(()) => break,
                Err(Stopped::Failure(failure)) => return Err(failure),
                // There is a session with it already.
                Err(Stopped::Remote(RemoteError::Restarted { ran_ms, said, .. })) => {
                    self.tell_restart(ran_ms, said.as_deref())?;
                    session = Some(open);
                }
                // Nor has it forgotten its log.
                Err(Stopped::Remote(RemoteError::GivenUp { .. })) => session = Some(open),
                Err(Stopped::Remote(error)) if port.is_own_process() => return Err(unreachable(error)),
                Err(Stopped::Remote(error)) => {
                    let text = format!("{error}; waiting for the device");
                    self.report.event(
                        &text,
                        &json!({ "event": "gone", "error": error.to_string() }),
                        &self.interrupt,
                    )?;
                }
            }
        }
        self.log.finish()?;
        Ok(Exit::Done)
    }

    /// Reads, and waits for more, as long as the device is there.
    fn stay(&mut self, session: &mut Session) -> Result<(), Stopped> {
        session.info()?;
        self.uptime = session.uptime();
        loop {
            self.read(session)?;
            if self.interrupt.happened() {
                return Ok(());
            }
            if session.wait_for_news(LOOK)? {
                // Its last words first.
                self.read(session)?;
                self.tell_end(&session.info()?)?;
            }
        }
    }

    /// Says that the device has restarted, after so long, with these last words: its lines are numbered from 0 again.
    fn tell_restart(&mut self, ran_ms: Option<u64>, said: Option<&str>) -> Result<(), Failure> {
        self.next = 0;
        let because = said.map(|said| format!(", because its firmware failed ({said})")).unwrap_or_default();
        let object = json!({ "event": "restarted", "ran-ms": ran_ms, "said": said });
        self.report.event(&format!("the device has restarted{because}"), &object, &self.interrupt)
    }

    fn tell_end(&mut self, status: &Status) -> Result<(), Failure> {
        let Some((outcome, time_ns)) = &status.last_end else { return Ok(()) };
        let text = format!("outcome: {outcome} after {} s of device time", info::seconds(*time_ns));
        let object = json!({ "event": "ended", "outcome": outcome.to_string(), "time-ns": time_ns });
        self.report.event(&text, &object, &self.interrupt)
    }

    /// Whether the device has restarted since it was last asked: then its lines are numbered from 0 again.
    fn has_restarted(&mut self, session: &Session) -> bool {
        let now = session.uptime();
        let before = std::mem::replace(&mut self.uptime, now);
        let restarted = before.zip(now).is_some_and(|(before, now)| now.restarted_since(&before).is_some());
        if restarted {
            self.next = 0;
        }
        restarted
    }

    /// Says once what is in the way of a session, if it is something else than that nobody is there.
    fn tell_obstacle(&self, error: &RemoteError, told: &mut String) -> Result<(), Failure> {
        let absent = match error {
            RemoteError::Line { error, .. } => {
                !matches!(error, LineError::Busy | LineError::NotAllowed(_) | LineError::NoPort)
            }
            RemoteError::Silent { .. } => true,
            _ => false,
        };
        let text = error.to_string();
        if absent || *told == text {
            return Ok(());
        }
        self.report.event(&text, &json!({ "event": "gone", "error": text }), &self.interrupt)?;
        *told = text;
        Ok(())
    }

    /// Waits until the device is there again; `None` after Ctrl-C.
    fn wait_for(&mut self, port: &Port) -> Result<Option<Session>, Failure> {
        let mut told = String::new();
        while !self.interrupt.happened() {
            let mut session = match port.try_open() {
                Ok(session) => session,
                Err(error) => {
                    self.tell_obstacle(&error, &mut told)?;
                    pause();
                    continue;
                }
            };
            let Ok(status) = session.info() else { continue };
            let restarted = self.has_restarted(&session);
            let text = match restarted {
                true => format!("the device is there again; it restarted {} s ago", status.uptime_ms / 1000),
                false => "the device is there again".to_owned(),
            };
            let object = json!({ "event": "back", "restarted": restarted, "uptime-ms": status.uptime_ms });
            self.report.event(&text, &object, &self.interrupt)?;
            return Ok(Some(session));
        }
        Ok(None)
    }
}
