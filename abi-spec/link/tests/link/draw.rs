//! Arbitrary messages, drawn from arbitrary bytes.

use arbitrary::{Result, Unstructured};
use device_abi::{FUNCTIONS, Fault, Function, Limit, RefusalWord, Trap, Violation, gpio, log, system, types};
use device_link::*;

/// A message to a device.
pub(crate) fn to_device<'a>(u: &mut Unstructured<'a>) -> Result<Message<ToDevice<'a>>> {
    let body = match u.int_in_range(0..=4)? {
        0 => ToDevice::Hello(HostHello {
            abi_version: u.arbitrary()?,
            max_payload: u.arbitrary()?,
            window: u.arbitrary()?,
        }),
        1 => ToDevice::Request(request(u)?),
        2 => ToDevice::Data(Data { offset: u.arbitrary()?, bytes: bytes(u)? }),
        3 => ToDevice::Answer(answer(u)?),
        _ => ToDevice::Credit(Credit { window: u.arbitrary()?, again: u.arbitrary()? }),
    };
    Ok(Message { app: u.arbitrary()?, number: u.arbitrary()?, body })
}

/// A message to a host.
pub(crate) fn to_host<'a>(u: &mut Unstructured<'a>) -> Result<Message<ToHost<'a>>> {
    let body = match u.int_in_range(0..=4)? {
        0 => ToHost::Hello(hello(u)?),
        1 => ToHost::Reply(reply(u)?),
        2 => ToHost::Progress(Progress {
            received: u.arbitrary()?,
            limit: u.arbitrary()?,
            again: u.arbitrary()?,
        }),
        3 => ToHost::Call(call(u)?),
        _ => ToHost::Event(event(u)?),
    };
    Ok(Message { app: u.arbitrary()?, number: u.arbitrary()?, body })
}

fn bytes<'a>(u: &mut Unstructured<'a>) -> Result<&'a [u8]> {
    let length = u.int_in_range(0..=300)?;
    u.bytes(length.min(u.len()))
}

/// A list of up to nine values. They are never freed: the messages of a test borrow them, and the test ends soon.
fn list<'a, T: 'a>(
    u: &mut Unstructured<'a>,
    value: impl Fn(&mut Unstructured<'a>) -> Result<T>,
) -> Result<List<'a, T>> {
    let count = u.int_in_range(0..=9)?;
    let values = (0..count).map(|_| value(u)).collect::<Result<Vec<T>>>()?;
    let values: &'a [T] = values.leak();
    Ok(values.into())
}

fn request<'a>(u: &mut Unstructured<'a>) -> Result<Request<'a>> {
    Ok(match u.int_in_range(0..=11)? {
        0 => Request::Info,
        1 => Request::InstallBegin { length: u.arbitrary()?, crc32: u.arbitrary()?, profile: u.arbitrary()? },
        2 => Request::InstallCommit,
        3 => Request::InstallCancel,
        4 => Request::Start(start(u)?),
        5 => Request::Stop,
        6 => Request::Uninstall,
        7 => Request::Reset,
        8 => Request::List,
        9 => Request::Logs { first: u.arbitrary()? },
        10 => Request::Autostart(if u.arbitrary()? { Some(start(u)?) } else { None }),
        _ => Request::LineRate { baud: u.arbitrary()? },
    })
}

/// A start.
pub(crate) fn start<'a>(u: &mut Unstructured<'a>) -> Result<Start<'a>> {
    let pins: Vec<u8> = bytes(u)?.iter().map(|byte| byte % 4).collect();
    Ok(Start {
        mode: *u.choose(&[Mode::Bench, Mode::Native])?,
        seed: u.arbitrary()?,
        arguments: list(u, |u| u.arbitrary())?,
        stop_after_ns: u.arbitrary()?,
        time_ns: u.arbitrary()?,
        compute_ms: u.arbitrary()?,
        trace_bytes: u.arbitrary()?,
        device_id: bytes(u)?,
        reset_reason: *u.choose(system::ResetReason::ALL)?,
        pins: Pins::new(pins.leak()).expect("all below 4"),
        i2c: list(u, |u| {
            Ok(I2cWires {
                number: u.arbitrary()?,
                frequency_hz: u.arbitrary()?,
                sda: u.arbitrary()?,
                scl: u.arbitrary()?,
            })
        })?,
        outlook: outlook(u)?,
    })
}

fn run_status(u: &mut Unstructured<'_>) -> Result<RunStatus> {
    let mode = *u.choose(&[Mode::Bench, Mode::Native])?;
    Ok(RunStatus { mode, time_ns: u.arbitrary()?, dropped: dropped(u)? })
}

fn dropped(u: &mut Unstructured<'_>) -> Result<Dropped> {
    Ok(Dropped { log_lines: u.arbitrary()?, trace_bytes: u.arbitrary()?, errors: u.arbitrary()? })
}

fn outlook(u: &mut Unstructured<'_>) -> Result<Outlook> {
    Ok(Outlook { next_ns: u.arbitrary()?, listens: u.arbitrary()?, end: u.arbitrary()? })
}

