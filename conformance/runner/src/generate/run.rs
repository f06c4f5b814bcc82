//! Runs generated programs.

use std::{
    num::NonZero,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use device_abi::Profile;

use super::{
    case_folder,
    program::Program,
    report::{Difference, Report},
    verdict::{self, Verdict},
};
use crate::{Seen, Target, TargetError, guarded::Guarded, stopwatch::Stopwatch};

/// Programs that are looked at to make one small.
const LOOKS: usize = 3000;

/// Which programs are run, and how. See [`new`](Options::new) for the defaults.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where all programs come from.
    pub seed: u64,
    /// The number of the first program.
    pub first: u64,
    /// How many programs.
    pub programs: u64,
    /// How many run at the same time; as far as the targets can. 0 counts as 1.
    pub jobs: usize,
    /// How many differences are enough.
    pub differences: usize,
    /// Wall-clock time after which a target that does not answer is given up.
    pub patience: Duration,
    /// The folder of cases that programs with differences are written to, as `generated/<seed>-<number>`.
    pub cases: Option<PathBuf>,
}

impl Options {
    /// `programs` programs of `seed`.
    ///
    /// Defaults: from program 0 on, as many at a time as the machine has processors, the end after 10 differences, a
    /// minute of patience, no case is written.
    #[must_use]
    pub fn new(seed: u64, programs: u64) -> Self {
        let jobs = thread::available_parallelism().map_or(1, NonZero::get);
        let patience = Duration::from_secs(60);
        Self { seed, first: 0, programs, jobs, differences: 10, patience, cases: None }
    }
}

/// Runs programs on all of `targets` and compares what they saw with what the first one saw. `on_progress` is told how
/// many programs are through, after each.
#[must_use]
pub fn run(options: &Options, targets: &[Arc<dyn Target>], on_progress: impl Fn(u64) + Sync) -> Report {
    let stopwatch = Stopwatch::start();
    let capabilities: Vec<_> = targets.iter().map(|target| target.capabilities()).collect();
    let everywhere =
        |profile: &&&'static Profile| capabilities.iter().all(|all| all.profiles.contains(profile));
    let profiles: Vec<&'static Profile> =
        Profile::ALL.iter().collect::<Vec<_>>().iter().filter(everywhere).copied().collect();
    let most = capabilities.iter().map(|all| all.runs.max(1)).min().unwrap_or(1);
    let report = Report {
        seed: options.seed,
        targets: targets.iter().map(|target| target.name().to_owned()).collect(),
        spent: vec![Duration::ZERO; targets.len()],
        ..Report::default()
    };
    let work = Work {
        options,
        targets: targets.iter().map(|target| Guarded::new(Arc::clone(target), options.patience)).collect(),
        names: report.targets.clone(),
        profiles,
        next: AtomicU64::new(0),
        enough: AtomicBool::new(false),
        report: Mutex::new(report),
    };
    let (work, on_progress) = (&work, &on_progress);
    thread::scope(|scope| {
        if work.profiles.is_empty() || targets.is_empty() {
            work.report(|report| report.problems.push("the targets have no profile in common".to_owned()));
            return;
        }
        for _ in 0..options.jobs.min(most).max(1) {
            scope.spawn(move || work.on(on_progress));
        }
    });
    let mut report = work.report(std::mem::take);
    report.differences.sort_by_key(|difference| difference.number);
    report.took = stopwatch.elapsed();
    report
}

/// What the workers share.
struct Work<'o> {
    options: &'o Options,
    targets: Vec<Guarded>,
    names: Vec<String>,
    profiles: Vec<&'static Profile>,
    next: AtomicU64,
    enough: AtomicBool,
    report: Mutex<Report>,
}

