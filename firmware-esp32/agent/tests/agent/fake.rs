//! A board whose time is made up, and whose host says what a script says.

use std::sync::{Arc, Mutex};

use app_storage::Flash;
use device_abi::{Profile, system::ResetReason};
use device_link::{
    Event, Heap, HostHello, I2cWires, Inbox, LineRates, LinkError, List, Message, Mode, Outlook, Pins,
    Receiver, Reply, Request, Start, ToDevice, ToHost, crc32, decode, encode,
};
use firmware_agent::{Board, Identity, Native, Wiring, loopback, serve};

use crate::flash::Cells;

pub(crate) const MS: u64 = 1_000_000;

/// The first rate of every line, baud.
pub(crate) const FIRST: u32 = 115_200;

/// The highest rate of this one, baud.
pub(crate) const HIGHEST: u32 = 921_600;

/// Everything that a host says, and when; and for how long the board goes on.
#[derive(Debug)]
pub(crate) struct Script {
    /// When, at what rate, what; in order.
    said: Vec<(u64, u32, Vec<u8>)>,
    at_ms: u64,
    baud: u32,
    number: u16,
    /// Whether the line has a rate at all.
    pub(crate) has_rate: bool,
    /// How long the line takes for a byte of the board, nanoseconds.
    pub(crate) byte_ns: u64,
    /// The longest payload that the host takes, bytes.
    pub(crate) max_payload: u32,
    /// Whether the host gives credit for events after the first ones.
    pub(crate) gives_credit: bool,
    /// Where the board keeps apps, and why it starts.
    pub(crate) flash: Option<Cells>,
    pub(crate) reset_reason: ResetReason,
    /// The flash loses its power when the board is over.
    pub(crate) is_cut: bool,
}

impl Script {
    /// A hello at once, at the first rate.
    pub(crate) fn new() -> Self {
        let mut script = Self {
            said: Vec::new(),
            at_ms: 0,
            baud: FIRST,
            number: 0,
            has_rate: true,
            byte_ns: 0,
            max_payload: 1024,
            gives_credit: true,
            flash: None,
            reset_reason: ResetReason::PowerOn,
            is_cut: false,
        };
        script.hello();
        script
    }

    /// What follows is said so much later.
    pub(crate) fn after_ms(&mut self, ms: u64) -> &mut Self {
        self.at_ms += ms;
        self
    }

    /// What follows is said at this rate.
    pub(crate) fn at_baud(&mut self, baud: u32) -> &mut Self {
        self.baud = baud;
        self
    }

    pub(crate) fn hello(&mut self) -> &mut Self {
        self.say(ToDevice::Hello(HostHello { abi_version: 1 << 16, max_payload: 2048, window: 1000 }))
    }

    /// Asks, under a new number.
    pub(crate) fn ask(&mut self, request: Request<'_>) -> &mut Self {
        self.say(ToDevice::Request(request))
    }

    /// Asks under the last number once more.
    pub(crate) fn again(&mut self, request: Request<'_>) -> &mut Self {
        self.number -= 1;
        self.ask(request)
    }

    /// Installs a guest, given as text.
    pub(crate) fn install(&mut self, guest: &str) -> &mut Self {
        self.install_after(guest, None)
    }

    /// The same; `between` is asked once the install has begun.
    pub(crate) fn install_after(&mut self, guest: &str, between: Option<Request<'_>>) -> &mut Self {
        let wasm = wat::parse_str(guest).unwrap();
        self.ask(Request::InstallBegin {
            length: wasm.len() as u32,
            crc32: crc32(&wasm),
            profile: "esp32c3",
        });
        let number = self.number;
        if let Some(between) = between {
            self.ask(between);
        }
        let last = self.number;
        for (index, bytes) in wasm.chunks(500).enumerate() {
            self.number = number - 1;
            self.say(ToDevice::Data(device_link::Data { offset: index as u32 * 500, bytes }));
        }
        self.number = last;
        self.ask(Request::InstallCommit)
    }

    fn say(&mut self, body: ToDevice<'_>) -> &mut Self {
        self.number += 1;
        let mut frame = [0; 2048];
        let bytes =
            encode(&Message { app: 0, number: self.number, body }, self.max_payload as usize, &mut frame)
                .unwrap();
        self.said.push((self.at_ms, self.baud, frame[..bytes].to_vec()));
        self
    }

    /// Lets the board serve until `end_ms`.
    pub(crate) fn play(&mut self, end_ms: u64) -> Heard {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let board = Fake {
            said: std::mem::take(&mut self.said),
            is_saying: false,
            now_ns: 0,
            fed_ns: 0,
            end_ns: end_ms * MS,
            baud: FIRST,
            has_rate: self.has_rate,
            byte_ns: self.byte_ns,
            heard: Arc::clone(&heard),
            receiver: Receiver::new(vec![0; 4096]),
            inbox: Inbox::new(1000),
            credit: Vec::new(),
            gives_credit: self.gives_credit,
            flash: self.flash.clone(),
            reset_reason: self.reset_reason,
            is_cut: self.is_cut,
        };
        let identity = Identity { board: "fake", device_id: b"fake", profile: &Profile::ESP32C3 };
        serve(Box::new(board), identity);
        std::mem::take(&mut heard.lock().unwrap())
    }
}

