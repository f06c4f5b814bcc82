//! The desk: takes every message of the host, whether a guest runs or not.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering};

use device_abi::Outcome;
use device_link::{
    Counts, Data, DecodeError, FIRST_BAUD, GIVE_UP_MS, Header, Heap, HostHello, Kind, Known, LinkError,
    Message, Repeats, Reply, Request, Start, ToDevice, ToHost, decode,
};

use crate::{
    Identity,
    lifecycle::OwnRun,
    line::{Incoming, Outgoing},
    log::Log,
    order::{self, Order},
    rate::Rate,
    slot::Slot,
    state::{End, RunState, Running},
    stream::Stream,
};

/// Bytes of memory that are kept free beside apps and their guests: for what the agent and the core allocate while a
/// guest runs (the trace on its way, a transaction's operations, an error), which must never fail.
pub(crate) const RESERVE_BYTES: u32 = 16 * 1024;

/// Bytes that are taken at a time, at most: whoever sends without a pause does not keep the device from all else.
const POLL_BYTES: usize = 4 * 1024;

/// What takes every message of the host.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) identity: Identity,
    pub(crate) out: Outgoing,
    pub(crate) events: Stream,
    requests: Repeats<Reply<'static>>,
    pub(crate) slot: Slot,
    pub(crate) run: RunState,
    /// The device has started the run by itself.
    pub(crate) own_run: Option<OwnRun>,
    pub(crate) last_end: End,
    /// What native runs have logged.
    pub(crate) log: Log,
    rate: Rate,
    /// A hello that came while a guest ran; it is answered when the run has ended.
    waiting_hello: Option<(u16, HostHello)>,
    /// Whether a host is there.
    pub(crate) in_session: bool,
    /// Counts the messages of the host.
    heard: u32,
    /// When the last of them came, milliseconds.
    heard_ms: u64,
    /// Since when the run is to end, milliseconds.
    stopped_ms: Option<u64>,
    /// Set when the run is to end: the engine then asks at once.
    interrupt: Arc<AtomicBool>,
}

impl Desk {
    pub(crate) fn new(identity: Identity, mut out: Outgoing) -> Self {
        let slot = Slot::new(out.board.flash());
        Self {
            identity,
            out,
            events: Stream::new(),
            requests: Repeats::new(),
            slot,
            run: RunState::Idle,
            own_run: None,
            last_end: End::new(),
            log: Log::new(),
            rate: Rate::default(),
            waiting_hello: None,
            in_session: false,
            heard: 0,
            heard_ms: 0,
            stopped_ms: None,
            interrupt: Arc::default(),
        }
    }