fn answer<'a>(u: &mut Unstructured<'a>) -> Result<Answer<'a>> {
    let result = match u.int_in_range(0..=3)? {
        0 => Answered::Done,
        1 => Answered::Level(*u.choose(gpio::Level::ALL)?),
        2 => Answered::Data(bytes(u)?),
        _ => Answered::Failed { code: *u.choose(types::ErrorCode::ALL)?, acknowledged: u.arbitrary()? },
    };
    Ok(Answer { result, extra_ns: u.arbitrary()?, outlook: outlook(u)? })
}

fn heap(u: &mut Unstructured<'_>) -> Result<Heap> {
    Ok(Heap { total: u.arbitrary()?, free: u.arbitrary()?, least_free: u.arbitrary()? })
}

fn hello<'a>(u: &mut Unstructured<'a>) -> Result<DeviceHello<'a>> {
    Ok(DeviceHello {
        abi_version: u.arbitrary()?,
        max_payload: u.arbitrary()?,
        device_id: bytes(u)?,
        board: u.arbitrary()?,
        firmware: u.arbitrary()?,
        engine: u.arbitrary()?,
        engine_version: u.arbitrary()?,
        modes: Modes { bench: u.arbitrary()?, native: u.arbitrary()? },
        persistent: u.arbitrary()?,
        heap: heap(u)?,
        profile: ProfileNumbers {
            name: u.arbitrary()?,
            module_bytes: u.arbitrary()?,
            memory_pages: u.arbitrary()?,
            table_elements: u.arbitrary()?,
            types: u.arbitrary()?,
            imports: u.arbitrary()?,
            functions: u.arbitrary()?,
            globals: u.arbitrary()?,
            exports: u.arbitrary()?,
            segments: u.arbitrary()?,
            function_slots: u.arbitrary()?,
            function_nesting: u.arbitrary()?,
            function_branches: u.arbitrary()?,
            function_params: u.arbitrary()?,
            call_depth: u.arbitrary()?,
            handles: u.arbitrary()?,
            timers: u.arbitrary()?,
            events: u.arbitrary()?,
            max_transfer_bytes: u.arbitrary()?,
            max_operations: u.arbitrary()?,
            gpio_pins: u.arbitrary()?,
            reserved_pins: list(u, |u| {
                Ok(ReservedPins { first: u.arbitrary()?, last: u.arbitrary()?, purpose: u.arbitrary()? })
            })?,
            i2c_buses: u.arbitrary()?,
        },
    })
}

fn app<'a>(u: &mut Unstructured<'a>) -> Result<AppEntry<'a>> {
    Ok(AppEntry {
        app: u.arbitrary()?,
        length: u.arbitrary()?,
        crc32: u.arbitrary()?,
        profile: u.arbitrary()?,
        state: *u.choose(&[AppState::Idle, AppState::Running, AppState::Held, AppState::Damaged])?,
        autostart: u.arbitrary()?,
        failed_starts: u.arbitrary()?,
    })
}

fn reply<'a>(u: &mut Unstructured<'a>) -> Result<Reply<'a>> {
    Ok(match u.int_in_range(0..=5)? {
        0 => Reply::Done,
        1 => Reply::Failed(error(u)?),
        2 => Reply::Info(Info {
            heap: heap(u)?,
            app: if u.arbitrary()? { Some(app(u)?) } else { None },
            received: Counts { frames: u.arbitrary()?, damaged: u.arbitrary()?, too_long: u.arbitrary()? },
            uptime_ms: u.arbitrary()?,
            last_reset: *u.choose(system::ResetReason::ALL)?,
            line_rate: if u.arbitrary()? {
                Some(LineRates { now: u.arbitrary()?, highest: u.arbitrary()? })
            } else {
                None
            },
            run: if u.arbitrary()? { Some(run_status(u)?) } else { None },
            last_end: if u.arbitrary()? {
                Some(LastEnd { outcome: EndOfRun::Exit(u.arbitrary()?), time_ns: u.arbitrary()? })
            } else {
                None
            },
        }),
        3 => Reply::Begun { limit: u.arbitrary()? },
        4 => Reply::Apps(list(u, app)?),
        _ => Reply::Logs { first: u.arbitrary()?, next: u.arbitrary()?, lines: list(u, log_line)? },
    })
}

fn error(u: &mut Unstructured<'_>) -> Result<LinkError> {
    let (a, b) = (u.arbitrary()?, u.arbitrary()?);
    Ok(*u.choose(&errors(a, b))?)
}

