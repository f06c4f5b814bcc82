//! Install, start, stop, over and over: nothing is left behind.

use device_link::Request;
use sim_host::Guest;

use crate::{
    raw::{Raw, start},
    support::{is_host, line, reader},
};

/// How often; `TWINBOARD_CYCLES` says otherwise (10,000 take 7 s on `host`, on an idle machine).
fn cycles() -> u32 {
    let wanted = std::env::var("TWINBOARD_CYCLES").ok().map(|text| text.parse().expect("TWINBOARD_CYCLES"));
    wanted.unwrap_or(if is_host() { 10_000 } else { 300 })
}

#[test]
fn cycles_leave_nothing_behind() {
    let busy = r#"(module (memory (export "memory") 1) (func (export "run") (result i32) (loop $l (br $l)) (i32.const 0)))"#;
    let busy = Guest::from_bytes(busy).unwrap();
    let other = Guest::from_bytes(reader(1, 0)).unwrap();
    let mut raw = Raw::greeted(line());
    let mut free = None;
    for cycle in 0..cycles() {
        // Alternating, so that an app takes the place of one of another length.
        raw.install(if cycle % 2 == 0 { other.wasm() } else { busy.wasm() });
        raw.install(busy.wasm());
        raw.ask(Request::Start(start())).unwrap();
        raw.ask(Request::Stop).unwrap();
        assert_eq!(raw.outcome(), "stopped", "cycle {cycle}");
        // Events are not acknowledged here: a new session forgets them.
        raw.greet();
        let heap = raw.info().heap;
        assert_eq!(*free.get_or_insert(heap.free), heap.free, "cycle {cycle}");
    }
}
