//! A session with a device: hello, questions and replies.

use std::time::Duration;

use device_abi::ABI_VERSION;
use device_link::{
    Asking, DecodeError, DeviceHello, Event, GIVE_UP_MS, Header, Heap, HostHello, Inbox, Kind, LinkError,
    Message, Modes, Next, Repeats, Reply, Request, SMALLEST_LIMIT, ToDevice, ToHost, bench_payload, decode,
};

use crate::{
    Line, LineError, RemoteError, Status,
    agreement::disagreement,
    frames::{Frames, SendError},
};

/// The longest payload that the host takes and sends, bytes: enough for the transfers of any profile a chip can serve.
const MAX_PAYLOAD: usize = bench_payload(4096);

/// How many events may be on their way.
const WINDOW: u16 = 32;

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// 1 to 16 bytes that tell it from others.
    pub device_id: Vec<u8>,
    /// What board it is.
    pub board: String,
    /// The firmware's version.
    pub firmware: String,
    /// The engine that runs guests, and its version.
    pub engine: (String, String),
    /// How it can run guests.
    pub modes: Modes,
    /// Whether an installed app outlives a loss of power.
    pub persistent: bool,
    /// Its memory at the hello.
    pub heap: Heap,
    /// The largest profile that it can hold.
    pub profile: String,
    /// The longest payload that it takes, bytes.
    pub max_payload: usize,
}

/// A session with a device.
#[derive(Debug)]
pub struct Session {
    frames: Frames,
    place: String,
    device: Device,
    next_number: u16,
    /// The events of the session.
    pub(crate) inbox: Inbox,
    /// The device's calls.
    pub(crate) calls: Repeats<()>,
    /// The frame of the answer to the last of them.
    pub(crate) answer: Vec<u8>,
}

impl Session {
    /// Says hello over `line`; `place` names it in messages. What the device did for another host before, it does no
    /// longer.
    ///
    /// # Errors
    /// Nobody answers, or nobody who speaks this protocol.
    pub fn open(line: Box<dyn Line>, place: &str) -> Result<Self, RemoteError> {
        let mut session = Self {
            frames: Frames::new(line, MAX_PAYLOAD),
            place: place.to_owned(),
            device: Device {
                device_id: Vec::new(),
                board: String::new(),
                firmware: String::new(),
                engine: (String::new(), String::new()),
                modes: Modes::default(),
                persistent: false,
                heap: Heap::default(),
                profile: String::new(),
                max_payload: SMALLEST_LIMIT,
            },
            // Not the number that an answer to nobody has.
            next_number: 1,
            inbox: Inbox::new(WINDOW),
            calls: Repeats::new(),
            answer: Vec::new(),
        };
        session.hello()?;
        Ok(session)
    }

    /// Who is at the other end.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// How the device is.
    ///
    /// # Errors
    /// It does not say.
    pub fn info(&mut self) -> Result<Status, RemoteError> {
        match self.ask("question", &Request::Info)? {
            Answer::Info(status) => Ok(*status),
            _ => Err(self.confused("the device replies to another question")),
        }
    }

    /// Restarts the device; the session is over.
    ///
    /// # Errors
    /// It does not do it.
    pub fn reset(mut self) -> Result<(), RemoteError> {
        self.ask("reset", &Request::Reset).map(drop)
    }

    /// Forgets the installed app.
    ///
    /// # Errors
    /// There is none, or the device does not answer.
    pub fn uninstall(&mut self) -> Result<(), RemoteError> {
        self.ask("uninstall", &Request::Uninstall).map(drop)
    }

    /// Begins a new session over the same line, after one that has failed.
    pub(crate) fn renew(&mut self) -> Result<(), RemoteError> {
        (self.inbox, self.calls) = (Inbox::new(WINDOW), Repeats::new());
        self.hello()
    }

