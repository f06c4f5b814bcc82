//! The protocol by hand, for what no host of ours would do.

use std::time::{Duration, Instant};

use device_abi::system::ResetReason;
use device_link::{
    Data, Event, HostHello, Inbox, LinkError, List, Message, Mode, Outlook, Pins, Receiver, Reply, Request,
    Start, ToDevice, ToHost, bench_payload, crc32, decode, encode, frame_bytes, receive_bytes,
};
use remote_board::{Line, Status};

const LIMIT: usize = bench_payload(1024);

/// A host that says what it is told to.
pub(crate) struct Raw {
    pub(crate) line: Box<dyn Line>,
    receiver: Receiver<Vec<u8>>,
    input: Vec<u8>,
    pub(crate) number: u16,
    /// Of the session's events, for tests that acknowledge them.
    pub(crate) inbox: Inbox,
}

impl Raw {
    pub(crate) fn new(line: Box<dyn Line>) -> Self {
        Self {
            line,
            receiver: Receiver::new(vec![0; receive_bytes(LIMIT)]),
            input: Vec::new(),
            number: 100,
            inbox: Inbox::new(8),
        }
    }

    /// After a hello.
    pub(crate) fn greeted(line: Box<dyn Line>) -> Self {
        let mut raw = Self::new(line);
        raw.greet();
        raw
    }

    pub(crate) fn greet(&mut self) {
        self.greet_with(LIMIT as u32, 8);
    }

    pub(crate) fn greet_with(&mut self, max_payload: u32, window: u16) {
        let hello = HostHello { abi_version: 1 << 16, max_payload, window };
        self.inbox = Inbox::new(window);
        self.number = self.number.wrapping_add(1);
        let number = self.number;
        self.send(number, ToDevice::Hello(hello));
        self.until("hello", |message| {
            matches!(message.body, ToHost::Hello(_) if message.number == number).then_some(())
        });
    }

    pub(crate) fn frame(number: u16, body: ToDevice<'_>) -> Vec<u8> {
        let mut frame = vec![0; frame_bytes(LIMIT)];
        let bytes = encode(&Message { app: 0, number, body }, LIMIT, &mut frame).unwrap();
        frame.truncate(bytes);
        frame
    }

    pub(crate) fn send(&mut self, number: u16, body: ToDevice<'_>) {
        self.line.write(&Self::frame(number, body)).unwrap();
    }

    /// Waits for the message that `wanted` takes.
    #[track_caller]
    pub(crate) fn until<T>(
        &mut self,
        what: &str,
        wanted: impl FnMut(&Message<ToHost<'_>>) -> Option<T>,
    ) -> T {
        self.within(Duration::from_secs(20), wanted).unwrap_or_else(|| panic!("no {what} came"))
    }

    /// Waits for the message that `wanted` takes, for a while.
    #[expect(clippy::disallowed_methods, reason = "a test that waits for a device")]
    pub(crate) fn within<T>(
        &mut self,
        time: Duration,
        mut wanted: impl FnMut(&Message<ToHost<'_>>) -> Option<T>,
    ) -> Option<T> {
        let start = Instant::now();
        let mut bytes = vec![0; 4096];
        while start.elapsed() < time {
            let mut input = &self.input[..];
            while let Some(payload) = self.receiver.next_payload(&mut input) {
                if let Ok(message) = decode::<ToHost<'_>>(payload)
                    && let Some(value) = wanted(&message)
                {
                    self.input = input.to_vec();
                    return Some(value);
                }
            }
            let len = self.line.read(&mut bytes, Duration::from_millis(20)).unwrap();
            self.input = bytes[..len].to_vec();
        }
        None
    }

    /// Asks, and returns why not, or that it is done.
    #[track_caller]
    pub(crate) fn ask(&mut self, request: Request<'_>) -> Result<(), LinkError> {
        self.number = self.number.wrapping_add(1);
        self.ask_as(self.number, request)
    }

    #[track_caller]
    pub(crate) fn ask_as(&mut self, number: u16, request: Request<'_>) -> Result<(), LinkError> {
        self.send(number, ToDevice::Request(request));
        self.until("reply", |message| match message.body {
            ToHost::Reply(Reply::Failed(error)) if message.number == number => Some(Err(error)),
            ToHost::Reply(_) if message.number == number => Some(Ok(())),
            _ => None,
        })
    }

    #[track_caller]
    pub(crate) fn info(&mut self) -> Status {
        self.number = self.number.wrapping_add(1);
        let number = self.number;
        self.send(number, ToDevice::Request(Request::Info));
        self.until("info", |message| match message.body {
            ToHost::Reply(Reply::Info(info)) if message.number == number => Some(Status::from(&info)),
            _ => None,
        })
    }

    /// Waits for the end of the run, and says how it was.
    #[track_caller]
    pub(crate) fn outcome(&mut self) -> String {
        self.until("end", |message| match message.body {
            ToHost::Event(Event::Ended(ended)) => Some(ended.outcome.to_outcome().to_string()),
            _ => None,
        })
    }

    /// Announces a module; returns the request's number, which its data has.
    #[track_caller]
    pub(crate) fn begin(&mut self, wasm: &[u8]) -> Result<u16, LinkError> {
        self.ask(Request::InstallBegin {
            length: wasm.len() as u32,
            crc32: crc32(wasm),
            profile: "esp32c3",
        })?;
        Ok(self.number)
    }

    /// Sends a piece, and waits until it has arrived.
    #[track_caller]
    pub(crate) fn piece(&mut self, number: u16, offset: usize, bytes: &[u8]) {
        self.send(number, ToDevice::Data(Data { offset: offset as u32, bytes }));
        self.until("progress", |message| matches!(message.body, ToHost::Progress(_)).then_some(()));
    }

    #[track_caller]
    pub(crate) fn install(&mut self, wasm: &[u8]) {
        let number = self.begin(wasm).unwrap();
        for (index, piece) in wasm.chunks(1000).enumerate() {
            self.piece(number, index * 1000, piece);
        }
        self.ask(Request::InstallCommit).unwrap();
    }
}

/// A start without limits and without a trace, on a board without anything.
pub(crate) fn start() -> Start<'static> {
    Start {
        mode: Mode::Bench,
        seed: 0,
        arguments: List::default(),
        stop_after_ns: None,
        time_ns: None,
        compute_ms: None,
        trace_bytes: None,
        device_id: &[],
        reset_reason: ResetReason::PowerOn,
        pins: Pins::new(&[1, 1, 3, 1, 1, 1, 1, 1, 3, 3]).unwrap(),
        i2c: List::default(),
        outlook: Outlook::default(),
    }
}
