//! The agent: desk and line together, shared by whatever waits for the host.

use alloc::{boxed::Box, sync::Arc};

use device_link::{Answer, Asking, Call, Message, Next, Outlook, ToHost, What};
use spin::Mutex;

use crate::{
    Board, Identity,
    desk::Desk,
    line::{Incoming, Outgoing},
    run,
};

/// How long the idle agent waits before it looks around, nanoseconds.
pub(crate) const IDLE_NS: u64 = 100_000_000;

/// Desk and line together.
pub(crate) struct Agent {
    incoming: Incoming,
    pub(crate) desk: Desk,
    next_call: u16,
    pub(crate) calls: u64,
    /// What the outside wants, by the host's last word.
    pub(crate) outlook: Outlook,
    /// A call of the run was given up, because that is to end.
    pub(crate) was_cut: bool,
}

/// The agent, in the hands of everything that waits for the host. There is one thread; the lock only keeps the
/// compiler sure of it.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<Agent>>);

impl core::fmt::Debug for Shared {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Agent) -> T) -> T {
        work(&mut self.0.lock())
    }
}

/// The host does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostGone;

impl Agent {
    /// Takes what has arrived.
    pub(crate) fn poll(&mut self) {
        self.desk.poll(&mut self.incoming, |_, _| false);
    }

    /// Takes what has arrived, and says whether the run is to end.
    pub(crate) fn poll_stop(&mut self) -> bool {
        self.poll();
        self.desk.is_stopped()
    }

    /// Waits a while for something to arrive, and takes it.
    pub(crate) fn wait(&mut self, ns: u64) {
        let board = &mut self.desk.out.board;
        let until_ns = board.now_ns().saturating_add(ns);
        board.wait(until_ns);
        self.poll();
    }

    /// Calls the host's hardware, and gives its answer to `read`. Everything else that arrives meanwhile is taken too:
    /// a host that wants the run to end still answers, so that the call ends as it would have; if it does not, the run ends
    /// without that.
    ///
    /// # Errors
    /// The host does not answer, or its session is over.
    pub(crate) fn call<T>(
        &mut self,
        app: u8,
        at_ns: u64,
        what: What<'_>,
        mut read: impl FnMut(&Answer<'_>) -> T,
    ) -> Result<T, HostGone> {
        let number = self.next_call;
        self.next_call = number.wrapping_add(1);
        self.calls += 1;
        self.desk.run_is_at(at_ns);
        if self.desk.is_silenced() || self.is_stop_due() {
            return Err(HostGone);
        }
        let message = Message { app, number, body: ToHost::Call(Call { at_ns, what }) };
        let mut asking = self.desk.out.ask(&message).map_err(|_| HostGone)?;
        let mut heard = self.desk.heard();
        loop {
            let mut result = None;
            let outlook = &mut self.outlook;
            let answered = self.desk.poll(&mut self.incoming, |answered, answer| {
                let right = answered == number;
                if right {
                    *outlook = answer.outlook;
                    result = Some(read(answer));
                }
                right
            });
            if answered && let Some(result) = result {
                return Ok(result);
            }
            if self.desk.is_silenced() || self.desk.out.board.is_over() || self.is_stop_due() {
                return Err(HostGone);
            }
            let now_ms = self.desk.out.now_ms();
            if heard != self.desk.heard() {
                // It is slow, but there: the call stands behind events that it is still taking.
                heard = self.desk.heard();
                asking = Asking::new(number, now_ms);
            }
            match asking.next(now_ms) {
                Next::WaitUntil(until_ms) => {
                    let until_ms = until_ms.min(self.desk.stop_due_ms().unwrap_or(u64::MAX));
                    self.desk.out.board.wait(until_ms.saturating_mul(1_000_000));
                }
                Next::Repeat => self.desk.out.ask_again(),
                Next::GiveUp => {
                    self.host_is_gone();
                    return Err(HostGone);
                }
            }
        }
    }
}

impl Agent {
    /// Whether the run is to end, and the host has had its time to answer. Whatever the guest does then, it was stopped.
    fn is_stop_due(&mut self) -> bool {
        let is_due = self.desk.stop_due_ms().is_some_and(|due_ms| self.desk.out.now_ms() >= due_ms);
        self.was_cut |= is_due;
        is_due
    }

    /// Ends the session with a host that does not answer. Its guest runs on, without hardware.
    pub(crate) fn host_is_gone(&mut self) {
        self.desk.in_session = false;
        self.outlook = Outlook::default();
    }
}

/// Serves hosts until the board is over.
pub fn serve(board: Box<dyn Board>, identity: Identity) {
    let shared = start(board, identity);
    loop {
        let order = shared.with(|agent| {
            agent.poll();
            agent.desk.take_order()
        });
        if let Some(order) = order {
            run::run(&shared, order);
            continue;
        }
        let over = shared.with(|agent| {
            let board = &mut agent.desk.out.board;
            let until_ns = board.now_ns().saturating_add(IDLE_NS);
            board.wait(until_ns);
            board.is_over()
        });
        if over {
            return;
        }
    }
}

/// Everything that serving needs, with the app started that starts by itself. What is moved about here does not stay on the
/// stack under a guest.
#[inline(never)]
fn start(board: Box<dyn Board>, identity: Identity) -> Shared {
    let mut desk = Desk::new(identity, Outgoing::new(board));
    desk.start_up();
    let agent = Agent {
        incoming: Incoming::new(),
        desk,
        next_call: 0,
        calls: 0,
        outlook: Outlook::default(),
        was_cut: false,
    };
    Shared(Arc::new(Mutex::new(agent)))
}
