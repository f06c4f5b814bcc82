//! `twinboard conform --generate`: guests that nobody wrote, instead of the cases.

use std::{path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use conformance::{Target, generate};

use crate::{
    exit::Exit,
    failure::Failure,
    output::{note, print},
};

/// Programs between two words about how far it is.
const STEP: u64 = 1000;

/// Which guests are generated.
#[derive(Debug, Args)]
pub(crate) struct Generate {
    /// Runs so many generated guests instead of the cases: every target must see of each what the first one sees.
    #[arg(long = "generate", value_name = "N", conflicts_with_all = ["filters", "cases", "bless", "list", "junit", "json", "markdown"])]
    programs: Option<u64>,

    /// Where generated guests come from: the same seed makes the same ones.
    #[arg(long, value_name = "SEED", requires = "programs", default_value_t = 0)]
    seed: u64,

    /// The number of the first generated guest, so that one can be run alone.
    #[arg(long, value_name = "NUMBER", requires = "programs", default_value_t = 0)]
    first: u64,

    /// Writes guests that targets disagree about, made small, as cases of this folder.
    #[arg(long, value_name = "DIR", requires = "programs")]
    differences: Option<PathBuf>,
}

impl Generate {
    /// How many, if any.
    pub(super) fn wanted(&self) -> bool {
        self.programs.is_some()
    }

    /// Runs them on all targets.
    pub(super) fn execute(
        &self,
        targets: &[Arc<dyn Target>],
        jobs: Option<u16>,
        patience: Duration,
    ) -> Result<Exit, Failure> {
        let mut options = generate::Options::new(self.seed, self.programs.unwrap_or(0));
        options.first = self.first;
        options.patience = patience;
        options.cases.clone_from(&self.differences);
        options.jobs = jobs.map_or(options.jobs, usize::from);
        let progress = |through: u64| {
            if through.is_multiple_of(STEP) {
                note(&format!("{through} programs"));
            }
        };
        let report = generate::run(&options, targets, progress);
        print(&report.to_string())?;
        Ok(if report.is_good() { Exit::Done } else { Exit::NotConforming })
    }
}
