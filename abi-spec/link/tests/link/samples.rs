//! One message of each kind, with realistic contents: the golden frames of `LINK.md`.

use std::sync::OnceLock;

use device_abi::{
    Fault, Function, Limit, Profile, RefusalWord, Trap, Violation,
    gpio::{Level, Mode as PinMode},
    log, system,
    types::ErrorCode,
};
use device_link::*;

use crate::{support::frame, variants};

/// A message of one of the directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sample {
    Device(Message<ToDevice<'static>>),
    Host(Message<ToHost<'static>>),
}

impl Sample {
    pub(crate) fn frame(&self) -> Vec<u8> {
        match self {
            Self::Device(message) => frame(message),
            Self::Host(message) => frame(message),
        }
    }
}

/// All samples as frames.
pub(crate) fn frames() -> &'static [(&'static str, Vec<u8>)] {
    static FRAMES: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
    FRAMES.get_or_init(|| all().into_iter().map(|(name, sample)| (name, sample.frame())).collect())
}

/// The shortest frame of all, and the longest.
pub(crate) fn extremes() -> [&'static (&'static str, Vec<u8>); 2] {
    let shortest = frames().iter().min_by_key(|(_, frame)| frame.len());
    let longest = frames().iter().max_by_key(|(_, frame)| frame.len());
    [shortest, longest].map(|frame| frame.expect("there are samples"))
}

/// All samples: a name, and the message.
pub(crate) fn all() -> Vec<(&'static str, Sample)> {
    let mut samples: Vec<_> = to_device().map(|(name, number, body)| device(name, number, body)).into();
    samples.extend(to_host().map(|(name, number, body)| host(name, number, body)));
    samples.extend(variants::to_device().map(|(name, number, body)| device(name, number, body)));
    samples.extend(variants::to_host().map(|(name, number, body)| host(name, number, body)));
    samples
}

fn device(name: &'static str, number: u16, body: ToDevice<'static>) -> (&'static str, Sample) {
    (name, Sample::Device(Message { app: 0, number, body }))
}

fn host(name: &'static str, number: u16, body: ToHost<'static>) -> (&'static str, Sample) {
    (name, Sample::Host(Message { app: 0, number, body }))
}

const ABI_VERSION: u32 = 1 << 16;

fn to_device() -> [(&'static str, u16, ToDevice<'static>); 20] {
    let quiet = Outlook::default();
    let done = Answer { result: Answered::Done, extra_ns: 0, outlook: quiet };
    [
        (
            "hello of a host",
            1,
            ToDevice::Hello(HostHello { abi_version: ABI_VERSION, max_payload: 131_072, window: 16 }),
        ),
        ("info", 2, ToDevice::Request(Request::Info)),
        ("install-begin", 3, ToDevice::Request(INSTALL)),
        ("data", 3, ToDevice::Data(Data { offset: 1024, bytes: b"\0asm\x01\0\0\0" })),
        ("install-commit", 4, ToDevice::Request(Request::InstallCommit)),
        ("install-cancel", 5, ToDevice::Request(Request::InstallCancel)),
        ("start", 6, ToDevice::Request(Request::Start(START))),
        ("stop", 7, ToDevice::Request(Request::Stop)),
        ("uninstall", 8, ToDevice::Request(Request::Uninstall)),
        ("reset", 9, ToDevice::Request(Request::Reset)),
        ("list", 10, ToDevice::Request(Request::List)),
        ("logs", 11, ToDevice::Request(Request::Logs { first: 100 })),
        ("autostart", 12, ToDevice::Request(Request::Autostart(Some(Start { mode: Mode::Native, ..START })))),
        ("autostart: none", 13, ToDevice::Request(Request::Autostart(None))),
        ("line-rate", 14, ToDevice::Request(Request::LineRate { baud: 921_600 })),
        ("answer: done", 1, ToDevice::Answer(done)),
        ("answer: level", 2, ToDevice::Answer(Answer { result: Answered::Level(Level::High), ..done })),
        (
            "answer: data",
            3,
            ToDevice::Answer(Answer {
                result: Answered::Data(&[0x60]),
                extra_ns: 12_000,
                outlook: Outlook { next_ns: Some(2_000_000_000), listens: true, end: false },
            }),
        ),
        (
            "answer: failed",
            4,
            ToDevice::Answer(Answer {
                result: Answered::Failed { code: ErrorCode::NoAcknowledgeAddress, acknowledged: 0 },
                ..done
            }),
        ),
        ("credit", 8, ToDevice::Credit(Credit { window: 16, again: false })),
    ]
}

const INSTALL: Request<'static> =
    Request::InstallBegin { length: 15_360, crc32: 0x89ab_cdef, profile: "esp32c3" };

const START: Start<'static> = Start {
    mode: Mode::Bench,
    seed: 7,
    arguments: List::of(&["--slow", "3"]),
    stop_after_ns: None,
    time_ns: Some(60_000_000_000),
    compute_ms: Some(10_000),
    trace_bytes: Some(1 << 20),
    device_id: &[0xde, 0xad, 0xbe, 0xef],
    reset_reason: system::ResetReason::PowerOn,
    pins: match Pins::new(&[0, 0, 1, 0, 0, 2, 2, 0, 0, 1, 0, 3]) {
        Some(pins) => pins,
        None => unreachable!(),
    },
    i2c: List::of(&[I2cWires { number: 0, frequency_hz: 400_000, sda: Some(5), scl: Some(6) }]),
    outlook: Outlook { next_ns: Some(2_000_000_000), listens: true, end: false },
};

const HEAP: Heap = Heap { total: 320_000, free: 250_000, least_free: 120_000 };

