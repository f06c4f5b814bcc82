//! A board that listens: the firmware as a Linux process, in `target/firmware` or where `TWINBOARD_FIRMWARE` says.

use std::{
    env,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// A board that listens.
pub(crate) struct Listening {
    process: Child,
    /// Where, as `--target` and `--port` take it.
    pub(crate) place: String,
}

impl Listening {
    /// A board on `tcp:ADDRESS:PORT` or `pty`.
    pub(crate) fn on(place: &str) -> Self {
        Self::start(&["--listen", place])
    }

    /// A board at a pseudo-terminal that keeps its app in a file.
    pub(crate) fn with_storage(file: &Path) -> Self {
        Self::start(&["--listen", "pty", "--storage", &file.display().to_string()])
    }

    fn start(arguments: &[&str]) -> Self {
        let folder = env::var_os("TWINBOARD_FIRMWARE")
            .map_or_else(|| Path::new(ROOT).join("target/firmware"), PathBuf::from);
        let image = folder.join("host");
        let mut process = Command::new(&image)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                let build = "`cargo xtask firmware --board host` builds it";
                panic!("{}: {error}; {build}", image.display())
            });
        let mut line = String::new();
        BufReader::new(process.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let place = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { process, place }
    }

    /// The path of its port, if it listens at a pseudo-terminal.
    pub(crate) fn path(&self) -> &str {
        self.place.strip_prefix("serial:").unwrap()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