/// All errors of the link, with these numbers in them.
pub(crate) fn errors(a: u32, b: u32) -> [LinkError; 25] {
    [
        LinkError::NoHello,
        LinkError::Malformed,
        LinkError::HostBusy,
        LinkError::NoApp,
        LinkError::AppId { apps: u8::MAX },
        LinkError::Running,
        LinkError::NotRunning,
        LinkError::AppTooLarge { bytes: a, room: b },
        LinkError::NoInstall,
        LinkError::InstallIncomplete { received: a, length: b },
        LinkError::InstallDamaged { found: a, expected: b },
        LinkError::Storage,
        LinkError::ModeNotSupported,
        LinkError::UnknownProfile,
        LinkError::ProfileTooLarge,
        LinkError::PayloadTooShort { bytes: a, needed: b },
        LinkError::Pin { pin: a },
        LinkError::I2cBus { bus: a },
        LinkError::TooManyArguments { count: a, limit: b },
        LinkError::DeviceId { bytes: a },
        LinkError::OutOfMemory { bytes: a, room: b },
        LinkError::NotSupported,
        LinkError::LineRate { highest: a },
        LinkError::AutostartTooLong { bytes: a, limit: b },
        LinkError::AppDamaged { found: a, expected: b },
    ]
}

fn call<'a>(u: &mut Unstructured<'a>) -> Result<Call<'a>> {
    let what = match u.int_in_range(0..=7)? {
        0 => What::GpioOpen {
            pin: u.arbitrary()?,
            mode: *u.choose(gpio::Mode::ALL)?,
            initial: *u.choose(gpio::Level::ALL)?,
        },
        1 => What::GpioRead { pin: u.arbitrary()? },
        2 => What::GpioWrite { pin: u.arbitrary()?, level: *u.choose(gpio::Level::ALL)? },
        3 => What::GpioClose { pin: u.arbitrary()? },
        4 => What::I2cTransaction {
            bus: u.arbitrary()?,
            address: u.arbitrary()?,
            frequency_hz: u.arbitrary()?,
            operations: list(u, |u| {
                Ok(if u.arbitrary()? { Operation::Read(u.arbitrary()?) } else { Operation::Write(bytes(u)?) })
            })?,
        },
        5 => What::Advance,
        6 => What::SeenLog(log_line(u)?),
        _ => What::SeenCall { record: bytes(u)? },
    };
    Ok(Call { at_ns: u.arbitrary()?, what })
}

fn function(u: &mut Unstructured<'_>) -> Result<Function> {
    Ok(u.choose(FUNCTIONS)?.function)
}

fn log_line<'a>(u: &mut Unstructured<'a>) -> Result<LogLine<'a>> {
    Ok(LogLine {
        time_ns: u.arbitrary()?,
        app: u.arbitrary()?,
        level: *u.choose(log::Level::ALL)?,
        text: u.arbitrary()?,
        cut: u.arbitrary()?,
    })
}

fn event<'a>(u: &mut Unstructured<'a>) -> Result<Event<'a>> {
    Ok(match u.int_in_range(0..=4)? {
        0 => Event::Log(log_line(u)?),
        1 => Event::Trace(bytes(u)?),
        2 => Event::Error {
            time_ns: u.arbitrary()?,
            function: function(u)?,
            code: *u.choose(types::ErrorCode::ALL)?,
        },
        3 => Event::Ended(Ended {
            outcome: end_of_run(u)?,
            time_ns: u.arbitrary()?,
            counters: Counters {
                activity: u.arbitrary()?,
                calls: u.arbitrary()?,
                cycles: u.arbitrary()?,
                heap_bytes: u.arbitrary()?,
            },
            dropped: dropped(u)?,
            heap: heap(u)?,
        }),
        _ => Event::Panic { text: u.arbitrary()? },
    })
}

/// Any way for a run to end.
pub(crate) fn end_of_run<'a>(u: &mut Unstructured<'a>) -> Result<EndOfRun<'a>> {
    Ok(match u.int_in_range(0..=4)? {
        0 => EndOfRun::Exit(u.arbitrary()?),
        1 => EndOfRun::Trap(trap(u)?),
        2 => EndOfRun::Refused {
            word: *u.choose(RefusalWord::ALL)?,
            module: u.arbitrary()?,
            name: u.arbitrary()?,
            detail: u.arbitrary()?,
        },
        3 => EndOfRun::Limit(*u.choose(Limit::ALL)?),
        _ => EndOfRun::Stopped,
    })
}

fn trap(u: &mut Unstructured<'_>) -> Result<Trap> {
    let (function, argument, fault) = (function(u)?, u.arbitrary()?, fault(u)?);
    Ok(*u.choose(&[
        Trap::Unreachable,
        Trap::IntegerDivideByZero,
        Trap::IntegerOverflow,
        Trap::InvalidConversion,
        Trap::OutOfBoundsMemory,
        Trap::IndirectCall,
        Trap::StackExhausted,
        Trap::AbiViolation(Violation { function, argument, fault }),
    ])?)
}

fn fault(u: &mut Unstructured<'_>) -> Result<Fault> {
    let (a, b, len) = (u.arbitrary()?, u.arbitrary::<u32>()?, u.arbitrary()?);
    Ok(*u.choose(&[
        Fault::OutOfMemory { address: a, len, memory_len: b as usize },
        Fault::Misaligned { address: a, align: b },
        Fault::NoSuchCase { value: a, cases: b },
        Fault::NoSuchFlag { bits: a, mask: b },
        Fault::OutOfRange { value: a, max: b },
        Fault::NotUtf8 { at: b as usize },
        Fault::Overlap { other: u8::MAX },
    ])?)
}