    /// Takes what has arrived, up to a limit, but for the answer that somebody waits for: that goes to `answered`, which
    /// returns whether it was the right one. Whether it came.
    pub(crate) fn poll(
        &mut self,
        incoming: &mut Incoming,
        mut answered: impl FnMut(u16, &device_link::Answer<'_>) -> bool,
    ) -> bool {
        self.out.board.feed();
        let mut left = POLL_BYTES;
        while incoming.fill(&mut *self.out.board, &mut left) {
            let counts = incoming.counts();
            let Some(payload) = incoming.next_payload() else { continue };
            // What is answered on a slow line takes its time, and more may be there already.
            self.out.board.feed();
            let message = decode::<ToDevice<'_>>(payload);
            // An echo, or what nobody knows, is no sign of the host.
            if !matches!(message, Err(DecodeError::Foreign)) {
                self.heard = self.heard.wrapping_add(1);
                self.heard_ms = self.out.now_ms();
                self.rate.heard(self.heard_ms);
            }
            match message {
                Ok(Message { app: 0, number, body: ToDevice::Answer(answer) }) => {
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
        if self.rate.is_lost(self.out.now_ms()) {
            self.out.board.set_line_rate(FIRST_BAUD);
        }
        self.look_at_own_run();
        self.send_events();
        false
    }

    /// Sends what there is to send. A run in native mode does not wait for a host to be given up.
    pub(crate) fn send_events(&mut self) {
        if self.run.is_native()
            && let Some(since_ms) = self.events.waits_since_ms()
            && self.out.now_ms().saturating_sub(since_ms.max(self.heard_ms)) >= GIVE_UP_MS
        {
            self.in_session = false;
        }
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

    /// Whether the run is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        !matches!(self.run, RunState::Running(Running { stop: false, .. }))
    }

    /// When the run is to end although the host has not answered its call, milliseconds; `None` while it is not to end.
    pub(crate) fn stop_due_ms(&self) -> Option<u64> {
        self.stopped_ms.map(|stopped_ms| stopped_ms.saturating_add(GIVE_UP_MS))
    }

    fn stop_run(&mut self) {
        if !matches!(self.run, RunState::Idle) && self.stopped_ms.is_none() {
            self.stopped_ms = Some(self.out.now_ms());
        }
        match &mut self.run {
            RunState::Idle => {}
            RunState::Ordered(order) => order.stop = true,
            RunState::Running(running) => running.stop = true,
        }
        self.interrupt.store(true, Ordering::Relaxed);
    }

    /// The run that was ordered, if one was. It counts as running.
    pub(crate) fn take_order(&mut self) -> Option<Order> {
        match core::mem::replace(&mut self.run, RunState::Idle) {
            RunState::Ordered(order) => {
                self.run = RunState::Running(Running::new(&order));
                if !self.in_session {
                    // What a former run had to say is not this one's.
                    self.events.restart(0);
                }
                self.interrupt.store(order.stop, Ordering::Relaxed);
                Some(order)
            }
            other => {
                self.run = other;
                None
            }
        }
    }

    /// The run goes on, at `time_ns` of device time.
    pub(crate) fn run_is_at(&mut self, time_ns: u64) {
        if let Some(status) = self.run.status() {
            status.time_ns = time_ns;
        }
    }

    /// The run is over. A hello that came meanwhile is answered now.
    pub(crate) fn run_ended(&mut self, outcome: &Outcome, time_ns: u64) {
        self.run = RunState::Idle;
        self.stopped_ms = None;
        self.last_end.keep(outcome, time_ns);
        self.own_run_ended(outcome);
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
            ToDevice::Hello(hello) if matches!(self.run, RunState::Idle) || self.run.is_native() => {
                self.begin_session(number, hello);
            }
            ToDevice::Hello(hello) => {
                self.waiting_hello = Some((number, hello));
                self.stop_run();
            }
            ToDevice::Data(_) | ToDevice::Credit(_) if app != 0 => {}
            ToDevice::Request(_) | ToDevice::Data(_) | ToDevice::Credit(_) if self.is_silenced() => {
                if matches!(body, ToDevice::Request(_)) && !self.in_session {
                    self.out.reply(app, number, Reply::Failed(LinkError::NoHello));
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
                if !self.run.is_native() {
                    self.stop_run();
                }
                if let Some((header, _)) = Header::read(payload) {
                    self.say_hello(header.number);
                }
            }
            DecodeError::Malformed(Header { kind: Kind::Request, app, number }) => {
                self.out.reply(app, number, Reply::Failed(LinkError::Malformed));
            }
            DecodeError::Malformed(_) | DecodeError::Foreign => {}
        }
    }

    /// Counts what the host has not acknowledged of a run in native mode, before that is forgotten.
    fn count_kept(&mut self) {
        if self.run.is_native()
            && let Some(status) = self.run.status()
        {
            status.dropped += self.events.kept(&mut self.out);
        }
    }

    fn begin_session(&mut self, number: u16, hello: HostHello) {
        self.out.limit = (hello.max_payload as usize).max(device_link::SMALLEST_LIMIT);
        self.count_kept();
        self.events.restart(hello.window);
        self.requests = Repeats::new();
        let _ = self.slot.cancel();
        self.in_session = true;
        self.say_hello(number);
    }

    fn request(&mut self, app: u8, number: u16, request: &Request<'_>, counts: Counts) {
        if app != 0 {
            return self.out.reply(app, number, Reply::Failed(LinkError::AppId { apps: 1 }));
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
                self.tell_trouble();
                self.requests.answered(reply);
                reply
            }
        };
        self.out.reply(app, number, reply);
        // Also when it is repeated: the host has not heard of it.
        match (request, reply) {
            (Request::Reset, Reply::Done) => self.out.board.restart(),
            (&Request::LineRate { baud }, Reply::Done) => {
                self.out.board.set_line_rate(baud);
                self.rate.changed(baud, self.out.now_ms());
            }
            _ => {}
        }
    }

    /// Does what is asked.
    fn act(&mut self, number: u16, request: &Request<'_>) -> Result<Reply<'static>, LinkError> {
        let idle = matches!(self.run, RunState::Idle);
        match *request {
            Request::Stop if idle => return Err(LinkError::NotRunning),
            Request::Stop => self.stop_run(),
            Request::Reset => self.leave_own_run(),
            Request::LineRate { baud } => Rate::check(&*self.out.board, baud)?,
            _ if !idle => return Err(LinkError::Running),
            Request::InstallBegin { length, crc32, profile } => {
                let profile = order::profile(profile, self.identity.profile)?;
                // The profile of a run decides whether it is too long for that; here is only what fits.
                let room = self.app_room();
                let limit = self.slot.begin(number, length, crc32, profile, room)?;
                return Ok(Reply::Begun { limit });
            }
            Request::InstallCommit => self.slot.commit()?,
            Request::InstallCancel => self.slot.cancel()?,
            Request::Uninstall => self.slot.uninstall()?,
            Request::Start(ref start) => {
                self.order(start)?;
                self.forget_failures();
            }
            Request::Autostart(ref start) => self.set_autostart(start.as_ref())?,
            Request::Info | Request::List | Request::Logs { .. } => return Err(LinkError::NotSupported),
        }
        Ok(Reply::Done)
    }

    /// Orders a run of the installed app: by the host, or without one.
    ///
    /// # Errors
    /// Why it cannot be.
    pub(crate) fn order(&mut self, start: &Start<'_>) -> Result<(), LinkError> {
        let order = self.look_at_order(start)?;
        let room = self.app_room();
        self.slot.load(room)?;
        // All memory is the run's.
        let _ = self.slot.cancel();
        self.run = RunState::Ordered(order);
        Ok(())
    }

    /// What a run of the installed app would be.
    pub(crate) fn look_at_order(&mut self, start: &Start<'_>) -> Result<Order, LinkError> {
        let profile = order::profile(self.slot.profile().ok_or(LinkError::NoApp)?, self.identity.profile)?;
        Order::from_start(start, profile, self.identity, self.out.limit, &mut *self.out.board)
    }

    /// Bytes of memory that an app can take.
    fn app_room(&self) -> u32 {
        self.heap().free.saturating_sub(RESERVE_BYTES)
    }

    fn data(&mut self, app: u8, number: u16, data: Data<'_>) {
        if let Some(progress) = self.slot.data(number, data) {
            let _ = self.out.send(&Message { app, number, body: ToHost::Progress(progress) });
        }
    }

    pub(crate) fn heap(&self) -> Heap {
        self.out.board.heap()
    }
}
