//! What the board did.

use device_link::{Dropped, Event, Receiver, Reply, ToHost, decode};

use crate::fake::MS;

/// What was told of a run, and what not.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) log_lines: u32,
    pub(crate) trace_bytes: u64,
    /// By the run's end.
    pub(crate) dropped: Dropped,
}

/// What the board did.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// What it sent: when, at what rate.
    pub(crate) sent: Vec<(u64, u32, Vec<u8>)>,
    /// When it changed the rate, milliseconds, and to what.
    pub(crate) rates: Vec<(u64, u32)>,
    /// When it was over, milliseconds.
    pub(crate) over_ms: u64,
    /// The longest time without a sign of life to the watchdog, milliseconds.
    pub(crate) hungry_ms: u64,
}

impl Heard {
    /// All messages, in words: when, at what rate, what.
    pub(crate) fn messages(&self) -> Vec<(u64, u32, String)> {
        let mut receiver = Receiver::new([0; 4096]);
        let mut messages = Vec::new();
        for (at_ms, baud, bytes) in &self.sent {
            let mut input = &bytes[..];
            while let Some(payload) = receiver.next_payload(&mut input) {
                let text = match decode::<ToHost<'_>>(payload).unwrap().body {
                    ToHost::Hello(_) => "hello".to_owned(),
                    ToHost::Reply(Reply::Info(info)) => {
                        format!("info, {:?}", info.line_rate.map(|rate| rate.now))
                    }
                    ToHost::Reply(reply) => format!("{reply:?}"),
                    ToHost::Event(Event::Ended(ended)) => {
                        format!("{} at {} ms", ended.outcome.to_outcome(), ended.time_ns / MS)
                    }
                    ToHost::Event(Event::Log(line)) => {
                        format!("log {} at {} ms", line.text, line.time_ns / MS)
                    }
                    other => format!("{other:?}"),
                };
                messages.push((*at_ms, *baud, text));
            }
        }
        messages
    }

    /// How often this was sent.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.messages().iter().filter(|message| message.2 == text).count()
    }

    /// What the last info said of the app.
    pub(crate) fn app(&self) -> String {
        let mut receiver = Receiver::new([0; 4096]);
        let mut app = None;
        for (_, _, bytes) in &self.sent {
            let mut input = &bytes[..];
            while let Some(payload) = receiver.next_payload(&mut input) {
                if let ToHost::Reply(Reply::Info(info)) = decode::<ToHost<'_>>(payload).unwrap().body {
                    app = Some(info.app.map_or("none".to_owned(), |entry| {
                        let autostart = if entry.autostart { "autostart, " } else { "" };
                        let state = format!("{:?}", entry.state).to_lowercase();
                        format!("{state}, {autostart}{} failed", entry.failed_starts)
                    }));
                }
            }
        }
        app.unwrap_or_else(|| panic!("no info in {:#?}", self.messages()))
    }

    /// What was told of the run.
    pub(crate) fn told(&self) -> Told {
        let mut receiver = Receiver::new([0; 4096]);
        let mut told = Told::default();
        for (_, _, bytes) in &self.sent {
            let mut input = &bytes[..];
            while let Some(payload) = receiver.next_payload(&mut input) {
                match decode::<ToHost<'_>>(payload).unwrap().body {
                    ToHost::Event(Event::Log(_)) => told.log_lines += 1,
                    ToHost::Event(Event::Trace(bytes)) => told.trace_bytes += bytes.len() as u64,
                    ToHost::Event(Event::Ended(ended)) => told.dropped = ended.dropped,
                    _ => {}
                }
            }
        }
        told
    }

    /// How the last run ended, by the last info.
    pub(crate) fn last_end(&self) -> String {
        let mut receiver = Receiver::new([0; 4096]);
        let mut end = None;
        for (_, _, bytes) in &self.sent {
            let mut input = &bytes[..];
            while let Some(payload) = receiver.next_payload(&mut input) {
                if let ToHost::Reply(Reply::Info(info)) = decode::<ToHost<'_>>(payload).unwrap().body {
                    end = info.last_end.map(|end| end.outcome.to_outcome().to_string());
                }
            }
        }
        end.unwrap_or_else(|| panic!("no end in {:#?}", self.messages()))
    }

    /// When this was sent first, milliseconds.
    #[track_caller]
    pub(crate) fn when(&self, text: &str) -> u64 {
        let messages = self.messages();
        let found = messages.iter().find(|message| message.2 == text);
        found.unwrap_or_else(|| panic!("no `{text}` in {messages:#?}")).0
    }
}
