//! The desk: takes every message of the host, whether a guest runs or not.

use alloc::{sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicBool, Ordering};

use device_abi::ABI_VERSION;
use device_link::{
    AppEntry, AppState, Counts, Data, DecodeError, DeviceHello, Header, Heap, HostHello, Info, Kind, Known,
    LinkError, List, LogLine, Message, Modes, ProfileNumbers, Repeats, Reply, Request, ReservedPins,
    ToDevice, ToHost, decode,
};

use crate::{
    Identity,
    line::{Incoming, MAX_PAYLOAD, Outgoing},
    order::{self, Order},
    slot::Slot,
    stream::Stream,
};

/// Bytes of memory that are kept free beside apps and their guests: for what the agent and the core allocate while a
/// guest runs (the trace on its way, a transaction's operations, an error), which must never fail.
pub(crate) const RESERVE_BYTES: u32 = 16 * 1024;

/// What takes every message of the host.
#[derive(Debug)]
pub(crate) struct Desk {
    identity: Identity,
    pub(crate) out: Outgoing,
    pub(crate) events: Stream,
    requests: Repeats<Reply<'static>>,
    slot: Slot,
    pub(crate) run: RunState,
    /// A hello that came while a guest ran; it is answered when the run has ended.
    waiting_hello: Option<(u16, HostHello)>,
    /// Whether a host is there.
    pub(crate) in_session: bool,
    /// Counts the messages of the host.
    heard: u32,
    /// Set when the run is to end: the engine then asks at once.
    interrupt: Arc<AtomicBool>,
}

/// Where the run is.
#[derive(Debug)]
pub(crate) enum RunState {
    /// There is none.
    Idle,
    /// The host has ordered one.
    Ordered(Order),
    /// It goes on.
    Running {
        /// The host wants it to end.
        stop: bool,
    },
}

impl Desk {
    pub(crate) fn new(identity: Identity, out: Outgoing) -> Self {
        Self {
            identity,
            out,
            events: Stream::new(),
            requests: Repeats::new(),
            slot: Slot::default(),
            run: RunState::Idle,
            waiting_hello: None,
            in_session: false,
            heard: 0,
            interrupt: Arc::default(),
        }
    }

    /// Takes everything that has arrived, but for the answer that somebody waits for: that goes to `answered`, which
    /// returns whether it was the right one. Whether it came.
    pub(crate) fn poll(
        &mut self,
        incoming: &mut Incoming,
        mut answered: impl FnMut(u16, &device_link::Answer<'_>) -> bool,
    ) -> bool {
        while incoming.fill(&mut *self.out.board) {
            let counts = incoming.counts();
            let Some(payload) = incoming.next_payload() else { continue };
            self.heard = self.heard.wrapping_add(1);
            match decode::<ToDevice<'_>>(payload) {
                Ok(Message { number, body: ToDevice::Answer(answer), .. }) => {
                    if answered(number, &answer) {
                        return true;
                    }
                }
                Ok(message) => self.take(&message, counts),
                Err(error) => self.undecodable(error, payload),
            }
        }
        if self.out.board.is_over() {
            self.stop_run();
        }
        self.send_events();
        false
    }

    /// Sends what there is to send.
    pub(crate) fn send_events(&mut self) {
        if self.in_session {
            self.events.send(&mut self.out);
        }
    }

    /// A number that changes with each message of the host.
    pub(crate) fn heard(&self) -> u32 {
        self.heard
    }

