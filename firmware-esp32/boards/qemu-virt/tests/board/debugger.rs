//! As much of a debugger as it takes to spoil the processor's registers (GDB manual, "Remote Serial Protocol").

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::Duration,
};

/// Numbers of registers in the protocol.
pub(crate) const STACK_POINTER: u32 = 2;
pub(crate) const PROGRAM_COUNTER: u32 = 32;

/// How long QEMU may take to answer.
const LIMIT: Duration = Duration::from_secs(20);

/// Stops the machine behind `socket`, sets a register, and lets the machine go on.
pub(crate) fn set_register(socket: &Path, register: u32, value: u32) {
    let line = UnixStream::connect(socket).expect("QEMU has no debugger's socket");
    line.set_read_timeout(Some(LIMIT)).unwrap();
    let mut line = BufReader::new(line);
    // QEMU takes registers only from who has asked for their description.
    command(&mut line, "qXfer:features:read:target.xml:0,10", "m");
    command(&mut line, &format!("P{register:x}={:08x}", value.swap_bytes()), "OK");
    command(&mut line, "D", "OK");
}

/// Sends a command and waits for a reply that begins with `reply`; QEMU also tells that the machine has stopped.
fn command(line: &mut BufReader<UnixStream>, text: &str, reply: &str) {
    let sum = text.bytes().fold(0, u8::wrapping_add);
    write!(line.get_mut(), "${text}#{sum:02x}").unwrap();
    let mut packet = Vec::new();
    while !packet.starts_with(reply.as_bytes()) {
        packet.clear();
        line.skip_until(b'$').expect("QEMU does not answer the debugger");
        line.read_until(b'#', &mut packet).expect("QEMU does not answer the debugger");
    }
    line.get_mut().write_all(b"+").unwrap();
}
