//! What comes while a run goes on, and what is to be done about it.

use device_link::{
    Arrival, Credit, DecodeError, Ended, Event, Header, Inbox, Kind, Known, LinkError, Message, Repeats,
    Reply, ToHost,
};
use hw_core::{LogLine, Observer, backend::DeviceError};

use crate::{End, serve::Server};

/// Bytes of events after which the device gets credit, even if the half of its window is not used: it keeps about
/// 6 KB of them.
const CREDIT_BYTES: usize = 2 * 1024;

/// The longest record that is believed, bytes: a call that transfers as much as any profile allows, and some.
const LONGEST_RECORD: usize = 1024 * 1024;

/// Bytes of a record's length, and of the shortest record ([`device_abi::trace`]).
const LENGTH_BYTES: usize = 4;

/// A run that goes on.
pub(crate) struct Run {
    /// The host's hardware, in bench mode.
    server: Option<Server>,
    observer: Box<dyn Observer>,
    /// The beginning of a record whose end has not come.
    records: Vec<u8>,
    /// Bytes of events since the last credit.
    uncredited: usize,
    /// Whether the device is to end it.
    pub(crate) is_stopping: bool,
}

/// What has come in the session so far.
pub(crate) struct Seen {
    pub(crate) inbox: Inbox,
    pub(crate) calls: Repeats<()>,
    /// The frame of the answer to the last call.
    pub(crate) answer: Vec<u8>,
}

/// What is to be done about a message.
pub(crate) enum Step {
    /// Send the answer to the last call.
    Answer,
    /// Give credit, with this number.
    Credit(u16, Credit),
    /// The request of this number has its reply.
    Reply(u16),
    /// The device knows of no session.
    Lost,
    /// The device says what makes no sense.
    Confused(&'static str),
    /// The run is over.
    Ended(Box<End>),
    Nothing,
}

impl Run {
    pub(crate) fn new(server: Option<Server>, observer: Box<dyn Observer>) -> Self {
        Self { server, observer, records: Vec::new(), uncredited: 0, is_stopping: false }
    }

    /// Takes a message whose payload has `bytes`, for a device that takes payloads of `limit` bytes.
    pub(crate) fn take(
        &mut self,
        message: Result<Message<ToHost<'_>>, DecodeError>,
        bytes: usize,
        seen: &mut Seen,
        limit: usize,
    ) -> Step {
        let message = match message {
            Ok(message) => message,
            Err(DecodeError::Malformed(Header { kind: Kind::Call, number, .. })) => {
                return answer_to(number, seen, |frame| Server::refuse(number, limit, frame));
            }
            Err(DecodeError::Malformed(Header { kind: Kind::Event, .. })) => {
                return Step::Confused("the device has sent an event that cannot be read");
            }
            Err(_) => return Step::Nothing,
        };
        let number = message.number;
        match &message.body {
            ToHost::Call(call) => answer_to(number, seen, |frame| match &mut self.server {
                Some(server) => server.serve(number, call, limit, frame),
                None => Server::refuse(number, limit, frame),
            }),
            ToHost::Event(event) => {
                let arrival = seen.inbox.look(number);
                if arrival == Arrival::Next {
                    match self.event(event) {
                        Step::Nothing => self.uncredited += bytes,
                        other => return other,
                    }
                }
                let due = (self.uncredited >= CREDIT_BYTES).then(|| seen.inbox.now(false));
                let credit = due.or_else(|| seen.inbox.credit(arrival));
                credit.map_or(Step::Nothing, |(number, credit)| {
                    self.uncredited = 0;
                    Step::Credit(number, credit)
                })
            }
            ToHost::Reply(Reply::Failed(LinkError::NoHello)) => Step::Lost,
            ToHost::Reply(_) => Step::Reply(number),
            _ => Step::Nothing,
        }
    }

    fn event(&mut self, event: &Event<'_>) -> Step {
        match event {
            Event::Log(line) => {
                let device_link::LogLine { time_ns, app, level, text, cut } = *line;
                self.observer.log(&LogLine { time_ns, app, level, text, cut });
            }
            Event::Trace(bytes) => {
                self.records.extend_from_slice(bytes);
                let Some(whole) = whole_records(&self.records) else {
                    return Step::Confused("the device has sent a trace that is none");
                };
                if whole > 0 {
                    self.observer.records(&self.records[..whole]);
                    self.records.drain(..whole);
                }
            }
            Event::Error { time_ns, function, code } => {
                match self.server.as_mut().and_then(|server| server.next_error(*code)) {
                    Some(error) => self.observer.error(*time_ns, *function, &*error),
                    None => self.observer.error(*time_ns, *function, &Reported(*code)),
                }
            }
            Event::Ended(_) if !self.records.is_empty() => {
                return Step::Confused("the device has sent a trace that ends within a record");
            }
            Event::Ended(ended) => return Step::Ended(Box::new(end(ended))),
            // Nothing goes on after a panic; whoever received it has seen to that.
            Event::Panic { .. } => {}
        }
        Step::Nothing
    }
}

/// Serves a call that is new; the answer to one that is repeated is there.
fn answer_to(number: u16, seen: &mut Seen, serve: impl FnOnce(&mut Vec<u8>)) -> Step {
    match seen.calls.look(number) {
        Known::Old => Step::Nothing,
        Known::Answered(()) => Step::Answer,
        Known::New => {
            serve(&mut seen.answer);
            seen.calls.answered(());
            Step::Answer
        }
    }
}

/// Bytes of the records that are whole: each begins with its own length ([`device_abi::trace`]). `None` if what
/// follows them cannot be a record.
pub(crate) fn whole_records(bytes: &[u8]) -> Option<usize> {
    let mut whole = 0;
    while let Some(length) = bytes.get(whole..).and_then(<[u8]>::first_chunk::<LENGTH_BYTES>) {
        let length = u32::from_le_bytes(*length) as usize;
        if !(LENGTH_BYTES..=LONGEST_RECORD).contains(&length) {
            return None;
        }
        if length > bytes.len() - whole {
            break;
        }
        whole += length;
    }
    Some(whole)
}

fn end(ended: &Ended<'_>) -> End {
    End {
        outcome: ended.outcome.to_outcome(),
        device_time_ns: ended.time_ns,
        counters: ended.counters,
        dropped: ended.dropped,
        heap: ended.heap,
    }
}

/// An error of which only the code is known.
#[derive(Debug)]
struct Reported(device_abi::types::ErrorCode);

impl DeviceError for Reported {
    fn code(&self) -> device_abi::types::ErrorCode {
        self.0
    }
}

impl std::fmt::Display for Reported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, by the device's word", self.0.name())
    }
}

impl std::error::Error for Reported {}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(bytes: u32) -> Vec<u8> {
        let mut record = bytes.to_le_bytes().to_vec();
        record.resize(bytes as usize, 7);
        record
    }

    #[test]
    fn records_are_taken_whole() {
        let both = [record(20), record(9)].concat();
        assert_eq!(whole_records(&both), Some(29));
        assert_eq!(whole_records(&both[..28]), Some(20));
        assert_eq!(whole_records(&both[..22]), Some(20));
        assert_eq!(whole_records(&both[..3]), Some(0));
    }

    #[test]
    fn lengths_that_cannot_be_are_no_trace() {
        assert_eq!(whole_records(&[record(20), vec![0; 8]].concat()), None);
        assert_eq!(whole_records(&[0xff; 8]), None);
        assert_eq!(whole_records(&3_u32.to_le_bytes()), None);
    }
}
