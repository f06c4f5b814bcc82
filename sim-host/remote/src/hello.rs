//! The first words: who is at the other end, and whether one can work with it.

use std::time::Duration;

use device_abi::ABI_VERSION;
use device_link::{
    DecodeError, DeviceHello, Event, GIVE_UP_MS, Header, Heap, HostHello, Inbox, Kind, LinkError, Message,
    Modes, REPEAT_MS, Repeats, Reply, SMALLEST_LIMIT, ToDevice, ToHost, decode,
};

use crate::{
    RemoteError, Session,
    agreement::disagreement,
    line::Program,
    session::{MAX_PAYLOAD, WINDOW},
};

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

/// How a hello is repeated, and how long it waits for its reply.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    pub(crate) repeat_ms: u64,
    pub(crate) give_up_ms: u64,
}

impl Patience {
    /// As the protocol says.
    pub(crate) const USUAL: Self = Self { repeat_ms: REPEAT_MS, give_up_ms: GIVE_UP_MS };

    /// For a device that may as well not be there: time enough for one that restarts because its port was opened.
    pub(crate) const SHORT: Self = Self { repeat_ms: 300, give_up_ms: 1_200 };

    /// At a new bit rate: the device waits there for a second.
    pub(crate) const NEW_RATE: Self = Self { repeat_ms: 150, give_up_ms: 1_000 };
}

impl Session {
    /// Says hello over the line and begins a new session, as a reply comes within `patience`.
    pub(crate) fn hello(&mut self, patience: Patience) -> Result<(), RemoteError> {
        (self.inbox, self.calls) = (Inbox::new(WINDOW), Repeats::new());
        (self.drops_events, self.has_ended) = (false, false);
        let number = self.number();
        let before = self.frames.bytes();
        let hello = HostHello { abi_version: ABI_VERSION, max_payload: MAX_PAYLOAD as u32, window: WINDOW };
        self.send(number, ToDevice::Hello(hello))?;
        let since_ms = self.now_ms();
        let mut sent_ms = since_ms;
        let (mut echoes, mut understood) = (false, false);
        loop {
            let now_ms = self.now_ms();
            if now_ms - since_ms >= patience.give_up_ms {
                let bytes = self.frames.bytes() - before;
                return Err(self.no_reply(patience, bytes, echoes, understood));
            }
            let repeat_ms = sent_ms + patience.repeat_ms;
            if now_ms >= repeat_ms {
                self.send(number, ToDevice::Hello(hello))?;
                sent_ms = now_ms;
                continue;
            }
            let wait = Duration::from_millis(repeat_ms - now_ms);
            let heard = self.frames.next(wait, |payload| hear(payload, number));
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
                Some(Heard::Own) => echoes = true,
                Some(Heard::Other) => understood = true,
                None => {}
            }
        }
    }

    /// Why a hello had no reply: of what came instead, `bytes` in all, some was what had been sent, or was understood.
    fn no_reply(&mut self, patience: Patience, bytes: u64, echoes: bool, understood: bool) -> RemoteError {
        let (place, rate) = (self.place.clone(), self.frames.rate());
        let waited_ms = patience.give_up_ms;
        // What has said hello before is the right firmware.
        let is_first = self.device.device_id.is_empty();
        match self.frames.program().filter(|_| is_first) {
            Some(Program { image, said }) => RemoteError::Image { place, image, said, waited_ms },
            None if echoes => RemoteError::Echo { place },
            None if understood => RemoteError::Unanswered { place },
            None if bytes > 0 => RemoteError::Foreign { place, bytes, rate },
            None => RemoteError::Silent { place, asked: "hello", waited_ms, rate },
        }
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
    /// What this host, or another one, has said.
    Own,
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
        Err(DecodeError::Foreign) if is_from_host(payload) => Heard::Own,
        _ => Heard::Other,
    }
}

fn is_from_host(payload: &[u8]) -> bool {
    decode::<ToDevice<'_>>(payload).is_ok()
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
