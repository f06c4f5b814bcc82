//! `twinboard conform`

mod generate;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, anyhow};
use clap::Args;
use conformance::{
    BenchTarget, Capabilities, Conformance, Matrix, SimTarget, Suite, SuiteError, Target,
    report::{self, Date, Ledger},
};
use remote_board::{Place, RemoteBoard};
use sim_host::Profile;

use crate::{
    duration,
    exit::Exit,
    failure::Failure,
    output::{print, printable},
    target::{TargetChoice, firmware, unreachable},
};

/// Where the suite is in a checkout.
const CASES: &str = "conformance/cases";

/// Finds out whether targets obey the device ABI, by the cases of the conformance suite.
#[derive(Debug, Args)]
pub(crate) struct Conform {
    /// What to test: sim, host, qemu, serial:PORT, tcp:ADDRESS; more than once for a matrix [default: sim].
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<TargetChoice>,

    /// The folder of the firmware for --target host and qemu [default: where `cargo xtask firmware` puts it].
    #[arg(long, value_name = "DIR", env = "TWINBOARD_FIRMWARE")]
    firmware: Option<PathBuf>,

    /// The folder of the cases [default: conformance/cases here or in a folder above].
    #[arg(long, value_name = "DIR")]
    cases: Option<PathBuf>,

    /// Only cases whose id matches, as in i2c/*; more than once for more of them.
    #[arg(long = "filter", value_name = "GLOB")]
    filters: Vec<String>,

    /// Says which cases there are, and runs none.
    #[arg(long, conflicts_with_all = ["targets", "bless", "junit", "json", "markdown"])]
    list: bool,

    /// How many cases are run at the same time [default: as many as there are processors].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Runs the other cases after one has failed.
    #[arg(long)]
    keep_going: bool,

    /// Makes what the simulator does the expected trace; then read what changed.
    #[arg(long)]
    bless: bool,

    /// How long a run may take; a target that takes longer three times is given up.
    #[arg(long, value_name = "TIME", value_parser = duration::parse_positive, default_value = "2m")]
    patience: Duration,

    #[command(flatten)]
    generate: generate::Generate,

    /// Writes the result as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    /// Writes the result as JSON.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,

    /// Writes the result as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,

    /// Writes down in a page when each target was run, with which versions; the whole suite, and with --date.
    #[arg(long, value_name = "FILE", requires = "date", conflicts_with_all = ["filters", "bless", "list", "programs"])]
    ledger: Option<PathBuf>,

    /// The day that --ledger writes down, as in 2026-01-31.
    #[arg(long, value_name = "DATE", requires = "ledger")]
    date: Option<Date>,
}

impl Conform {
    pub(crate) fn execute(self) -> Result<Exit, Failure> {
        if self.generate.wanted() {
            return self.generated();
        }
        let folder = self.cases.clone().map_or_else(find_cases, Ok)?;
        let load = if self.bless || self.list { Suite::load_to_bless } else { Suite::load };
        let suite = load(&folder).map_err(bad)?.matching(&self.filters);
        if self.list {
            let line = |case: &conformance::Case| format!("{}: {}\n", case.id, printable(&case.about));
            print(&suite.cases().iter().map(line).collect::<String>())?;
            return Ok(Exit::Done);
        }
        let choices = if self.targets.is_empty() { vec![TargetChoice::Sim] } else { self.targets.clone() };
        if self.bless && choices != [TargetChoice::Sim] {
            return Err(Failure::new(
                Exit::Usage,
                anyhow!("--bless takes the simulator's traces: only --target sim"),
            ));
        }
        let mut conformance = Conformance::new(suite.clone())
            .keep_going(self.keep_going)
            .bless(self.bless)
            .patience(self.patience);
        if let Some(jobs) = self.jobs {
            conformance = conformance.jobs(jobs.into());
        }
        // Looked at before the suite is run, lest it be run in vain.
        self.read_ledger()?;
        let mut names = Vec::new();
        for choice in &choices {
            let target = self.open(choice)?;
            let known = suite.known(target.name()).map_err(bad)?;
            names.push(target.name().to_owned());
            conformance = conformance.target_with(target, known);
        }
        print(&(report::head(&names) + "\n"))?;
        // Whoever reads no longer still wants the exit code.
        let matrix = conformance.on_row(|row| _ = print(&(report::line(row) + "\n"))).run();
        print(&format!("\n{}", report::text(&matrix)))?;
        self.write(&matrix)?;
        Ok(if matrix.is_good() { Exit::Done } else { Exit::NotConforming })
    }

