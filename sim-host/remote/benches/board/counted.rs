//! The board in QEMU, with its instructions counted: slower, and by a clock that stands still with the processor.

use std::{
    io,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use remote_board::{Place, tied};

/// The board in QEMU, with its serial port at a TCP address. Ends with this value.
#[derive(Debug)]
pub(crate) struct Counted {
    process: Child,
    address: SocketAddr,
}

impl Counted {
    pub(crate) fn start(image: &Path) -> io::Result<Self> {
        // Nobody else takes the port in between, as a rule.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut qemu = tied::command("qemu-system-riscv32");
        qemu.args(["-M", "virt", "-cpu", "rv32,a=off,f=off,d=off", "-m", "8M", "-bios", "none"]);
        qemu.args(["-display", "none", "-monitor", "none", "-icount", "shift=0"]);
        qemu.args(["-serial", &format!("tcp:{address},server=on,wait=off"), "-kernel"]).arg(image);
        qemu.stdin(Stdio::null());
        let counted = Self { process: tied::start(qemu)?, address };
        counted.wait_until_it_listens()?;
        Ok(counted)
    }

    /// Where it is.
    pub(crate) fn place(&self) -> Place {
        Place::Tcp(self.address.to_string())
    }

    #[expect(clippy::disallowed_methods, reason = "QEMU does not say when it listens")]
    fn wait_until_it_listens(&self) -> io::Result<()> {
        let mut tried = TcpStream::connect(self.address);
        for _ in 0..100 {
            if tried.is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
            tried = TcpStream::connect(self.address);
        }
        tried.map(drop)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
