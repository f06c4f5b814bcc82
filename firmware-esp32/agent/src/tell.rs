//! What the desk tells of the device when it is asked.

use device_abi::ABI_VERSION;
use device_link::{
    AppEntry, Counts, DeviceHello, Info, List, Message, Modes, ProfileNumbers, Reply, Request, ReservedPins,
    ToHost,
};

use crate::{Identity, desk::Desk, line::MAX_PAYLOAD};

impl Desk {
    pub(crate) fn say_hello(&mut self, number: u16) {
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
            modes: Modes { bench: true, native: self.out.board.has_native() },
            persistent: self.slot.is_persistent(),
            heap: self.out.board.heap(),
            profile: ProfileNumbers::new(profile, &mut reserved),
        };
        let sent = self.out.send(&Message { app: 0, number, body: ToHost::Hello(hello) });
        debug_assert!(sent.is_ok(), "a hello fits into the smallest payload");
    }

    /// Answers a request that only asks.
    pub(crate) fn tell(&mut self, app: u8, number: u16, request: &Request<'_>, received: Counts) {
        let entry = self.slot.entry(self.app_state());
        let out = &mut self.out;
        let entries: &[AppEntry<'_>];
        let lines;
        let reply = match *request {
            Request::Info => Reply::Info(Info {
                heap: out.board.heap(),
                app: entry,
                received,
                uptime_ms: out.now_ms(),
                last_reset: out.board.reset_reason(),
                line_rate: out.board.line_rates(),
                run: self.run.told(),
                last_end: self.last_end.told(),
            }),
            Request::Logs { first } => {
                let kept = self.log.lines(first, out.limit.min(MAX_PAYLOAD));
                lines = kept.1;
                Reply::Logs { first: kept.0, next: self.log.next(), lines: List::of(&lines) }
            }
            _ => {
                entries = entry.as_slice();
                Reply::Apps(List::of(entries))
            }
        };
        out.reply(app, number, reply);
    }
}
