//! As much of a debugger as it takes to spoil the processor's registers (GDB manual, "Remote Serial Protocol").

use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::Path,
};

/// Numbers of registers in the protocol.
pub(crate) const STACK_POINTER: u32 = 2;
pub(crate) const PROGRAM_COUNTER: u32 = 32;

/// Stops the machine behind `socket`, sets a register, and lets the machine go on.
pub(crate) fn set_register(socket: &Path, register: u32, value: u32) {
    let mut line = UnixStream::connect(socket).expect("QEMU has no debugger's socket");
    command(&mut line, &format!("P{register:x}={:08x}", value.swap_bytes()));
    command(&mut line, "D");
}

/// Sends a command and waits until it is done.
fn command(line: &mut UnixStream, text: &str) {
    let sum = text.bytes().fold(0, u8::wrapping_add);
    write!(line, "${text}#{sum:02x}").unwrap();
    let mut reply = Vec::new();
    let mut byte = [0];
    while !reply.ends_with(b"#9a") {
        line.read_exact(&mut byte).unwrap();
        reply.push(byte[0]);
    }
    assert!(reply.ends_with(b"$OK#9a"), "{text}: {}", String::from_utf8_lossy(&reply));
    line.write_all(b"+").unwrap();
}
