//! What a host says, and when.

use std::sync::{Arc, Mutex};

use device_abi::{Profile, system::ResetReason};
use device_link::{
    Answer, Answered, Credit, HostHello, I2cWires, List, Message, Mode, Outlook, Pins, Request, Start,
    ToDevice, crc32, encode,
};
use firmware_agent::{Identity, serve};

use crate::{
    fake::{FIRST, Fake},
    flash::Cells,
    heard::Heard,
};

/// Everything that a host says, and when; and for how long the board goes on.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    /// When, at what rate, what; in order.
    pub(crate) said: Vec<(u64, u32, Vec<u8>)>,
    at_ms: u64,
    baud: u32,
    number: u16,
    /// The app that what follows is about.
    app: u8,
    /// The app that pieces of an app are about.
    data_app: u8,
    /// Whether the line has a rate at all.
    pub(crate) has_rate: bool,
    /// How long the line takes for a byte of the board, nanoseconds.
    pub(crate) byte_ns: u64,
    /// The longest payload that the host takes, bytes.
    pub(crate) max_payload: u32,
    /// How many events the host takes before it acknowledges the first.
    pub(crate) window: u16,
    /// Whether the host gives credit for events after the first ones.
    pub(crate) gives_credit: bool,
    /// Whether the line gives back whatever the board sends.
    pub(crate) echoes: bool,
    /// Whether bytes come without a pause where nothing is said: noise, 256 bytes in 25 microseconds.
    pub(crate) floods: bool,
    /// How many bytes of memory are free from when on, milliseconds; in order.
    pub(crate) free: Vec<(u64, u32)>,
    /// How many are free while a guest has the board's own pins; `None`: as without.
    pub(crate) least_free: Option<u32>,
    /// Where the board keeps apps, and why it starts.
    pub(crate) flash: Option<Cells>,
    pub(crate) reset_reason: ResetReason,
    /// The flash loses its power when the board is over.
    pub(crate) is_cut: bool,
}

impl Script {
    /// A hello at once, at the first rate.
    pub(crate) fn new() -> Self {
        Self::with_window(1000)
    }

    /// The same, with this window.
    pub(crate) fn with_window(window: u16) -> Self {
        let mut script = Self {
            said: Vec::new(),
            at_ms: 0,
            baud: FIRST,
            number: 0,
            app: 0,
            data_app: 0,
            has_rate: true,
            byte_ns: 0,
            max_payload: 1024,
            window,
            gives_credit: true,
            echoes: false,
            floods: false,
            free: Vec::new(),
            least_free: None,
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

    /// What follows is about this app.
    pub(crate) fn about(&mut self, app: u8) -> &mut Self {
        self.app = app;
        self
    }

    pub(crate) fn hello(&mut self) -> &mut Self {
        let window = self.window;
        self.say(ToDevice::Hello(HostHello { abi_version: 1 << 16, max_payload: 2048, window }))
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

    /// Acknowledges all events before `number`.
    pub(crate) fn credit(&mut self, number: u16, window: u16) -> &mut Self {
        self.say_as(number, ToDevice::Credit(Credit { window, again: false }))
    }

    /// Answers the call of this number.
    pub(crate) fn answer(&mut self, number: u16, result: Answered<'_>) -> &mut Self {
        self.say_as(number, ToDevice::Answer(Answer { result, extra_ns: 0, outlook: Outlook::default() }))
    }

    /// A frame with this payload.
    pub(crate) fn payload(&mut self, payload: &[u8]) -> &mut Self {
        assert!(payload.len() < 200 && !payload.is_empty());
        let content = [payload, &crc32(payload).to_le_bytes()].concat();
        let mut frame = vec![0];
        for block in content.split(|byte| *byte == 0) {
            frame.push(block.len() as u8 + 1);
            frame.extend(block);
        }
        frame.push(0);
        self.said.push((self.at_ms, self.baud, frame));
        self
    }

    /// Installs a guest, given as text.
    pub(crate) fn install(&mut self, guest: &str) -> &mut Self {
        self.install_after(guest, 0, None)
    }

    /// The same, with data that is about another app.
    pub(crate) fn install_as(&mut self, app: u8, guest: &str) -> &mut Self {
        self.data_app = app;
        self.install(guest)
    }

    /// The same; so much after the install has begun, `between` is asked.
    pub(crate) fn install_after(&mut self, guest: &str, ms: u64, between: Option<Request<'_>>) -> &mut Self {
        let wasm = wat::parse_str(guest).unwrap();
        self.ask(Request::InstallBegin {
            length: wasm.len() as u32,
            crc32: crc32(&wasm),
            profile: "esp32c3",
        });
        let number = self.number;
        self.after_ms(ms);
        if let Some(between) = between {
            self.ask(between);
        }
        let own = std::mem::replace(&mut self.app, self.data_app);
        for (index, bytes) in wasm.chunks(500).enumerate() {
            self.say_as(number, ToDevice::Data(device_link::Data { offset: index as u32 * 500, bytes }));
        }
        self.app = own;
        self.ask(Request::InstallCommit)
    }

    fn say(&mut self, body: ToDevice<'_>) -> &mut Self {
        self.number += 1;
        self.say_as(self.number, body)
    }

    fn say_as(&mut self, number: u16, body: ToDevice<'_>) -> &mut Self {
        let mut frame = [0; 2048];
        let message = Message { app: self.app, number, body };
        let bytes = encode(&message, self.max_payload as usize, &mut frame).unwrap();
        self.said.push((self.at_ms, self.baud, frame[..bytes].to_vec()));
        self
    }

    /// Lets the board serve until `end_ms`.
    pub(crate) fn play(&mut self, end_ms: u64) -> Heard {
        let heard = Arc::new(Mutex::new(Heard::default()));
        let board = Fake::new(self.clone(), end_ms, Arc::clone(&heard));
        self.said.clear();
        let identity = Identity { board: "fake", device_id: b"fake", profile: &Profile::ESP32C3 };
        serve(Box::new(board), identity);
        std::mem::take(&mut heard.lock().unwrap())
    }
}

/// A start in bench mode, with one pin.
pub(crate) fn bench() -> Start<'static> {
    Start { mode: Mode::Bench, pins: Pins::new(&[1]).unwrap(), ..native() }
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