    /// Runs generated guests, on the simulator first.
    fn generated(&self) -> Result<Exit, Failure> {
        let others = self.targets.iter().filter(|choice| **choice != TargetChoice::Sim);
        let choices: Vec<&TargetChoice> = [&TargetChoice::Sim].into_iter().chain(others).collect();
        let targets: Vec<_> =
            choices.into_iter().map(|choice| self.open(choice)).collect::<Result<_, _>>()?;
        self.generate.execute(&targets, self.jobs, self.patience)
    }

    /// A target, ready to be asked.
    fn open(&self, choice: &TargetChoice) -> Result<Arc<dyn Target>, Failure> {
        let TargetChoice::Board(place) = choice else { return Ok(Arc::new(SimTarget::new())) };
        let firmware = firmware(place, self.firmware.as_deref())?;
        let mut board = RemoteBoard::open(place, &firmware).map_err(unreachable)?;
        board.session().refuse_running().map_err(unreachable)?;
        let capabilities = capabilities(place, &mut board);
        let place = place.clone();
        let open = move || -> Result<Box<dyn sim_host::Target + Send>, String> {
            match RemoteBoard::open(&place, &firmware) {
                Ok(board) => Ok(Box::new(board)),
                Err(error) => Err(format!("{:#}", anyhow::Error::from(error))),
            }
        };
        Ok(Arc::new(BenchTarget::new(name(choice), capabilities, open).with(Box::new(board))))
    }

    fn write(&self, matrix: &Matrix) -> Result<(), Failure> {
        type Report = fn(&Matrix) -> String;
        let reports: [(&Option<PathBuf>, Report); 3] =
            [(&self.junit, report::junit), (&self.json, report::json), (&self.markdown, report::markdown)];
        for (path, report) in reports {
            if let Some(path) = path {
                let written = fs::write(path, report(matrix));
                written.with_context(|| format!("report {} cannot be written", path.display()))?;
            }
        }
        if let Some((path, mut ledger)) = self.read_ledger()?
            && let Some(date) = &self.date
        {
            ledger.record(matrix, date);
            let written = fs::write(path, ledger.to_string());
            written.with_context(|| format!("ledger {} cannot be written", path.display()))?;
        }
        Ok(())
    }

    /// The ledger as it is, if there is to be one.
    fn read_ledger(&self) -> Result<Option<(&Path, Ledger)>, Failure> {
        let Some(path) = self.ledger.as_deref() else { return Ok(None) };
        let file = path.display();
        let page = fs::read_to_string(path).with_context(|| format!("ledger {file} cannot be read"))?;
        Ok(Some((path, Ledger::read(&page).with_context(|| format!("ledger {file} has no room for runs"))?)))
    }
}

/// The kind of a target, which its file of known failures is called after.
fn name(choice: &TargetChoice) -> &'static str {
    match choice {
        TargetChoice::Sim => "sim",
        TargetChoice::Board(Place::Host) => "host",
        TargetChoice::Board(Place::Qemu) => "qemu",
        TargetChoice::Board(Place::Serial { .. }) => "serial",
        TargetChoice::Board(Place::Tcp(_)) => "tcp",
    }
}

fn capabilities(place: &Place, board: &mut RemoteBoard) -> Capabilities {
    let device = board.session().device().clone();
    let pair = |name: &str, value: String| (name.to_owned(), value);
    let (engine, version) = device.engine;
    // A device holds its largest profile, and those below it.
    let profiles = match device.profile.as_str() {
        "desktop" => Profile::ALL.iter().collect(),
        name => Profile::by_name(name).into_iter().collect(),
    };
    Capabilities {
        identity: vec![
            pair("place", place.to_string()),
            pair("board", device.board),
            pair("firmware", device.firmware),
            pair("engine", format!("{engine} {version}")),
            pair("memory-free", device.heap.free.to_string()),
        ],
        profiles,
        runs: match place {
            // Each run has a process of its own.
            Place::Host | Place::Qemu => usize::MAX,
            Place::Serial { .. } | Place::Tcp(_) => 1,
        },
    }
}

/// The suite of the checkout that the working directory is in.
fn find_cases() -> Result<PathBuf, Failure> {
    let here = std::env::current_dir().context("the working directory cannot be found")?;
    let found = here.ancestors().map(|folder| folder.join(CASES)).find(|folder| folder.is_dir());
    let found = found.map(|folder| folder.strip_prefix(&here).map(Path::to_owned).unwrap_or(folder));
    found.ok_or_else(|| {
        let error = anyhow!("no {CASES} here or in a folder above; say with --cases where they are");
        Failure::new(Exit::Usage, error)
    })
}

fn bad(error: SuiteError) -> Failure {
    Failure::new(Exit::Suite, error)
}
