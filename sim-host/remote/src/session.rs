//! A session with a device: hello, questions and replies.

use std::time::Duration;

use device_link::{
    Arrival, Asking, DecodeError, Event, GIVE_UP_MS, Heap, Inbox, LinkError, Message, Modes, Next, Repeats,
    Request, SMALLEST_LIMIT, ToDevice, ToHost, bench_payload, decode,
};

use crate::{
    Device, Line, LineError, RemoteError, Status,
    answer::Answer,
    frames::{Frames, SendError},
    hello::Patience,
    rate::Rate,
    restart::Uptime,
};

/// The longest payload that the host takes and sends, bytes: enough for the transfers of any profile a chip can serve.
pub(crate) const MAX_PAYLOAD: usize = bench_payload(4096);

/// How many events may be on their way.
pub(crate) const WINDOW: u16 = 32;

/// What [`uninstall`](Session::uninstall) asks, as messages name it.
pub const UNINSTALL: &str = "uninstall";

/// A session with a device.
#[derive(Debug)]
pub struct Session {
    pub(crate) frames: Frames,
    pub(crate) place: String,
    pub(crate) device: Device,
    next_number: u16,
    /// The bit rates of the line.
    pub(crate) rate: Rate,
    /// How long the device had run when it was last asked.
    pub(crate) uptime: Option<Uptime>,
    /// Whether the events that come while a reply is waited for are of no use to anybody.
    pub(crate) drops_events: bool,
    /// Whether one of those was the end of a run, which nobody was told of.
    pub(crate) has_ended: bool,
    /// The events of the session.
    pub(crate) inbox: Inbox,
    /// The device's calls.
    pub(crate) calls: Repeats<()>,
    /// The frame of the answer to the last of them.
    pub(crate) answer: Vec<u8>,
}

impl Session {
    /// Says hello over `line`; `place` names it in messages. What the device did for another host before, it does no
    /// longer; a native run goes on.
    ///
    /// # Errors
    /// Nobody answers, or nobody who speaks this protocol.
    pub fn open(line: Box<dyn Line>, place: &str) -> Result<Self, RemoteError> {
        Self::greet(line, place, Patience::USUAL)
    }

    /// The same, but waits little more than a second: for finding out whether somebody is there.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn look(line: Box<dyn Line>, place: &str) -> Result<Self, RemoteError> {
        Self::greet(line, place, Patience::SHORT)
    }

    fn greet(line: Box<dyn Line>, place: &str, patience: Patience) -> Result<Self, RemoteError> {
        let rate = Rate::new(line.rate());
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
            rate,
            uptime: None,
            drops_events: false,
            has_ended: false,
            inbox: Inbox::new(WINDOW),
            calls: Repeats::new(),
            answer: Vec::new(),
        };
        session.hello(patience)?;
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
            Answer::Info(status) => {
                self.keep_uptime(&status);
                Ok(*status)
            }
            _ => Err(self.confused("the device replies to another question")),
        }
    }

    /// Restarts the device; the session is over.
    ///
    /// # Errors
    /// It does not do it.
    pub fn reset(mut self) -> Result<(), RemoteError> {
        let asked = self.ask("reset", &Request::Reset);
        // It comes up at the first rate, and hears of no other.
        self.rate.forget();
        match asked {
            // With the device went its line, and the reply: a chip's own USB port, a process.
            Err(RemoteError::Line { error: LineError::Closed | LineError::Ended { .. }, .. }) => Ok(()),
            // It was quicker than its reply.
            Err(RemoteError::Restarted { said: None, .. }) => Ok(()),
            asked => asked.map(drop),
        }
    }

    /// Ends the run that is going on, as `stopped`.
    ///
    /// # Errors
    /// There is none, or the device does not answer.
    pub fn stop(&mut self) -> Result<(), RemoteError> {
        self.ask("stop", &Request::Stop).map(drop)
    }

    /// Forgets the installed app.
    ///
    /// # Errors
    /// There is none, or the device does not answer.
    pub fn uninstall(&mut self) -> Result<(), RemoteError> {
        self.ask(UNINSTALL, &Request::Uninstall).map(drop)
    }

    /// Begins a new session over the same line, as another host would.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn renew(&mut self) -> Result<(), RemoteError> {
        self.hello(Patience::USUAL)
    }

    /// Asks, and waits for the reply.
    pub(crate) fn ask(&mut self, asked: &'static str, request: &Request<'_>) -> Result<Answer, RemoteError> {
        let number = self.number();
        self.ask_as(number, asked, request)
    }

    /// Asks under a number of the caller's, which was not used before. When the device has restarted, says so.
    pub(crate) fn ask_as(
        &mut self,
        number: u16,
        asked: &'static str,
        request: &Request<'_>,
    ) -> Result<Answer, RemoteError> {
        self.ask_once(number, asked, request).map_err(|error| self.explained(asked, error))
    }

    /// Asks, and takes an error for what it is.
    pub(crate) fn ask_once(
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
                    Some(Ok(Answer::of(&reply)))
                }
                Ok(Message { number, body: ToHost::Event(event), .. }) => {
                    Some(Err((number, matches!(event, Event::Ended(_)))))
                }
                _ => None,
            })?;
            match answer.flatten() {
                Some(Ok(Answer::Failed(error))) => return Err(self.refused(asked, error)),
                Some(Ok(answer)) => return Ok(answer),
                Some(Err((event, ended))) if self.drops_events => self.drop_event(event, ended)?,
                // What is not credited comes again.
                Some(Err(_)) | None => {}
            }
        }
    }

    /// Takes the event of this number, so that the device need not keep it; of it is kept whether it `ended` the run.
    pub(crate) fn drop_event(&mut self, event: u16, ended: bool) -> Result<(), RemoteError> {
        let arrival = self.inbox.look(event);
        self.has_ended |= ended && arrival == Arrival::Next;
        match self.inbox.credit(arrival) {
            Some((number, credit)) => self.send(number, ToDevice::Credit(credit)),
            None => Ok(()),
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
        RemoteError::Silent {
            place: self.place.clone(),
            asked,
            waited_ms: GIVE_UP_MS,
            rate: self.frames.rate(),
        }
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