    fn hello(&mut self) -> Result<(), RemoteError> {
        let number = self.number();
        let before = self.frames.bytes();
        let hello = HostHello { abi_version: ABI_VERSION, max_payload: MAX_PAYLOAD as u32, window: WINDOW };
        self.send(number, ToDevice::Hello(hello))?;
        let mut asking = Asking::new(number, self.now_ms());
        let mut understood = false;
        loop {
            let wait_ms = match asking.next(self.now_ms()) {
                Next::WaitUntil(ms) => ms.saturating_sub(self.now_ms()),
                Next::Repeat => {
                    self.send(number, ToDevice::Hello(hello))?;
                    continue;
                }
                Next::GiveUp if self.frames.bytes() > before && !understood => {
                    return Err(RemoteError::Foreign {
                        place: self.place.clone(),
                        bytes: self.frames.bytes() - before,
                    });
                }
                Next::GiveUp => return Err(self.silent("hello")),
            };
            let heard = self.frames.next(Duration::from_millis(wait_ms), |payload| hear(payload, number));
            match heard.map_err(|error| self.failed(error))? {
                Some(Heard::Hello(device)) => {
                    self.device = device;
                    return Ok(());
                }
                Some(Heard::Busy) => return Err(self.refused("hello", LinkError::HostBusy)),
                Some(Heard::Version(theirs)) => {
                    return Err(RemoteError::Version { place: self.place.clone(), theirs });
                }
                Some(Heard::Unlike(what)) => return Err(self.confused(what)),
                Some(Heard::Panic(text)) => {
                    return Err(RemoteError::Panic { place: self.place.clone(), text });
                }
                Some(Heard::Other) => understood = true,
                None => {}
            }
        }
    }

    /// Asks, and waits for the reply.
    pub(crate) fn ask(&mut self, asked: &'static str, request: &Request<'_>) -> Result<Answer, RemoteError> {
        let number = self.number();
        self.ask_as(number, asked, request)
    }

    /// Asks under a number of the caller's, which was not used before.
    pub(crate) fn ask_as(
        &mut self,
        number: u16,
        asked: &'static str,
        request: &Request<'_>,
    ) -> Result<Answer, RemoteError> {
        self.send(number, ToDevice::Request(*request))?;
        let mut asking = Asking::new(number, self.now_ms());
        loop {
            let wait = match asking.next(self.now_ms()) {
                Next::WaitUntil(ms) => ms.saturating_sub(self.now_ms()),
                Next::Repeat => {
                    self.send(number, ToDevice::Request(*request))?;
                    continue;
                }
                Next::GiveUp => return Err(self.silent(asked)),
            };
            let answer = self.next(Duration::from_millis(wait), |message, _| match message {
                Ok(Message { number: own, body: ToHost::Reply(reply), .. }) if own == number => {
                    Some(Answer::of(&reply))
                }
                _ => None,
            })?;
            match answer.flatten() {
                None => {}
                Some(Answer::Failed(error)) => return Err(self.refused(asked, error)),
                Some(answer) => return Ok(answer),
            }
        }
    }

    /// A number for the next question.
    pub(crate) fn number(&mut self) -> u16 {
        let number = self.next_number;
        self.next_number = number.wrapping_add(1);
        number
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, number: u16, body: ToDevice<'_>) -> Result<(), RemoteError> {
        let limit = self.limit();
        self.frames.send(number, body, limit).map_err(|error| match error {
            SendError::TooLong => RemoteError::TooLong { place: self.place.clone(), limit },
            SendError::Line(error) => self.failed(error),
        })
    }

    /// Sends the answer to the device's last call, for the first time or again.
    pub(crate) fn send_answer(&mut self) -> Result<(), RemoteError> {
        let sent = self.frames.send_frame(&self.answer);
        sent.map_err(|error| self.failed(error))
    }

    /// The longest payload that the device takes.
    pub(crate) fn limit(&self) -> usize {
        self.device.max_payload.min(MAX_PAYLOAD)
    }