    /// What is set when the run is to end.
    pub(crate) fn interrupt(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupt)
    }

    /// The installed app's module.
    pub(crate) fn wasm(&self) -> Option<Arc<Vec<u8>>> {
        self.slot.app()
    }

    /// Whether the run is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        !matches!(self.run, RunState::Running { stop: false })
    }

    fn stop_run(&mut self) {
        match &mut self.run {
            RunState::Idle => {}
            RunState::Ordered(order) => order.stop = true,
            RunState::Running { stop } => *stop = true,
        }
        self.interrupt.store(true, Ordering::Relaxed);
    }

    /// The run that was ordered, if one was. It counts as running.
    pub(crate) fn take_order(&mut self) -> Option<Order> {
        match core::mem::replace(&mut self.run, RunState::Idle) {
            RunState::Ordered(order) => {
                self.run = RunState::Running { stop: order.stop };
                self.interrupt.store(order.stop, Ordering::Relaxed);
                Some(order)
            }
            other => {
                self.run = other;
                None
            }
        }
    }

    /// The run is over. A hello that came meanwhile is answered now.
    pub(crate) fn run_ended(&mut self) {
        self.run = RunState::Idle;
        if let Some((number, hello)) = self.waiting_hello.take() {
            self.begin_session(number, hello);
        }
    }

    /// Whether what the present run still has to say is of no interest: another session waits.
    pub(crate) fn is_silenced(&self) -> bool {
        !self.in_session || self.waiting_hello.is_some()
    }

    fn take(&mut self, message: &Message<ToDevice<'_>>, counts: Counts) {
        let &Message { app, number, body } = message;
        match body {
            ToDevice::Hello(hello) if matches!(self.run, RunState::Idle) => self.begin_session(number, hello),
            ToDevice::Hello(hello) => {
                self.waiting_hello = Some((number, hello));
                self.stop_run();
            }
            ToDevice::Request(_) | ToDevice::Data(_) | ToDevice::Credit(_) if self.is_silenced() => {
                if matches!(body, ToDevice::Request(_)) && !self.in_session {
                    self.reply(app, number, Reply::Failed(LinkError::NoHello));
                }
            }
            ToDevice::Request(request) => self.request(app, number, &request, counts),
            ToDevice::Data(data) => self.data(app, number, data),
            ToDevice::Credit(credit) => self.events.credit(number, credit, &mut self.out),
            // Somebody waited for it, and does no more.
            ToDevice::Answer(_) => {}
        }
    }

    fn undecodable(&mut self, error: DecodeError, payload: &[u8]) {
        match error {
            // The host sees by the hello which version this is; there is no session with it.
            DecodeError::Version { .. } => {
                (self.in_session, self.waiting_hello) = (false, None);
                self.stop_run();
                if let Some((header, _)) = Header::read(payload) {
                    self.say_hello(header.number);
                }
            }
            DecodeError::Malformed(Header { kind: Kind::Request, app, number }) => {
                self.reply(app, number, Reply::Failed(LinkError::Malformed));
            }
            DecodeError::Malformed(_) | DecodeError::Foreign => {}
        }
    }

    fn begin_session(&mut self, number: u16, hello: HostHello) {
        self.out.limit = (hello.max_payload as usize).max(device_link::SMALLEST_LIMIT);
        self.events.restart(hello.window);
        self.requests = Repeats::new();
        let _ = self.slot.cancel();
        self.in_session = true;
        self.say_hello(number);
    }

    fn say_hello(&mut self, number: u16) {
        let Identity { board, device_id, profile } = self.identity;
        let mut reserved = [ReservedPins { first: 0, last: 0, purpose: "" }; 8];
        let hello = DeviceHello {
            abi_version: ABI_VERSION,
            max_payload: MAX_PAYLOAD as u32,
            device_id,
            board,
            firmware: env!("CARGO_PKG_VERSION"),
            engine: "wasm3",
            engine_version: wasm3_engine::version(),
            modes: Modes { bench: true, native: false },
            persistent: false,
            heap: self.out.board.heap(),
            profile: ProfileNumbers::new(profile, &mut reserved),
        };
        let sent = self.out.send(&Message { app: 0, number, body: ToHost::Hello(hello) });
        debug_assert!(sent.is_ok(), "a hello fits into the smallest payload");
    }

    fn request(&mut self, app: u8, number: u16, request: &Request<'_>, counts: Counts) {
        if app != 0 {
            return self.reply(app, number, Reply::Failed(LinkError::AppId { apps: 1 }));
        }
        if request.only_asks() {
            // It may be done again, but its number counts: what follows is not an older one's repetition.
            let _ = self.requests.look(number);
            return self.tell(app, number, request, counts);
        }
        let reply = match self.requests.look(number) {
            Known::Old => return,
            Known::Answered(reply) => *reply,
            Known::New => {
                let reply = self.act(number, request).unwrap_or_else(Reply::Failed);
                self.requests.answered(reply);
                reply
            }
        };
        self.reply(app, number, reply);
        if matches!((request, reply), (Request::Reset, Reply::Done)) {
            self.out.board.restart();
        }
    }

    /// Answers a request that only asks.
    fn tell(&mut self, app: u8, number: u16, request: &Request<'_>, received: Counts) {
        let state = if matches!(self.run, RunState::Idle) { AppState::Idle } else { AppState::Running };
        let entry = self.slot.entry(state);
        match request {
            Request::Info => {
                let board = &self.out.board;
                let info = Info {
                    heap: self.heap(),
                    app: entry,
                    received,
                    uptime_ms: self.out.now_ms(),
                    last_reset: board.reset_reason(),
                    line_rate: board.line_rates(),
                    run: None,
                    last_end: None,
                };
                self.reply(app, number, Reply::Info(info));
            }
            Request::List => {
                let entries: &[AppEntry<'_>] = entry.as_slice();
                self.reply(app, number, Reply::Apps(List::from(entries)));
            }
            // What is logged goes out as events; nothing is kept.
            _ => self.reply(
                app,
                number,
                Reply::Logs { first: 0, next: 0, lines: List::<LogLine<'_>>::default() },
            ),
        }
    }

    /// Does what is asked.
    fn act(&mut self, number: u16, request: &Request<'_>) -> Result<Reply<'static>, LinkError> {
        let idle = matches!(self.run, RunState::Idle);
        match *request {
            Request::Stop if idle => return Err(LinkError::NotRunning),
            Request::Stop => self.stop_run(),
            Request::Reset => {}
            _ if !idle => return Err(LinkError::Running),
            Request::InstallBegin { length, crc32, profile } => {
                let profile = order::profile(profile, self.identity.profile)?;
                // The profile of a run decides whether it is too long for that; here is only what fits.
                let room = self.heap().free.saturating_sub(RESERVE_BYTES);
                let limit = self.slot.begin(number, length, crc32, profile, room)?;
                return Ok(Reply::Begun { limit });
            }
            Request::InstallCommit => self.slot.commit()?,
            Request::InstallCancel => self.slot.cancel()?,
            Request::Uninstall => self.slot.uninstall()?,
            Request::Start(ref start) => {
                let profile = self.slot.profile().ok_or(LinkError::NoApp)?;
                self.run = RunState::Ordered(Order::new(start, profile, self.identity, self.out.limit)?);
            }
            Request::Autostart(_) | Request::LineRate { .. } => return Err(LinkError::NotSupported),
            Request::Info | Request::List | Request::Logs { .. } => return Err(LinkError::NotSupported),
        }
        Ok(Reply::Done)
    }

    fn data(&mut self, app: u8, number: u16, data: Data<'_>) {
        if let Some(progress) = self.slot.data(number, data) {
            let _ = self.out.send(&Message { app, number, body: ToHost::Progress(progress) });
        }
    }

    pub(crate) fn heap(&self) -> Heap {
        self.out.board.heap()
    }

    fn reply(&mut self, app: u8, number: u16, reply: Reply<'_>) {
        // All that are sent fit into the smallest payload.
        let _ = self.out.send(&Message { app, number, body: ToHost::Reply(reply) });
    }
}
