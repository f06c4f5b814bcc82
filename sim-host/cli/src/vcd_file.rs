//! The VCD file, written while the guest runs, so that it is whole however the run ends.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};

use crate::{
    exit::Exit,
    failure::Failure,
    interrupt::Interrupt,
    output::{is_one_of, note},
    shared::Shared,
};

/// A VCD file being written; when that fails, it ends the run.
#[derive(Debug, Clone)]
pub(crate) struct VcdFile(Shared<State>);

#[derive(Debug)]
struct State {
    path: PathBuf,
    output: BufWriter<File>,
    bytes: u64,
    interrupt: Interrupt,
    failed: Option<io::Error>,
}

impl VcdFile {
    /// Opens `path` for writing, which empties a file that is already there, but none of `others`, which the run reads
    /// or writes as well.
    pub(crate) fn create(path: PathBuf, others: &[&Path], interrupt: Interrupt) -> Result<Self, Failure> {
        check_is_none_of(&path, others)?;
        let file =
            File::create(&path).with_context(|| format!("VCD file {} cannot be written", path.display()))?;
        // A trace that is yet to be created has the same name only now.
        check_is_none_of(&path, others)?;
        let output = BufWriter::new(file);
        Ok(Self(Shared::new(State { path, output, bytes: 0, interrupt, failed: None })))
    }

    /// Writes what is still held back and says where the file is.
    pub(crate) fn finish(&self) -> Result<(), Failure> {
        let mut state = self.0.lock();
        let flushed = state.output.flush();
        let path = state.path.display().to_string();
        state
            .failed
            .take()
            .map_or(flushed, Err)
            .with_context(|| format!("VCD file {path} cannot be written"))?;
        note(&format!("wires: {} bytes of VCD in {path}", state.bytes));
        Ok(())
    }
}

/// Takes everything, so that a full disk is told by [`VcdFile::finish`] and does not hide what the guest did.
impl Write for VcdFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock();
        if state.failed.is_none() {
            match state.output.write_all(bytes) {
                Ok(()) => state.bytes += bytes.len() as u64,
                Err(error) => {
                    state.failed = Some(error);
                    state.interrupt.request();
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn check_is_none_of(path: &Path, others: &[&Path]) -> Result<(), Failure> {
    if is_one_of(path, others.iter().copied()) {
        let error = anyhow!("VCD file {} is also another file of the run", path.display());
        return Err(Failure::new(Exit::Usage, error));
    }
    Ok(())
}