const LINE: LogLine<'static> =
    LogLine { time_ns: 320_000, app: 0, level: log::Level::Info, text: "id 60", cut: 0 };

const APP: AppEntry<'static> = AppEntry {
    app: 0,
    length: 15_360,
    crc32: 0x89ab_cdef,
    profile: "esp32c3",
    state: AppState::Running,
    autostart: true,
    failed_starts: 1,
};

const DROPPED: Dropped = Dropped { log_lines: 1, trace_bytes: 300, errors: 0 };

fn to_host() -> [(&'static str, u16, ToHost<'static>); 25] {
    let call = |what| ToHost::Call(Call { at_ns: 95_000, what });
    [
        ("hello of a device", 1, ToHost::Hello(hello())),
        ("reply: done", 6, ToHost::Reply(Reply::Done)),
        (
            "reply: failed",
            3,
            ToHost::Reply(Reply::Failed(LinkError::AppTooLarge { bytes: 200_000, room: 65_536 })),
        ),
        (
            "reply: info",
            2,
            ToHost::Reply(Reply::Info(Info {
                heap: HEAP,
                app: Some(APP),
                received: Counts { frames: 1000, damaged: 2, too_long: 0 },
                uptime_ms: 90_000,
                last_reset: system::ResetReason::PowerOn,
                line_rate: Some(LineRates { now: 115_200, highest: 921_600 }),
                run: Some(RunStatus { mode: Mode::Native, time_ns: 12_000_000, dropped: DROPPED }),
                last_end: Some(LastEnd { outcome: EndOfRun::Trap(Trap::Unreachable), time_ns: 1_500_000 }),
            })),
        ),
        ("reply: begun", 3, ToHost::Reply(Reply::Begun { limit: 4096 })),
        ("reply: apps", 10, ToHost::Reply(Reply::Apps(List::of(&[APP])))),
        ("reply: logs", 11, ToHost::Reply(Reply::Logs { first: 100, next: 101, lines: List::of(&[LINE]) })),
        ("progress", 3, ToHost::Progress(Progress { received: 2048, limit: 6144, again: false })),
        ("call: gpio-open", 1, call(What::GpioOpen { pin: 2, mode: PinMode::Output, initial: Level::Low })),
        ("call: gpio-read", 2, call(What::GpioRead { pin: 9 })),
        ("call: gpio-write", 3, call(What::GpioWrite { pin: 2, level: Level::High })),
        ("call: gpio-close", 4, call(What::GpioClose { pin: 2 })),
        (
            "call: i2c-transaction",
            5,
            call(What::I2cTransaction {
                bus: 0,
                address: 0x76,
                frequency_hz: 400_000,
                operations: List::of(&[Operation::Write(&[0xd0]), Operation::Read(1)]),
            }),
        ),
        ("call: advance", 6, call(What::Advance)),
        ("call: seen-log", 7, call(What::SeenLog(LINE))),
        ("call: seen-call", 8, call(What::SeenCall { record: RECORD })),
        ("event: log", 0, ToHost::Event(Event::Log(LINE))),
        ("event: trace", 1, ToHost::Event(Event::Trace(RECORD))),
        (
            "event: error",
            2,
            ToHost::Event(Event::Error {
                time_ns: 310_000,
                function: Function::I2cWrite,
                code: ErrorCode::NoAcknowledgeAddress,
            }),
        ),
        ("event: ended, exit 3", 3, ended(EndOfRun::Exit(3))),
        (
            "event: ended, trap",
            4,
            ended(EndOfRun::Trap(Trap::AbiViolation(Violation {
                function: Function::I2cRead,
                argument: 2,
                fault: Fault::OutOfMemory { address: 0x1fff8, len: 16, memory_len: 131_072 },
            }))),
        ),
        (
            "event: ended, refused",
            5,
            ended(EndOfRun::Refused {
                word: RefusalWord::UnknownImport,
                module: "device:abi/i2c@1",
                name: "reed",
                detail: "",
            }),
        ),
        ("event: ended, limit", 6, ended(EndOfRun::Limit(Limit::Compute))),
        ("event: ended, stopped", 7, ended(EndOfRun::Stopped)),
        ("event: panic", 8, ToHost::Event(Event::Panic { text: "out of memory" })),
    ]
}

/// The end of a run.
pub(crate) fn ended(outcome: EndOfRun<'static>) -> ToHost<'static> {
    ToHost::Event(Event::Ended(Ended {
        outcome,
        time_ns: 1_500_000,
        counters: Counters { activity: 42, calls: 12, cycles: 0, heap_bytes: 96_000 },
        dropped: DROPPED,
        heap: HEAP,
    }))
}

/// The record of `clock.now` at 95 µs, which returned 95.
const RECORD: &[u8] = &[24, 0, 0, 0, 1, 0, 0, 1, 0x18, 0x73, 1, 0, 0, 0, 0, 0, 95, 0, 0, 0, 0, 0, 0, 0];

fn hello() -> DeviceHello<'static> {
    let reserved = vec![ReservedPins::default(); Profile::ESP32C3.reserved_pins.len()].leak();
    DeviceHello {
        abi_version: ABI_VERSION,
        max_payload: 2048,
        device_id: &[0xde, 0xad, 0xbe, 0xef],
        board: "qemu-virt",
        firmware: "0.1.0",
        engine: "wasm3",
        engine_version: "0.5.0",
        modes: Modes { bench: true, native: false },
        persistent: true,
        heap: HEAP,
        profile: ProfileNumbers::new(&Profile::ESP32C3, reserved),
    }
}
