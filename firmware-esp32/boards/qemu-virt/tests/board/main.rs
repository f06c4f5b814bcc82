//! The board in QEMU: it answers over its serial port, whatever came before.

mod apps;
mod debugger;
mod machine;
mod memory;

use device_link::{Counts, Heap, HostHello, Message, Reply, Request, SMALLEST_LIMIT, ToDevice, ToHost};

use crate::{
    debugger::{PROGRAM_COUNTER, STACK_POINTER, set_register},
    machine::Machine,
};

fn hello() -> ToDevice<'static> {
    ToDevice::Hello(HostHello { abi_version: 1 << 16, max_payload: SMALLEST_LIMIT as u32, window: 8 })
}

/// Begins a session, and returns how much memory is free.
fn greet(machine: &mut Machine, number: u16) -> u32 {
    machine.ask(number, hello(), |message| {
        let ToHost::Hello(hello) = message.body else { panic!("{message:?}") };
        assert_eq!((message.number, hello.board, hello.engine), (number, "qemu-virt", "wasm3"));
        assert_eq!(hello.profile.name, "esp32c3");
        hello.heap.free
    })
}

fn info(machine: &mut Machine, number: u16) -> (Heap, Counts) {
    machine.ask(number, ToDevice::Request(Request::Info), |message| match message.body {
        ToHost::Reply(Reply::Info(info)) if message.number == number => (info.heap, info.received),
        _ => panic!("{message:?}"),
    })
}

#[test]
fn garbage_before_a_hello_is_passed_over() {
    let mut machine = Machine::start();
    machine.write(b"\0no frame\0\x01\x02\x03\xff\xfe\0\0\0");
    // No byte is special to the line: QEMU's own escape is Ctrl-A, terminals know Ctrl-C and Ctrl-D.
    machine.write(&(0..=255).chain([1, b'x', 3, 4, 0]).collect::<Vec<u8>>());
    greet(&mut machine, 7);
    assert!(info(&mut machine, 8).1.damaged > 0);
}

#[test]
fn a_hello_in_the_middle_of_a_session_begins_it_anew() {
    let mut machine = Machine::start();
    let free = greet(&mut machine, 1);
    let before = info(&mut machine, 2);
    machine.write(&[0x55; 5000]);
    machine.write(&[0]);
    assert_eq!(greet(&mut machine, 3), free);
    let after = info(&mut machine, 4);
    assert_eq!(after.0.free, before.0.free, "an idle board keeps nothing");
    assert_eq!(after.1.too_long, before.1.too_long + 1, "{after:?}");
}

#[test]
fn memory_is_that_of_the_chip() {
    let mut machine = Machine::start();
    greet(&mut machine, 1);
    let heap = info(&mut machine, 2).0;
    // 313 KB less 32 KB of stack and some static data.
    assert!((285_000..=313 * 1024 - 32 * 1024).contains(&heap.total), "{heap:?}");
    assert!(heap.least_free <= heap.free && heap.free < heap.total, "{heap:?}");
    // Two pages for a guest, and what its loading takes.
    assert!(heap.free > 3 * 64 * 1024, "{heap:?}");
}

#[test]
fn a_reset_restarts_the_firmware() {
    let mut machine = Machine::start();
    greet(&mut machine, 1);
    let begin = Request::InstallBegin { length: 10_000, crc32: 0, profile: "esp32c3" };
    machine.ask(2, ToDevice::Request(begin), |message| {
        assert!(matches!(message.body, ToHost::Reply(Reply::Begun { .. })), "{message:?}");
    });
    machine.ask(3, ToDevice::Request(Request::Reset), |message| {
        assert!(matches!(message.body, ToHost::Reply(Reply::Done)), "{message:?}");
    });
    // Nothing is left of the session: without a hello, requests are refused.
    let refused = machine.ask(4, ToDevice::Request(Request::Info), |message: &Message<ToHost<'_>>| {
        matches!(message.body, ToHost::Reply(Reply::Failed(device_link::LinkError::NoHello)))
    });
    assert!(refused);
    greet(&mut machine, 5);
}

/// Spoils a register of a machine that serves, and returns what it says of it; then it must serve again.
fn panic_after(register: u32, value: u32) -> String {
    let mut machine = Machine::start();
    greet(&mut machine, 1);
    set_register(machine.debugger(), register, value);
    machine.write(&[0]);
    let text = machine.panic();
    greet(&mut machine, 2);
    text
}

#[test]
fn a_stack_overflow_is_reported_before_the_restart() {
    // In the middle of memory.x's guard: whatever the function that runs has on the stack is there too.
    let text = panic_after(STACK_POINTER, 0x8020_2000);
    assert!(text.contains("stack overflow at 0x80"), "{text}");
}

#[test]
fn an_exception_is_reported_before_the_restart() {
    let text = panic_after(PROGRAM_COUNTER, 0);
    assert!(text.contains("exception 1 at 0x00000000"), "{text}");
}
