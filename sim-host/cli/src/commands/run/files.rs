//! The files that a run reads and writes.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use remote_board::Wiring;
use sim_host::{Board, Scenario, hw_board::expectations, hw_mock::Expectations};

use super::Run;
use crate::{
    commands::{board, device::wiring},
    exit::Exit,
    failure::Failure,
    interrupt::Interrupt,
    output::is_one_of,
    output_file::OutputFile,
    trace_file::TraceTarget,
};

/// What is said of a board beside its own file.
#[derive(Debug)]
pub(super) struct Beside {
    pub(super) expectations: Option<Expectations>,
    pub(super) scenario: Option<Scenario>,
    /// What is wired to its own pins, if the guest is to run on those.
    pub(super) native: Option<Wiring>,
}

impl Run {
    pub(super) fn load_board(&self) -> Result<Board, Failure> {
        let board = match &self.board {
            Some(file) => Board::load(file).map_err(board::refused)?,
            None => Board::default(),
        };
        match self.profile {
            Some(profile) => board.with_profile(profile).map_err(board::refused),
            None => Ok(board),
        }
    }

    /// Reads the files that are about this board.
    pub(super) fn load_beside(&self, board: &Board) -> Result<Beside, Failure> {
        let expectations = self.load_expectations(board)?;
        let scenario = self.load_scenario(board, expectations.as_ref())?;
        let native = self.native.then(|| wiring(board, self.board.as_deref())).transpose()?;
        Ok(Beside { expectations, scenario, native })
    }

    fn load_expectations(&self, board: &Board) -> Result<Option<Expectations>, Failure> {
        let load = |file| expectations::load(file, board).map_err(board::refused);
        self.expect.as_ref().map(load).transpose()
    }

    /// Reads the scenario for `board`, of which `expectations` may take a part.
    fn load_scenario(
        &self,
        board: &Board,
        expectations: Option<&Expectations>,
    ) -> Result<Option<Scenario>, Failure> {
        let load = |file| {
            let scenario = Scenario::load(file, board)?;
            expectations.map_or(Ok(()), |expectations| scenario.check_beside(expectations))?;
            Ok(scenario)
        };
        self.scenario.as_ref().map(load).transpose().map_err(board::refused)
    }

    /// The files that the run reads.
    fn inputs(&self) -> impl Iterator<Item = &Path> {
        let inputs = [Some(&self.app), self.board.as_ref(), self.expect.as_ref(), self.scenario.as_ref()];
        inputs.into_iter().flatten().map(PathBuf::as_path)
    }

    /// Opens the files for what goes over the wires: VCD and picture.
    pub(super) fn open_wires(
        &self,
        interrupt: &Interrupt,
    ) -> Result<(Option<OutputFile>, Option<OutputFile>), Failure> {
        let trace = match &self.trace {
            Some(TraceTarget::File(trace)) => Some(trace),
            _ => None,
        };
        let open = |kind, path: &Option<PathBuf>, before: Option<&PathBuf>| {
            let Some(path) = path.clone() else { return Ok(None) };
            let outputs = [trace, before].into_iter().flatten().map(PathBuf::as_path);
            let others: Vec<_> = self.inputs().chain(outputs).collect();
            OutputFile::open(kind, path, &others, interrupt.clone()).map(Some)
        };
        let vcd = open("VCD", &self.vcd, None)?;
        let picture = open("picture", &self.picture, self.vcd.as_ref())?;
        Ok((vcd, picture))
    }

    /// What stands above the picture: the guest's file, and the board if it has a name.
    pub(super) fn title(&self, board: &Board) -> String {
        let guest = self.app.file_name().unwrap_or_default().to_string_lossy();
        match board.name() {
            "" => guest.into_owned(),
            board => format!("{guest} on {board}"),
        }
    }

    /// Refuses to write the trace over what the run reads.
    pub(super) fn check_trace_target(&self) -> Result<(), Failure> {
        let Some(TraceTarget::File(target)) = &self.trace else { return Ok(()) };
        if is_one_of(target, self.inputs()) {
            let target = target.canonicalize().unwrap_or_else(|_| target.clone());
            let error = anyhow!("trace {} would overwrite what the run reads", target.display());
            return Err(Failure::new(Exit::Usage, error));
        }
        Ok(())
    }
}
