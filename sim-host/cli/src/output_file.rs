//! A file that a run writes beside its log: VCD, picture.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use clap::builder::{PathBufValueParser, TypedValueParser};

use crate::{
    exit::Exit,
    failure::Failure,
    interrupt::Interrupt,
    output::{is_one_of, note},
    shared::Shared,
};

/// A file being written while the guest runs, so that it is whole however the run ends; when that fails, it ends the run.
///
/// It is opened before the run, so that a path that cannot be written is told at once, but touched only by the first
/// write: a run that does not come about, or a guest that is refused, leaves everything as it was.
#[derive(Debug, Clone)]
pub(crate) struct OutputFile(Shared<State>);

#[derive(Debug)]
struct State {
    /// What it is, for messages.
    kind: &'static str,
    path: PathBuf,
    output: BufWriter<File>,
    /// The file itself, if it was not there before.
    created: Option<PathBuf>,
    bytes: u64,
    interrupt: Interrupt,
    failed: Option<io::Error>,
}

/// Reads where `--vcd` and `--picture` point: any path but `-`, which elsewhere means a stream of the program's own.
pub(crate) fn path_parser() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path| match path.as_os_str() == "-" {
        true => Err("standard output carries the guest's log; give a file (./- is one of that name)"),
        false => Ok(path),
    })
}

impl OutputFile {
    /// Opens `path` for writing, but none of `others`, which the run reads or writes as well.
    pub(crate) fn open(
        kind: &'static str,
        path: PathBuf,
        others: &[&Path],
        interrupt: Interrupt,
    ) -> Result<Self, Failure> {
        let (file, created) =
            open(&path).with_context(|| format!("{kind} file {} cannot be written", path.display()))?;
        let output = BufWriter::new(file);
        let state = State { kind, path, output, created, bytes: 0, interrupt, failed: None };
        // A file that is yet to be created by another name is found only now.
        if is_one_of(&state.path, others.iter().copied()) {
            let error = anyhow!("{kind} file {} is also another file of the run", state.path.display());
            return Err(Failure::new(Exit::Usage, error));
        }
        Ok(Self(Shared::new(state)))
    }

    /// Writes what is still held back and says where the file is; `what` are the bytes in it.
    pub(crate) fn finish(&self, what: &str) -> Result<(), Failure> {
        let state = &mut *self.0.lock();
        let path = state.path.display().to_string();
        if state.bytes == 0 && state.failed.is_none() {
            return Ok(());
        }
        let flushed = state.output.flush();
        state
            .failed
            .take()
            .map_or(flushed, Err)
            .with_context(|| format!("{} file {path} cannot be written", state.kind))?;
        note(&format!("wires: {} bytes of {what} in {path}", state.bytes));
        Ok(())
    }
}

/// Opens `path` for writing; with the file itself, if it was not there before.
fn open(path: &Path) -> io::Result<(File, Option<PathBuf>)> {
    match File::create_new(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // A link that leads nowhere is there as well; it stays, and what it leads to is created.
            let leads_nowhere = path.try_exists().is_ok_and(|exists| !exists);
            let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
            Ok((file, path.canonicalize().ok().filter(|_| leads_nowhere)))
        }
        created => created.map(|file| (file, Some(path.to_owned()))),
    }
}

impl State {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes == 0 && self.created.is_none() {
            let file = self.output.get_ref();
            // Devices and pipes have no length.
            if file.metadata()?.is_file() {
                file.set_len(0)?;
            }
        }
        self.output.write_all(bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// A file that nothing was written to is as if it had never been opened.
impl Drop for State {
    fn drop(&mut self) {
        if let Some(created) = &self.created
            && self.bytes == 0
        {
            // Whoever removed it before has done no harm.
            let _ = fs::remove_file(created);
        }
    }
}

/// Takes everything, so that a full disk is told by [`OutputFile::finish`] and does not hide what the guest did.
impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let state = &mut *self.0.lock();
        if state.failed.is_none()
            && let Err(error) = state.write(bytes)
        {
            state.failed = Some(error);
            state.interrupt.request();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
