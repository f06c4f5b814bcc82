//! A session with a device: hello, questions and replies.

use std::time::{Duration, Instant};

use device_link::{
    Asking, DecodeError, DeviceHello, Heap, HostHello, Inbox, Info, LinkError, Message, Modes, Next,
    Receiver, Repeats, Reply, Request, ToDevice, ToHost, bench_payload, decode, encode, frame_bytes,
    receive_bytes,
};

use crate::{Line, LineError, RemoteError};

/// The longest payload that the host takes and sends, bytes: enough for the transfers of any profile a chip can serve.
const MAX_PAYLOAD: usize = bench_payload(4096);

/// How many events may be on their way.
pub(crate) const WINDOW: u16 = 32;

/// Bytes that are read at a time.
const INPUT_BYTES: usize = 4096;

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
    line: Box<dyn Line>,
    pub(crate) place: String,
    pub(crate) device: Device,
    receiver: Receiver<Vec<u8>>,
    input: Vec<u8>,
    from: usize,
    to: usize,
    frame: Vec<u8>,
    next_number: u16,
    start: Instant,
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
            line,
            place: place.to_owned(),
            device: Device {
                device_id: Vec::new(),
                board: String::new(),
                firmware: String::new(),
                engine: (String::new(), String::new()),
                modes: Modes::default(),
                heap: Heap::default(),
                profile: String::new(),
                max_payload: device_link::SMALLEST_LIMIT,
            },
            receiver: Receiver::new(vec![0; receive_bytes(MAX_PAYLOAD)]),
            input: vec![0; INPUT_BYTES],
            from: 0,
            to: 0,
            frame: vec![0; frame_bytes(MAX_PAYLOAD)],
            // Not the number that an answer to nobody has.
            next_number: 1,
            start: now(),
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
    pub fn info(&mut self) -> Result<Info, RemoteError> {
        match self.ask("question", &Request::Info)? {
            Answer::Info(info) => Ok(info),
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

    fn hello(&mut self) -> Result<(), RemoteError> {
        const ABI_VERSION: u32 = 1 << 16;
        let number = self.number();
        let hello = HostHello { abi_version: ABI_VERSION, max_payload: MAX_PAYLOAD as u32, window: WINDOW };
        self.send(number, ToDevice::Hello(hello))?;
        let mut asking = Asking::new(number, self.now_ms());
        let mut foreign = 0;
        loop {
            let wait = match asking.next(self.now_ms()) {
                Next::WaitUntil(ms) => ms.saturating_sub(self.now_ms()),
                Next::Repeat => {
                    self.send(number, ToDevice::Hello(hello))?;
                    continue;
                }
                Next::GiveUp if foreign > 0 => {
                    return Err(RemoteError::Foreign { place: self.place.clone(), bytes: foreign });
                }
                Next::GiveUp => return Err(self.silent("hello")),
            };
            let place = &self.place;
            let before = self.to;
            let Some(payload) = receive(
                &mut *self.line,
                &mut self.receiver,
                (&mut self.input, &mut self.from, &mut self.to),
                Duration::from_millis(wait),
            )
            .map_err(|error| RemoteError::Line { place: place.clone(), error })?
            else {
                foreign += (self.to != before) as u64 * self.to as u64;
                continue;
            };
            match decode::<ToHost<'_>>(payload) {
                Ok(Message { number: own, body: ToHost::Hello(hello), .. }) if own == number => {
                    self.device = device(&hello);
                    return Ok(());
                }
                Ok(Message { body: ToHost::Reply(Reply::Failed(error @ LinkError::HostBusy)), .. }) => {
                    return Err(RemoteError::Refused { place: place.clone(), asked: "hello", error });
                }
                Err(DecodeError::Version { theirs }) => {
                    return Err(RemoteError::Version { place: place.clone(), theirs });
                }
                // What it still had to say to another host.
                _ => {}
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
            let answer = self.next(Duration::from_millis(wait), |message| match message {
                Message { number: own, body: ToHost::Reply(reply), .. } if own == number => {
                    Some(Answer::of(&reply))
                }
                _ => None,
            })?;
            match answer.flatten() {
                None => {}
                Some(Answer::Failed(error)) => {
                    return Err(RemoteError::Refused { place: self.place.clone(), asked, error });
                }
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
        let limit = self.device.max_payload.min(MAX_PAYLOAD);
        let Ok(bytes) = encode(&Message { app: 0, number, body }, limit, &mut self.frame) else {
            return Err(self.confused("a message is longer than the device takes"));
        };
        self.line.write(&self.frame[..bytes]).map_err(|error| self.failed(error))
    }

    /// Sends the answer to the device's last call, for the first time or again.
    pub(crate) fn send_answer(&mut self) -> Result<(), RemoteError> {
        self.line.write(&self.answer).map_err(|error| self.failed(error))
    }

    /// The longest payload that the device takes.
    pub(crate) fn limit(&self) -> usize {
        self.device.max_payload.min(MAX_PAYLOAD)
    }

    /// Waits for the next message, at most for `timeout`, and gives it to `read`. Panics of the firmware end it all.
    pub(crate) fn next<T>(
        &mut self,
        timeout: Duration,
        read: impl FnOnce(Message<ToHost<'_>>) -> T,
    ) -> Result<Option<T>, RemoteError> {
        let received = receive(
            &mut *self.line,
            &mut self.receiver,
            (&mut self.input, &mut self.from, &mut self.to),
            timeout,
        );
        match received {
            Err(error) => Err(self.failed(error)),
            Ok(None) => Ok(None),
            Ok(Some(payload)) => match decode::<ToHost<'_>>(payload) {
                Ok(Message { body: ToHost::Event(device_link::Event::Panic { text }), .. }) => {
                    Err(RemoteError::Panic { place: self.place.clone(), text: text.to_owned() })
                }
                Ok(message) => Ok(Some(read(message))),
                // Damaged frames do not get here; another version has been refused before.
                Err(_) => Ok(None),
            },
        }
    }

    pub(crate) fn failed(&self, error: LineError) -> RemoteError {
        RemoteError::Line { place: self.place.clone(), error }
    }

    pub(crate) fn silent(&self, asked: &'static str) -> RemoteError {
        RemoteError::Silent { place: self.place.clone(), asked, waited_ms: device_link::GIVE_UP_MS }
    }

    pub(crate) fn confused(&self, what: &'static str) -> RemoteError {
        RemoteError::Confused { place: self.place.clone(), what }
    }

    /// Milliseconds since the session began.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "somebody must know when a device has been silent for too long"
)]
fn now() -> Instant {
    Instant::now()
}

/// A reply, as far as it outlives its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    Failed(LinkError),
    Info(Info),
    Begun { limit: u32 },
    Other,
}

impl Answer {
    fn of(reply: &Reply<'_>) -> Self {
        match *reply {
            Reply::Done => Self::Done,
            Reply::Failed(error) => Self::Failed(error),
            Reply::Info(info) => Self::Info(info),
            Reply::Begun { limit } => Self::Begun { limit },
            _ => Self::Other,
        }
    }
}

/// What was read and not yet looked at: the bytes, and where they begin and end.
type Input<'i> = (&'i mut Vec<u8>, &'i mut usize, &'i mut usize);

/// The next payload, if one is whole before `timeout` is over.
fn receive<'r>(
    line: &mut dyn Line,
    receiver: &'r mut Receiver<Vec<u8>>,
    (bytes, from, to): Input<'_>,
    timeout: Duration,
) -> Result<Option<&'r [u8]>, LineError> {
    if from == to {
        (*from, *to) = (0, line.read(bytes, timeout)?);
        if *to == 0 {
            return Ok(None);
        }
    }
    let mut rest = &bytes[*from..*to];
    let payload = receiver.next_payload(&mut rest);
    *from = *to - rest.len();
    Ok(payload)
}

fn device(hello: &DeviceHello<'_>) -> Device {
    Device {
        device_id: hello.device_id.to_vec(),
        board: hello.board.to_owned(),
        firmware: hello.firmware.to_owned(),
        engine: (hello.engine.to_owned(), hello.engine_version.to_owned()),
        modes: hello.modes,
        heap: hello.heap,
        profile: hello.profile.name.to_owned(),
        max_payload: (hello.max_payload as usize).max(device_link::SMALLEST_LIMIT),
    }
}
