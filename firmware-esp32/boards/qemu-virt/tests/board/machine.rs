//! QEMU with the firmware, and the link to it.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        atomic::{AtomicU32, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use device_link::{
    Event, Message, SMALLEST_LIMIT, ToDevice, ToHost, decode, encode, frame_bytes, receive_bytes,
};

/// How long, and how often, a test asks before the firmware counts as silent; on a busy machine.
const REPEAT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 20;

/// Ends unless its parent is the process that it was started by, and then becomes the program: of a test that has ended
/// before the kernel was asked (prctl(2), PR_SET_PDEATHSIG), nobody hears.
const UNLESS_LEFT: &str = r#"[ "$PPID" = "$0" ] || exit 1; exec "$@""#;

/// QEMU with the firmware; ends with this value, and with the thread that has started it.
pub(crate) struct Machine {
    child: Child,
    input: ChildStdin,
    output: Receiver<Vec<u8>>,
    ahead: Vec<u8>,
    receiver: device_link::Receiver<Vec<u8>>,
    debugger: PathBuf,
}

impl Machine {
    /// Starts the firmware that `cargo xtask firmware --board qemu-virt` has built.
    pub(crate) fn start() -> Self {
        let image = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/firmware/qemu-virt.elf");
        assert!(image.is_file(), "no firmware: run `cargo xtask firmware --board qemu-virt`");
        let mut qemu = Command::new("setpriv");
        qemu.args(["--pdeathsig", "KILL", "sh", "-c", UNLESS_LEFT]).arg(std::process::id().to_string());
        qemu.args(["qemu-system-riscv32", "-M", "virt", "-m", "8M", "-bios", "none"]);
        qemu.args(["-cpu", "rv32,a=off,f=off,d=off", "-display", "none", "-monitor", "none"]);
        qemu.args(["-chardev", "stdio,id=line,signal=off", "-serial", "chardev:line", "-kernel"]).arg(image);
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("qemu-virt-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let debugger = std::env::temp_dir().join(name);
        let socket = format!("socket,id=debugger,server=on,wait=off,path={}", debugger.display());
        qemu.args(["-chardev", &socket, "-gdb", "chardev:debugger"]);
        let mut child = qemu.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("cannot start QEMU");
        let input = child.stdin.take().unwrap();
        let mut bytes = child.stdout.take().unwrap();
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(len @ 1..) = bytes.read(&mut piece) {
                if sender.send(piece[..len].to_vec()).is_err() {
                    break;
                }
            }
        });
        let receiver = device_link::Receiver::new(vec![0; receive_bytes(SMALLEST_LIMIT)]);
        Self { child, input, output, ahead: Vec::new(), receiver, debugger }
    }

    /// The socket on which QEMU waits for a debugger.
    pub(crate) fn debugger(&self) -> &Path {
        &self.debugger
    }

    /// Sends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        self.input.write_all(bytes).unwrap();
        self.input.flush().unwrap();
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, number: u16, body: ToDevice<'_>) {
        let mut frame = [0; frame_bytes(SMALLEST_LIMIT)];
        let len = encode(&Message { app: 0, number, body }, SMALLEST_LIMIT, &mut frame).unwrap();
        self.write(&frame[..len]);
    }

    /// Sends a message, again and again until something comes with its number, and gives that to `read`.
    pub(crate) fn ask<T>(
        &mut self,
        number: u16,
        body: ToDevice<'_>,
        mut read: impl FnMut(&Message<ToHost<'_>>) -> T,
    ) -> T {
        for _ in 0..ATTEMPTS {
            self.send(number, body);
            let answer = |message: &Message<ToHost<'_>>| (message.number == number).then(|| read(message));
            if let Some(result) = self.receive(REPEAT, answer) {
                return result;
            }
        }
        panic!("the firmware is silent");
    }

    /// Waits for what the firmware says of a panic.
    pub(crate) fn panic(&mut self) -> String {
        self.wait_for(|event| match event {
            Event::Panic { text } => Some((*text).to_owned()),
            _ => None,
        })
    }

    /// Waits for an event in which `read` finds what it looks for.
    pub(crate) fn wait_for<T>(&mut self, mut read: impl FnMut(&Event<'_>) -> Option<T>) -> T {
        let event = |message: &Message<ToHost<'_>>| match &message.body {
            ToHost::Event(event) => read(event),
            _ => None,
        };
        self.receive(REPEAT * ATTEMPTS, event).expect("the firmware is silent")
    }

    /// Takes messages for some time, until `read` has found what it looks for.
    fn receive<T>(
        &mut self,
        time: Duration,
        mut read: impl FnMut(&Message<ToHost<'_>>) -> Option<T>,
    ) -> Option<T> {
        loop {
            let mut rest = &self.ahead[..];
            let payload = self.receiver.next_payload(&mut rest);
            let found = payload.and_then(|payload| read(&decode(payload).expect("only whole messages")));
            self.ahead = rest.to_vec();
            if found.is_some() {
                return found;
            }
            if self.ahead.is_empty() {
                self.ahead = match self.output.recv_timeout(time) {
                    Ok(bytes) => bytes,
                    Err(RecvTimeoutError::Timeout) => return None,
                    Err(RecvTimeoutError::Disconnected) => panic!("QEMU has ended: {:?}", self.child.wait()),
                };
            }
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // One that has ended already is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.debugger);
    }
}