    /// Waits for the next message and gives it to `read`; `None` if none has come when `timeout` is over. What cannot
    /// be decoded is given as its error. A panic of the firmware ends it all.
    pub(crate) fn next<T>(
        &mut self,
        timeout: Duration,
        read: impl FnOnce(Result<Message<ToHost<'_>>, DecodeError>, usize) -> T,
    ) -> Result<Option<T>, RemoteError> {
        let received = self.frames.next(timeout, |payload| match decode::<ToHost<'_>>(payload) {
            Ok(Message { body: ToHost::Event(Event::Panic { text }), .. }) => Err(text.to_owned()),
            message => Ok(read(message, payload.len())),
        });
        match received {
            Err(error) => Err(self.failed(error)),
            Ok(Some(Err(text))) => Err(RemoteError::Panic { place: self.place.clone(), text }),
            Ok(Some(Ok(value))) => Ok(Some(value)),
            Ok(None) => Ok(None),
        }
    }

    /// When the last bytes came, milliseconds as in [`now_ms`](Self::now_ms).
    pub(crate) fn last_ms(&self) -> u64 {
        self.frames.last_ms()
    }

    pub(crate) fn refused(&self, asked: &'static str, error: LinkError) -> RemoteError {
        RemoteError::Refused { place: self.place.clone(), asked, error }
    }

    pub(crate) fn failed(&self, error: LineError) -> RemoteError {
        RemoteError::Line { place: self.place.clone(), error }
    }

    pub(crate) fn silent(&self, asked: &'static str) -> RemoteError {
        RemoteError::Silent { place: self.place.clone(), asked, waited_ms: GIVE_UP_MS }
    }

    pub(crate) fn lost(&self) -> RemoteError {
        RemoteError::Lost { place: self.place.clone() }
    }

    pub(crate) fn confused(&self, what: &'static str) -> RemoteError {
        RemoteError::Confused { place: self.place.clone(), what }
    }

    /// Milliseconds since the line was opened.
    pub(crate) fn now_ms(&self) -> u64 {
        self.frames.now_ms()
    }
}

/// What came while a hello waits for its reply.
enum Heard {
    Hello(Device),
    Busy,
    Version(u16),
    Panic(String),
    /// A device that cannot be worked with, and why.
    Unlike(&'static str),
    /// What the device still had to say to another host.
    Other,
}

fn hear(payload: &[u8], number: u16) -> Heard {
    match decode::<ToHost<'_>>(payload) {
        Ok(Message { number: own, body: ToHost::Hello(hello), .. }) if own == number => {
            disagreement(&hello).map_or_else(|| Heard::Hello(device(&hello)), Heard::Unlike)
        }
        Ok(Message { body: ToHost::Reply(Reply::Failed(LinkError::HostBusy)), .. }) => Heard::Busy,
        Ok(Message { body: ToHost::Event(Event::Panic { text }), .. }) => Heard::Panic(text.to_owned()),
        Err(DecodeError::Version { theirs }) => Heard::Version(theirs),
        Err(DecodeError::Malformed(Header { kind: Kind::DeviceHello, .. })) => Heard::Unlike(
            "the firmware's hello cannot be read: build it and this program from the same checkout",
        ),
        _ => Heard::Other,
    }
}

/// A reply, as far as it outlives its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Failed(LinkError),
    Info(Box<Status>),
    Begun { limit: u32 },
    Other,
}

impl Answer {
    fn of(reply: &Reply<'_>) -> Self {
        match *reply {
            Reply::Done => Self::Done,
            Reply::Failed(error) => Self::Failed(error),
            Reply::Info(ref info) => Self::Info(Box::new(info.into())),
            Reply::Begun { limit } => Self::Begun { limit },
            _ => Self::Other,
        }
    }
}

fn device(hello: &DeviceHello<'_>) -> Device {
    Device {
        device_id: hello.device_id.to_vec(),
        board: hello.board.to_owned(),
        firmware: hello.firmware.to_owned(),
        engine: (hello.engine.to_owned(), hello.engine_version.to_owned()),
        modes: hello.modes,
        persistent: hello.persistent,
        heap: hello.heap,
        profile: hello.profile.name.to_owned(),
        max_payload: (hello.max_payload as usize).max(SMALLEST_LIMIT),
    }
}
