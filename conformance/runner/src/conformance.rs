//! Runs a suite on targets, several cases at a time.

mod judge;
mod progress;

use std::{
    fmt,
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use self::{judge::judge, progress::Progress};
use crate::{
    Capabilities, Cell, Known, Matrix, Suite, Target,
    guarded::Guarded,
    matrix::{Column, Row},
    stopwatch::Stopwatch,
};

/// Wall-clock time that no run takes, however slow the target is.
const PATIENCE: Duration = Duration::from_secs(120);

type OnRow = Box<dyn FnMut(&Row) + Send>;

/// A suite and the targets that it is about to be run on. See [`new`](Conformance::new) for the defaults.
#[must_use = "a described run does nothing until `run`"]
pub struct Conformance {
    suite: Suite,
    targets: Vec<(Arc<dyn Target>, Known)>,
    jobs: usize,
    keep_going: bool,
    bless: bool,
    patience: Duration,
    on_row: Option<OnRow>,
}

impl fmt::Debug for Conformance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conformance").field("suite", &self.suite.folder()).finish_non_exhaustive()
    }
}

/// What the workers share.
struct Work<'s> {
    suite: &'s Suite,
    keep_going: bool,
    bless: bool,
    failed: AtomicBool,
    stopwatch: Stopwatch,
    progress: Mutex<Progress>,
}

/// A target as the workers see it.
struct Asked {
    guarded: Guarded,
    known: Known,
    capabilities: Capabilities,
    /// The case that is next.
    next: AtomicUsize,
    /// Wall-clock time until its last case was through, so far.
    took: Mutex<Duration>,
}

impl Conformance {
    /// Starts to describe a run of `suite`.
    ///
    /// Defaults: no target; as many runs at a time as the machine has processors; every case is run, whatever
    /// fails; nothing is blessed; 2 minutes until a run counts as hung.
    pub fn new(suite: Suite) -> Self {
        let jobs = thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            suite,
            targets: Vec::new(),
            jobs,
            keep_going: true,
            bless: false,
            patience: PATIENCE,
            on_row: None,
        }
    }

    /// One more target, without known failures.
    pub fn target(self, target: Arc<dyn Target>) -> Self {
        self.target_with(target, Known::default())
    }

    /// One more target, and the cases that it is known to fail.
    pub fn target_with(mut self, target: Arc<dyn Target>, known: Known) -> Self {
        self.targets.push((target, known));
        self
    }

    /// How many runs each target does at a time, at most. 0 counts as 1.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Whether cases are still begun after one has failed.
    pub fn keep_going(mut self, keep_going: bool) -> Self {
        self.keep_going = keep_going;
        self
    }

    /// Whether traces that differ become the expectation. Only the simulator's should.
    pub fn bless(mut self, bless: bool) -> Self {
        self.bless = bless;
        self
    }

    /// Wall-clock time after which a run counts as hung. A target that hangs three times is given up.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Calls `on_row` for each case that is through on all targets, in the order of the suite.
    pub fn on_row(mut self, on_row: impl FnMut(&Row) + Send + 'static) -> Self {
        self.on_row = Some(Box::new(on_row));
        self
    }

    /// Runs everything.
    #[must_use]
    pub fn run(mut self) -> Matrix {
        let stopwatch = Stopwatch::start();
        let targets = std::mem::take(&mut self.targets);
        let asked: Vec<Asked> = targets
            .iter()
            .map(|(target, known)| Asked {
                guarded: Guarded::new(Arc::clone(target), self.patience),
                known: known.clone(),
                capabilities: target.capabilities(),
                next: AtomicUsize::new(0),
                took: Mutex::default(),
            })
            .collect();
        let work = Work {
            suite: &self.suite,
            keep_going: self.keep_going,
            bless: self.bless,
            failed: AtomicBool::new(false),
            stopwatch,
            progress: Mutex::new(Progress::new(&self.suite, asked.len(), self.on_row.take())),
        };
        let shared = &work;
        thread::scope(|scope| {
            for (at, target) in asked.iter().enumerate() {
                let workers = self.jobs.min(target.capabilities.runs).min(self.suite.cases().len()).max(1);
                for _ in 0..workers {
                    scope.spawn(move || shared.on(at, target));
                }
            }
        });
        let rows = work.progress.into_inner().unwrap_or_else(PoisonError::into_inner).finish();
        let columns = targets.iter().zip(&asked).map(|((target, _), asked)| Column {
            name: target.name().to_owned(),
            identity: asked.capabilities.identity.clone(),
            profiles: asked.capabilities.profiles.iter().map(|profile| profile.name).collect(),
            took: *asked.took.lock().unwrap_or_else(PoisonError::into_inner),
        });
        Matrix {
            configuration: self.configuration(),
            targets: columns.collect(),
            rows,
            took: stopwatch.elapsed(),
        }
    }

    fn configuration(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let mut all = vec![
            pair("runner", env!("CARGO_PKG_VERSION").to_owned()),
            pair("suite", self.suite.folder().display().to_string()),
            pair("cases", self.suite.cases().len().to_string()),
            pair("jobs", self.jobs.to_string()),
        ];
        if !self.suite.filters().is_empty() {
            all.push(pair("filter", self.suite.filters().join(" ")));
        }
        all
    }
}

impl Work<'_> {
    /// Takes one case after the other to a target.
    fn on(&self, at: usize, target: &Asked) {
        while self.keep_going || !self.failed.load(Ordering::Acquire) {
            let number = target.next.fetch_add(1, Ordering::AcqRel);
            let Some(case) = self.suite.cases().get(number) else { return };
            let stopwatch = Stopwatch::start();
            let verdict = judge(case, &target.guarded, &target.capabilities, &target.known, self.bless);
            if verdict.is_red() {
                self.failed.store(true, Ordering::Release);
            }
            let cell = Cell { verdict, took: stopwatch.elapsed() };
            *target.took.lock().unwrap_or_else(PoisonError::into_inner) = self.stopwatch.elapsed();
            self.progress.lock().unwrap_or_else(PoisonError::into_inner).put(number, at, cell);
        }
    }
}