/// A start in native mode, without limits, trace and hardware.
pub(crate) fn native() -> Start<'static> {
    Start {
        mode: Mode::Native,
        seed: 0,
        arguments: List::default(),
        stop_after_ns: None,
        time_ns: None,
        compute_ms: None,
        trace_bytes: None,
        device_id: &[],
        reset_reason: ResetReason::PowerOn,
        pins: Pins::default(),
        i2c: List::<I2cWires>::default(),
        outlook: Outlook::default(),
    }
}

/// What the board did.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// What it sent: when, at what rate.
    sent: Vec<(u64, u32, Vec<u8>)>,
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

    /// When this was sent first, milliseconds.
    #[track_caller]
    pub(crate) fn when(&self, text: &str) -> u64 {
        let messages = self.messages();
        let found = messages.iter().find(|message| message.2 == text);
        found.unwrap_or_else(|| panic!("no `{text}` in {messages:#?}")).0
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.heard.lock().unwrap().over_ms = self.now_ns / MS;
    }
}

#[derive(Debug)]
struct Fake {
    said: Vec<(u64, u32, Vec<u8>)>,
    /// The first of it has been read in part.
    is_saying: bool,
    now_ns: u64,
    fed_ns: u64,
    end_ns: u64,
    baud: u32,
    has_rate: bool,
    byte_ns: u64,
    heard: Arc<Mutex<Heard>>,
    /// What the host knows of the events, and its credit for them, on its way.
    receiver: Receiver<Vec<u8>>,
    inbox: Inbox,
    credit: Vec<u8>,
    gives_credit: bool,
    flash: Option<Cells>,
    reset_reason: ResetReason,
    is_cut: bool,
}

impl Fake {
    /// The host gets everything at once, and gives credit for every event, if it does so at all.
    fn host_takes(&mut self, bytes: &[u8]) {
        let mut input = bytes;
        while let Some(payload) = self.receiver.next_payload(&mut input) {
            let message = decode::<ToHost<'_>>(payload).unwrap();
            match message.body {
                ToHost::Hello(_) => self.inbox = Inbox::new(1000),
                ToHost::Event(_) if self.gives_credit => {
                    self.inbox.look(message.number);
                    let (number, credit) = self.inbox.now(false);
                    let mut frame = [0; 64];
                    let credit = Message { app: 0, number, body: ToDevice::Credit(credit) };
                    let bytes = encode(&credit, 1024, &mut frame).unwrap();
                    self.credit.extend(&frame[..bytes]);
                }
                _ => {}
            }
        }
    }
}

impl Board for Fake {
    /// At a wrong rate, nothing but garbage comes.
    fn read(&mut self, bytes: &mut [u8]) -> usize {
        let credit = self.credit.len().min(bytes.len());
        if credit > 0 && !self.is_saying {
            bytes[..credit].copy_from_slice(&self.credit[..credit]);
            self.credit.drain(..credit);
            return credit;
        }
        let Some((at_ms, baud, said)) = self.said.first_mut() else { return 0 };
        if *at_ms * MS > self.now_ns {
            return 0;
        }
        let len = said.len().min(bytes.len());
        for (to, from) in bytes.iter_mut().zip(said.drain(..len)) {
            *to = if *baud == self.baud { from } else { from.rotate_left(3) ^ 0x5a };
        }
        self.is_saying = !said.is_empty();
        if !self.is_saying {
            self.said.remove(0);
        }
        len
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut heard = self.heard.lock().unwrap();
        heard.sent.push((self.now_ns / MS, self.baud, bytes.to_vec()));
        drop(heard);
        self.now_ns += self.byte_ns * bytes.len() as u64;
        self.host_takes(bytes);
    }

    fn wait(&mut self, until_ns: u64) {
        let next_ns = self.said.first().map_or(u64::MAX, |said| said.0 * MS);
        self.now_ns = self.now_ns.max(until_ns.min(next_ns));
    }

    fn now_ns(&self) -> u64 {
        self.now_ns
    }

    fn cycles(&self) -> u64 {
        0
    }

    fn heap(&self) -> Heap {
        Heap { total: 300_000, free: 250_000, least_free: 200_000 }
    }

    fn is_over(&self) -> bool {
        let is_over = self.now_ns >= self.end_ns;
        if let (true, true, Some(flash)) = (is_over, self.is_cut, &self.flash) {
            flash.power_off();
        }
        is_over
    }

    fn restart(&mut self) {
        self.end_ns = self.now_ns;
    }

    fn feed(&mut self) {
        let mut heard = self.heard.lock().unwrap();
        heard.hungry_ms = heard.hungry_ms.max((self.now_ns - self.fed_ns) / MS);
        self.fed_ns = self.now_ns;
    }

    fn line_rates(&self) -> Option<LineRates> {
        self.has_rate.then_some(LineRates { now: self.baud, highest: HIGHEST })
    }

    fn set_line_rate(&mut self, baud: u32) {
        self.baud = baud;
        self.heard.lock().unwrap().rates.push((self.now_ns / MS, baud));
    }

    fn reset_reason(&self) -> ResetReason {
        self.reset_reason
    }

    fn flash(&mut self) -> Option<Box<dyn Flash>> {
        Some(Box::new(self.flash.clone()?))
    }

    fn has_native(&self) -> bool {
        true
    }

    fn native(&mut self, wiring: &Wiring<'_>) -> Result<Native, LinkError> {
        loopback(wiring)
    }
}
