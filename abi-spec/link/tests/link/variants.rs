//! What one message of each kind does not show: full blocks of COBS, negative numbers, and more ways to fail.

use device_abi::{Fault, Function, Trap, Violation};
use device_link::*;

use crate::samples::ended;

/// With 244 of them the last block of COBS is full, with more it is not the last one.
const FILLER: [u8; 300] = {
    let mut bytes = [0; 300];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = (at % 255) as u8 + 1;
        at += 1;
    }
    bytes
};

pub(crate) fn to_device() -> [(&'static str, u16, ToDevice<'static>); 3] {
    let data = |bytes| ToDevice::Data(Data { offset: 1024, bytes });
    [
        ("data: the last block is full", 0x101, data(FILLER.split_at(244).0)),
        ("data: a full block, and another", 0x101, data(&FILLER)),
        ("credit: again", 8, ToDevice::Credit(Credit { window: 16, again: true })),
    ]
}

pub(crate) fn to_host() -> [(&'static str, u16, ToHost<'static>); 22] {
    let failed = |error| ToHost::Reply(Reply::Failed(error));
    let trap = |trap| ended(EndOfRun::Trap(trap));
    let fault = |function, argument, fault| {
        ended(EndOfRun::Trap(Trap::AbiViolation(Violation { function, argument, fault })))
    };
    [
        ("progress: again", 3, ToHost::Progress(Progress { received: 2048, limit: 6144, again: true })),
        ("reply: failed, no-app", 6, failed(LinkError::NoApp)),
        ("reply: failed, app-id", 3, failed(LinkError::AppId { apps: 1 })),
        (
            "reply: failed, install-incomplete",
            4,
            failed(LinkError::InstallIncomplete { received: 1024, length: 15_360 }),
        ),
        (
            "reply: failed, install-damaged",
            4,
            failed(LinkError::InstallDamaged { found: 0x1234_5678, expected: 0x89ab_cdef }),
        ),
        ("reply: failed, storage", 4, failed(LinkError::Storage)),
        (
            "reply: failed, payload-too-short",
            6,
            failed(LinkError::PayloadTooShort { bytes: 1024, needed: 1664 }),
        ),
        ("reply: failed, pin", 6, failed(LinkError::Pin { pin: 11 })),
        (
            "reply: failed, too-many-arguments",
            6,
            failed(LinkError::TooManyArguments { count: 33, limit: 32 }),
        ),
        ("reply: failed, not-supported", 14, failed(LinkError::NotSupported)),
        ("reply: failed, line-rate", 14, failed(LinkError::LineRate { highest: 921_600 })),
        (
            "reply: failed, autostart-too-long",
            12,
            failed(LinkError::AutostartTooLong { bytes: 1025, limit: 1024 }),
        ),
        (
            "reply: failed, app-damaged",
            6,
            failed(LinkError::AppDamaged { found: 0x1234_5678, expected: 0x89ab_cdef }),
        ),
        ("event: ended, exit -3", 3, ended(EndOfRun::Exit(-3))),
        ("event: ended, stack-exhausted", 4, trap(Trap::StackExhausted)),
        (
            "event: ended, misaligned",
            4,
            fault(Function::I2cTransaction, 2, Fault::Misaligned { address: 0x1fff7, align: 4 }),
        ),
        (
            "event: ended, no-such-case",
            4,
            fault(Function::GpioOpen, 1, Fault::NoSuchCase { value: 9, cases: 5 }),
        ),
        (
            "event: ended, no-such-flag",
            4,
            fault(Function::TimerStart, 1, Fault::NoSuchFlag { bits: 12, mask: 3 }),
        ),
        (
            "event: ended, out-of-range",
            4,
            fault(Function::I2cRead, 1, Fault::OutOfRange { value: 300, max: 255 }),
        ),
        ("event: ended, not-utf8", 4, fault(Function::LogWrite, 1, Fault::NotUtf8 { at: 7 })),
        ("event: ended, overlap", 4, fault(Function::I2cWriteRead, 3, Fault::Overlap { other: 2 })),
        ("event: error, disconnected", 2, {
            let code = device_abi::types::ErrorCode::Disconnected;
            ToHost::Event(Event::Error { time_ns: 310_000, function: Function::GpioRead, code })
        }),
    ]
}
