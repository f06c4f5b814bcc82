//! The log lines that a device has kept.

use std::time::Duration;

use device_abi::log::Level;
use device_link::{Event, Message, Request, ToHost};

use crate::{RemoteError, Session, answer::Answer};

/// A message of the guest's that the device has kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// Start of the call that wrote it, nanoseconds of device time.
    pub time_ns: u64,
    /// Which app wrote it.
    pub app: u8,
    /// How much it matters.
    pub level: Level,
    /// The text.
    pub text: String,
    /// How many bytes were cut off.
    pub cut: u32,
}

/// Log lines that a device has kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logs {
    /// The number of the first of them; lines are numbered from 0 since the device's start.
    pub first: u32,
    /// The number that the next written line will have.
    pub next: u32,
    /// The lines, one number after the other.
    pub lines: Vec<KeptLine>,
}

impl Session {
    /// Log lines that the device has kept, from number `first` on, as many as fit into a message. Those that it has
    /// forgotten are left out: the reply then begins with a higher number.
    ///
    /// # Errors
    /// The device does not keep any, or does not answer.
    pub fn logs(&mut self, first: u32) -> Result<Logs, RemoteError> {
        match self.ask("question for the log", &Request::Logs { first })? {
            Answer::Logs(logs) => Ok(logs),
            _ => Err(self.confused("the device replies to another question than the one for its log")),
        }
    }

    /// Waits until the device tells something of its run, at most for `patience`; whether the run ended. What it tells is
    /// taken and forgotten: the log is read by [`logs`](Self::logs).
    ///
    /// # Errors
    /// The line has failed, or the device.
    pub fn wait_for_news(&mut self, patience: Duration) -> Result<bool, RemoteError> {
        self.drops_events = true;
        if self.rate.is_raised() && self.now_ms() - self.frames.sent_ms() >= crate::rate::ALIVE_MS {
            self.info()?;
        }
        if !self.has_ended {
            let heard = self.next(patience, |message, _| match message {
                Ok(Message { number, body: ToHost::Event(event), .. }) => {
                    Some((number, matches!(event, Event::Ended(_))))
                }
                _ => None,
            });
            if let Some(Some((number, ended))) = heard.map_err(|error| self.explained("run", error))? {
                self.drop_event(number, ended)?;
            }
        }
        Ok(std::mem::take(&mut self.has_ended))
    }
}

impl From<device_link::LogLine<'_>> for KeptLine {
    fn from(line: device_link::LogLine<'_>) -> Self {
        let device_link::LogLine { time_ns, app, level, text, cut } = line;
        Self { time_ns, app, level, text: text.to_owned(), cut }
    }
}

impl From<&KeptLine> for sim_host::LogLine {
    fn from(line: &KeptLine) -> Self {
        Self { time_us: line.time_ns / 1_000, level: line.level, text: line.text.clone(), cut: line.cut }
    }
}
