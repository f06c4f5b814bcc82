//! Apps that are kept in flash, and that the board starts by itself.

use app_storage::Store;
use device_abi::system::ResetReason;
use device_link::{LinkError, List, Mode, Reply, Request, Start, crc32};

use crate::{
    flash::Cells,
    heard::Heard,
    script::{Script, native},
};

/// Logs, and then does what comes.
fn guest(then: &str) -> String {
    format!(
        r#"(module
          (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
          (import "device:abi/log@1" "write" (func $log (param i32 i32 i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "here")
          (func (export "run") (result i32)
            (call $log (i32.const 2) (i32.const 0) (i32.const 4)) {then} (i32.const 3)))"#
    )
}

/// Sleeps for good.
fn sleeper() -> String {
    guest("(call $sleep (i64.const -1))")
}

/// Traps after 10 ms.
fn crasher() -> String {
    guest("(call $sleep (i64.const 10000)) unreachable")
}

/// What the app is started with.
fn autostart() -> Request<'static> {
    Request::Autostart(Some(native()))
}

/// A board that has started for this reason.
fn started(cells: &Cells, reason: ResetReason) -> Script {
    cells.power_on();
    let mut script = Script::new();
    (script.flash, script.reset_reason) = (Some(cells.clone()), reason);
    script
}

/// A flash with this guest, started by the board from the next time on.
fn installed(guest: &str) -> Cells {
    let cells = Cells::new();
    let heard = started(&cells, ResetReason::PowerOn).install(guest).ask(autostart()).play(100);
    assert_eq!(heard.count("Done"), 2, "{:#?}", heard.messages());
    cells
}

/// Starts the board, asks how it is after `at_ms`, and takes its power away then.
fn look(cells: &Cells, reason: ResetReason, at_ms: u64) -> Heard {
    let mut script = started(cells, reason);
    script.is_cut = true;
    script.after_ms(at_ms).ask(Request::Info).play(at_ms + 1)
}

const RUNNING: &str = "running, autostart, 0 failed";
const RUNNING_AGAIN: &str = "running, autostart, 1 failed";
const HELD: &str = "held, autostart, 2 failed";

#[test]
fn the_app_is_there_after_a_restart_and_starts_by_itself() {
    let cells = installed(&sleeper());
    let heard = look(&cells, ResetReason::PowerOn, 500);
    assert_eq!(heard.app(), RUNNING);
    // Without it, the app is there, and waits.
    let mut script = started(&cells, ResetReason::PowerOn);
    let heard = script.ask(Request::Stop).after_ms(10).ask(Request::Autostart(None)).play(100);
    assert_eq!(heard.count("Done"), 2, "{:#?}", heard.messages());
    assert_eq!(look(&cells, ResetReason::PowerOn, 500).app(), "idle, 0 failed");
    let heard = started(&cells, ResetReason::PowerOn).ask(Request::Start(native())).play(100);
    assert_eq!(heard.count("log here at 0 ms"), 1);
}

#[test]
fn an_app_that_crashes_is_started_twice_and_then_held() {
    let cells = installed(&crasher());
    let heard = look(&cells, ResetReason::PowerOn, 500);
    assert_eq!(heard.app(), HELD);
    assert_eq!(heard.count("trap unreachable at 10 ms"), 2, "{:#?}", heard.messages());
    // Restarts do not change that.
    for reason in [ResetReason::PowerOn, ResetReason::Watchdog, ResetReason::Software] {
        let heard = look(&cells, reason, 500);
        assert_eq!(heard.app(), HELD);
        assert_eq!(heard.count("trap unreachable at 10 ms"), 0);
    }
    // A host may start it, and then it is not held any more.
    let mut script = started(&cells, ResetReason::PowerOn);
    let heard = script.ask(Request::Start(native())).after_ms(50).ask(Request::Info).play(100);
    assert_eq!(
        (heard.app(), heard.count("trap unreachable at 10 ms")),
        ("idle, autostart, 0 failed".into(), 1)
    );
    let heard = look(&cells, ResetReason::PowerOn, 500);
    assert_eq!((heard.app(), heard.count("trap unreachable at 10 ms")), (HELD.into(), 2));
    // So may another install.
    let heard = started(&cells, ResetReason::PowerOn).install(&crasher()).ask(Request::Info).play(100);
    assert_eq!(heard.app(), "idle, 0 failed");
}

#[test]
fn an_app_that_brings_the_board_down_is_held() {
    for reason in [ResetReason::Watchdog, ResetReason::Software, ResetReason::Other] {
        let cells = installed(&sleeper());
        assert_eq!(look(&cells, ResetReason::PowerOn, 50_000).app(), RUNNING);
        assert_eq!(look(&cells, reason, 50_000).app(), RUNNING_AGAIN);
        assert_eq!(look(&cells, reason, 50_000).app(), HELD);
        assert_eq!(look(&cells, reason, 50_000).app(), HELD);
    }
}

#[test]
fn who_takes_the_power_away_does_not_count_against_the_app() {
    let cells = installed(&sleeper());
    for reason in [ResetReason::PowerOn, ResetReason::External, ResetReason::Brownout, ResetReason::DeepSleep]
    {
        for _ in 0..3 {
            assert_eq!(look(&cells, reason, 500).app(), RUNNING);
        }
    }
    started(&cells, ResetReason::PowerOn).ask(Request::Stop).play(100);
    // Nor does a host that resets the board, or stops the app: that is known when the board starts again.
    for request in [Request::Reset, Request::Stop] {
        for _ in 0..3 {
            let heard = started(&cells, ResetReason::Software).after_ms(500).ask(request).play(1_000);
            assert_eq!(heard.count("Done"), 1);
            assert_eq!(look(&cells, ResetReason::Software, 500).app(), RUNNING);
            cells.power_on();
            started(&cells, ResetReason::PowerOn).ask(Request::Stop).play(100);
        }
    }
}

#[test]
fn a_minute_clears_what_was_before() {
    let cells = installed(&sleeper());
    look(&cells, ResetReason::PowerOn, 500);
    assert_eq!(look(&cells, ResetReason::Watchdog, 59_900).app(), RUNNING_AGAIN);
    let cells = installed(&sleeper());
    look(&cells, ResetReason::PowerOn, 500);
    assert_eq!(look(&cells, ResetReason::Watchdog, 60_200).app(), RUNNING);
    assert_eq!(look(&cells, ResetReason::Watchdog, 500).app(), RUNNING);
}

#[test]
fn a_good_end_clears_what_was_before() {
    let cells = installed(&guest("(call $sleep (i64.const 100000))"));
    look(&cells, ResetReason::PowerOn, 50);
    let heard = look(&cells, ResetReason::Watchdog, 500);
    assert_eq!((heard.app(), heard.count("exit 3 at 100 ms")), ("idle, autostart, 0 failed".into(), 1));
}

#[test]
fn an_install_and_an_uninstall_forget_the_autostart() {
    let cells = installed(&sleeper());
    let mut script = started(&cells, ResetReason::PowerOn);
    script.ask(Request::Stop).after_ms(10).install(&crasher()).play(100);
    assert_eq!(look(&cells, ResetReason::PowerOn, 500).app(), "idle, 0 failed");
    started(&cells, ResetReason::PowerOn).ask(autostart()).ask(Request::Uninstall).play(100);
    assert_eq!(look(&cells, ResetReason::PowerOn, 500).app(), "none");
}

fn failed(error: LinkError) -> String {
    format!("{:?}", Reply::Failed(error))
}

#[test]
fn an_autostart_that_cannot_be_is_refused() {
    let cells = Cells::new();
    let heard = started(&cells, ResetReason::PowerOn).ask(autostart()).play(100);
    assert_eq!(heard.count(&failed(LinkError::NoApp)), 1, "{:#?}", heard.messages());

    let bench = Start { mode: Mode::Bench, ..native() };
    let longest = |length: usize| ["x".repeat(length)];
    let bytes =
        |text: &str| Start { arguments: List::of(&[text]), ..native() }.write_to(&mut [0; 2048]).unwrap();
    let rest = 1_024 - (bytes(&longest(500)[0]) - 500);
    let (fits, too_long) = (longest(rest), longest(rest + 1));
    let (fits, too_long) = ([&fits[0][..]], [&too_long[0][..]]);
    let arguments = |list| Request::Autostart(Some(Start { arguments: List::of(list), ..native() }));
    let mut script = started(&cells, ResetReason::PowerOn);
    script.max_payload = 1_100;
    script
        .install(&sleeper())
        .ask(Request::Autostart(Some(bench)))
        .ask(arguments(&too_long))
        .ask(arguments(&fits));
    let heard = script.play(100);
    assert_eq!(heard.count(&failed(LinkError::ModeNotSupported)), 1, "{:#?}", heard.messages());
    let error = LinkError::AutostartTooLong { bytes: 1_025, limit: 1_024 };
    assert_eq!(heard.count(&failed(error)), 1, "{:#?}", heard.messages());
    assert_eq!(heard.count("Done"), 2);

    // A board without flash for apps starts none.
    let heard = Script::new().install(&sleeper()).ask(autostart()).play(100);
    assert_eq!(heard.count(&failed(LinkError::NotSupported)), 1, "{:#?}", heard.messages());
}

#[test]
fn an_app_for_a_profile_that_the_board_does_not_serve_is_not_started() {
    for (profile, error) in [("desktop", LinkError::ProfileTooLarge), ("another", LinkError::UnknownProfile)]
    {
        // Another firmware has stored it.
        let cells = Cells::new();
        let wasm = wat::parse_str(sleeper()).unwrap();
        let mut store = Store::open(cells.clone()).unwrap();
        store.begin(wasm.len() as u32, crc32(&wasm), profile).unwrap();
        store.append(&wasm).unwrap();
        store.commit().unwrap();
        let mut script = started(&cells, ResetReason::PowerOn);
        script.ask(Request::Info).ask(autostart()).ask(Request::Start(native()));
        let heard = script.play(100);
        assert_eq!(heard.count(&failed(error)), 2, "{:#?}", heard.messages());
        assert_eq!(heard.app(), "idle, 0 failed");
    }
}

/// The first byte of slot a's module, and slot b's first sector: journal, then a header and 16 sectors per slot.
const MODULE_A: usize = 3 * 4096;
const SLOT_B: u32 = 2 + 17;

#[test]
fn a_damaged_app_is_reported_and_not_started() {
    let cells = installed(&sleeper());
    cells.damage(MODULE_A + 100);
    let mut script = started(&cells, ResetReason::PowerOn);
    let heard =
        script.ask(Request::Info).ask(Request::Start(native())).ask(Request::Logs { first: 0 }).play(500);
    assert_eq!(heard.app(), "damaged, autostart, 0 failed");
    let messages = format!("{:#?}", heard.messages());
    assert!(messages.contains("Failed(AppDamaged { found: "), "{messages}");
    assert!(messages.contains("autostart: the stored app has crc32"), "{messages}");
    assert_eq!(heard.count("log here at 0 ms"), 0);
}

#[test]
fn a_worn_slot_is_said_and_the_former_app_stays() {
    let cells = installed(&sleeper());
    cells.wear(SLOT_B);
    let mut script = started(&cells, ResetReason::PowerOn);
    script.ask(Request::Stop).after_ms(10).install(&crasher());
    let heard = script.ask(Request::Info).ask(Request::Logs { first: 0 }).play(500);
    let messages = format!("{:#?}", heard.messages());
    assert!(heard.count(&failed(LinkError::Storage)) > 0, "{messages}");
    assert!(
        messages.contains("storage: slot b is worn: the flash at 0x13000 cannot be erased"),
        "{messages}"
    );
    assert_eq!(look(&cells, ResetReason::PowerOn, 500).app(), RUNNING);
}

#[test]
fn a_slot_that_wears_in_the_middle_is_said_at_the_end() {
    let cells = installed(&sleeper());
    // The module's first sector.
    cells.wear(SLOT_B + 1);
    let mut script = started(&cells, ResetReason::PowerOn);
    let heard = script.ask(Request::Stop).after_ms(10).install(&crasher()).play(500);
    assert!(heard.count(&failed(LinkError::Storage)) > 0, "{:#?}", heard.messages());
    assert_eq!(look(&cells, ResetReason::PowerOn, 500).app(), RUNNING);
}

#[test]
fn a_failure_that_cannot_be_noted_is_the_last_one() {
    let cells = installed(&sleeper());
    assert_eq!(look(&cells, ResetReason::PowerOn, 500).app(), RUNNING);
    cells.wear(0);
    cells.wear(1);
    assert_eq!(look(&cells, ResetReason::Watchdog, 500).app(), "idle, autostart, 0 failed");
}

#[test]
fn what_cannot_be_noted_is_not_started() {
    let cells = installed(&sleeper());
    cells.wear(0);
    cells.wear(1);
    let mut script = started(&cells, ResetReason::PowerOn);
    let heard = script.ask(Request::Info).ask(Request::Logs { first: 0 }).play(500);
    assert_eq!(heard.app(), "idle, autostart, 0 failed");
    let messages = format!("{:#?}", heard.messages());
    assert!(messages.contains("storage: the journal is worn: the flash at 0x"), "{messages}");
}