impl Work<'_> {
    fn report<T>(&self, change: impl FnOnce(&mut Report) -> T) -> T {
        change(&mut self.report.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn on(&self, on_progress: &(impl Fn(u64) + Sync)) {
        while !self.enough.load(Ordering::Acquire) {
            let number = self.next.fetch_add(1, Ordering::AcqRel);
            if number >= self.options.programs {
                return;
            }
            self.program(self.options.first.saturating_add(number));
            on_progress(self.report(|report| report.programs));
        }
    }

    /// Runs one program everywhere.
    fn program(&self, number: u64) {
        let program = Program::generate(self.options.seed, number, &self.profiles);
        let mut seen = Vec::new();
        for at in 0..self.targets.len() {
            let stopwatch = Stopwatch::start();
            seen.push(self.seen(at, &program));
            let took = stopwatch.elapsed();
            self.report(|report| report.spent[at] += took);
        }
        let mut unspecified = false;
        let others = seen.iter().enumerate().skip(1);
        match &seen[0] {
            Err(error) => self.problem(format!("program {number} on {}: {error}", self.names[0])),
            Ok(first) => {
                for (at, other) in others {
                    match self.verdict(at, first, other) {
                        Verdict::Same => {}
                        Verdict::Unspecified => unspecified = true,
                        Verdict::Different(what) => self.differs(number, at, &program, what),
                    }
                }
                let outcome = kind(&first.outcome);
                self.report(|report| {
                    *report.outcomes.entry(outcome).or_default() += 1;
                    report.trace_bytes += first.trace.len() as u64;
                });
            }
        }
        self.report(|report| {
            report.programs += 1;
            report.unspecified += u64::from(unspecified);
        });
    }

    fn problem(&self, problem: String) {
        self.enough.store(true, Ordering::Release);
        self.report(|report| report.problems.push(problem));
    }

    fn seen(&self, at: usize, program: &Program) -> Result<Seen, TargetError> {
        let job = program.world.job(program.module()).map_err(TargetError::Failed)?;
        self.targets[at].run(job)
    }

    fn verdict(&self, at: usize, first: &Seen, other: &Result<Seen, TargetError>) -> Verdict {
        verdict::compare([&self.names[0], &self.names[at]], first, other)
    }

    /// Makes a program small that target `at` does not agree about, and writes it down.
    fn differs(&self, number: u64, at: usize, program: &Program, what: String) {
        let target = self.names[at].clone();
        let is_bad = |program: &Program| self.different(at, program).is_some();
        let shrunk = program.clone().shrunk(LOOKS, is_bad);
        // It may have been chance: then what was seen first is all there is to tell.
        let (what, expected) = match self.different(at, &shrunk) {
            Some((what, expected)) => (what, Some(expected)),
            None => (format!("{what}\nand not again"), None),
        };
        let folder = self.options.cases.as_ref().zip(expected).map(|(cases, expected)| {
            let folder = cases.join("generated").join(format!("seed-{}-program-{number}", self.options.seed));
            let about = format!("program {number} of seed {} is the same on {target}", self.options.seed);
            (case_folder::write(&folder, &shrunk, &about, &expected), folder)
        });
        let case = match folder {
            Some((Err(error), folder)) => {
                self.problem(format!("{}: cannot be written: {error}", folder.display()));
                None
            }
            Some((Ok(()), folder)) => Some(folder),
            None => None,
        };
        let enough = self.report(|report| {
            report.differences.push(Difference { number, target, what, case });
            report.differences.len() >= self.options.differences
        });
        if enough {
            self.enough.store(true, Ordering::Release);
        }
    }

    /// How target `at` disagrees about a program, and what the first target says; `None` if it does not.
    fn different(&self, at: usize, program: &Program) -> Option<(String, Seen)> {
        let first = self.seen(0, program).ok()?;
        match self.verdict(at, &first, &self.seen(at, program)) {
            Verdict::Different(what) => Some((what, first)),
            Verdict::Same | Verdict::Unspecified => None,
        }
    }
}

/// An outcome without its details.
fn kind(outcome: &str) -> String {
    let words = if outcome.starts_with("exit") { 1 } else { 2 };
    outcome.split(' ').take(words).collect::<Vec<_>>().join(" ")
}
