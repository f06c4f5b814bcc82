//! A board whose time is made up, and whose host says what a script says.

use std::sync::{Arc, Mutex, Weak};

use app_storage::Flash;
use device_abi::{
    gpio::{Level, Mode},
    system::ResetReason,
};
use device_link::{Heap, Inbox, LineRates, LinkError, Message, Receiver, ToDevice, ToHost, decode, encode};
use firmware_agent::{Board, Native, Wiring, loopback};
use hw_core::backend::{Gpio, PinUse, Reply};

use crate::{heard::Heard, script::Script};

pub(crate) const MS: u64 = 1_000_000;

/// The first rate of every line, baud.
pub(crate) const FIRST: u32 = 115_200;

/// The highest rate of this one, baud.
pub(crate) const HIGHEST: u32 = 921_600;

/// The lowest rate, baud.
pub(crate) const LOWEST: u32 = 9_600;

/// What comes of a line that floods, and how long that takes, nanoseconds.
const FLOOD: (u8, u64) = (0x55, 25_000);

#[derive(Debug)]
pub(crate) struct Fake {
    script: Script,
    /// The first of what is said has been read in part.
    is_saying: bool,
    now_ns: u64,
    fed_ns: u64,
    end_ns: u64,
    baud: u32,
    heard: Arc<Mutex<Heard>>,
    /// What the host knows of the events, and its credit for them, on its way.
    receiver: Receiver<Vec<u8>>,
    inbox: Inbox,
    credit: Vec<u8>,
    /// There while a guest has the pins.
    guest: Weak<()>,
}

impl Fake {
    /// Serves until `end_ms`.
    pub(crate) fn new(script: Script, end_ms: u64, heard: Arc<Mutex<Heard>>) -> Self {
        Self {
            is_saying: false,
            now_ns: 0,
            fed_ns: 0,
            end_ns: end_ms * MS,
            baud: FIRST,
            heard,
            receiver: Receiver::new(vec![0; 4096]),
            inbox: Inbox::new(script.window),
            credit: Vec::new(),
            guest: Weak::new(),
            script,
        }
    }

    /// What comes of a line that floods. Ends with the board, as a loop that never does would not.
    fn flood(&mut self, bytes: &mut [u8]) -> usize {
        if self.is_over() || !self.script.floods {
            return 0;
        }
        self.now_ns += FLOOD.1;
        bytes.fill(FLOOD.0);
        bytes.len()
    }

    /// The host gets everything at once, and gives credit for every event, if it does so at all.
    fn host_takes(&mut self, bytes: &[u8]) {
        let mut input = bytes;
        while let Some(payload) = self.receiver.next_payload(&mut input) {
            let message = decode::<ToHost<'_>>(payload).unwrap();
            match message.body {
                ToHost::Hello(_) => self.inbox = Inbox::new(1000),
                ToHost::Event(_) if self.script.gives_credit => {
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
        let now_ns = self.now_ns;
        let due = self.script.said.first_mut().filter(|(at_ms, ..)| *at_ms * MS <= now_ns);
        let Some((_, baud, said)) = due else { return self.flood(bytes) };
        let len = said.len().min(bytes.len());
        for (to, from) in bytes.iter_mut().zip(said.drain(..len)) {
            *to = if *baud == self.baud { from } else { from.rotate_left(3) ^ 0x5a };
        }
        self.is_saying = !said.is_empty();
        if !self.is_saying {
            self.script.said.remove(0);
        }
        len
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut heard = self.heard.lock().unwrap();
        heard.sent.push((self.now_ns / MS, self.baud, bytes.to_vec()));
        drop(heard);
        self.now_ns += self.script.byte_ns * bytes.len() as u64;
        self.host_takes(bytes);
        if self.script.echoes {
            self.credit.extend(bytes);
        }
    }

    fn wait(&mut self, until_ns: u64) {
        let next_ns = self.script.said.first().map_or(u64::MAX, |said| said.0 * MS);
        // What has arrived ends a wait at once, but not before it has begun.
        self.now_ns = (self.now_ns + 1).max(until_ns.min(next_ns));
    }

    fn now_ns(&self) -> u64 {
        self.now_ns
    }

    fn cycles(&self) -> u64 {
        0
    }

    fn heap(&self) -> Heap {
        let now = self.script.free.iter().rev().find(|(from_ms, _)| self.now_ns >= from_ms * MS);
        let least = self.script.least_free.filter(|_| self.guest.strong_count() > 0);
        Heap { total: 300_000, free: least.or(now.map(|now| now.1)).unwrap_or(250_000), least_free: 0 }
    }

    fn is_over(&self) -> bool {
        let is_over = self.now_ns >= self.end_ns;
        if let (true, true, Some(flash)) = (is_over, self.script.is_cut, &self.script.flash) {
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
        self.script.has_rate.then_some(LineRates { now: self.baud, highest: HIGHEST })
    }

    fn has_line_rate(&self, baud: u32) -> bool {
        self.script.has_rate && (LOWEST..=HIGHEST).contains(&baud)
    }

    fn set_line_rate(&mut self, baud: u32) {
        self.baud = baud;
        self.heard.lock().unwrap().rates.push((self.now_ns / MS, baud));
    }

    fn reset_reason(&self) -> ResetReason {
        self.script.reset_reason
    }

    fn flash(&mut self) -> Option<Box<dyn Flash>> {
        Some(Box::new(self.script.flash.clone()?))
    }

    fn has_native(&self) -> bool {
        true
    }

    fn native(&mut self, wiring: &Wiring<'_>) -> Result<Native, LinkError> {
        let Native { gpio, i2c } = loopback(wiring)?;
        let guest = Arc::new(());
        self.guest = Arc::downgrade(&guest);
        Ok(Native { gpio: Box::new(Pins { inner: gpio, _guest: guest }), i2c })
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.heard.lock().unwrap().over_ms = self.now_ns / MS;
    }
}

/// The pins of a guest: as long as they are there, so is it.
#[derive(Debug)]
struct Pins {
    inner: Box<dyn Gpio>,
    _guest: Arc<()>,
}

impl Gpio for Pins {
    fn pin_use(&self, pin: u32) -> Option<PinUse> {
        self.inner.pin_use(pin)
    }

    fn open(&mut self, at_ns: u64, pin: u32, mode: Mode, initial: Level) -> Reply {
        self.inner.open(at_ns, pin, mode, initial)
    }

    fn read(&mut self, at_ns: u64, pin: u32) -> Reply<Level> {
        self.inner.read(at_ns, pin)
    }

    fn write(&mut self, at_ns: u64, pin: u32, level: Level) -> Reply {
        self.inner.write(at_ns, pin, level)
    }

    fn close(&mut self, at_ns: u64, pin: u32) -> Reply {
        self.inner.close(at_ns, pin)
    }
}
