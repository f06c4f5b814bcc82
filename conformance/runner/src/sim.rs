//! The target `sim`: the desktop simulator.

use std::error::Error;

use device_abi::Profile;
use hw_board::ScenarioReport;
use sim_host::{Guest, Run, Sim, SimBuilder, SimError};

use crate::{Capabilities, Job, Seen, Target, TargetError};

/// The desktop simulator, with virtual time. It is what expectations are made by.
#[derive(Debug, Clone, Copy, Default)]
pub struct SimTarget;

impl SimTarget {
    /// The simulator that this program was built with.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Target for SimTarget {
    fn name(&self) -> &str {
        "sim"
    }

    fn capabilities(&self) -> Capabilities {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        let (engine, version) = sim_host::ENGINE;
        Capabilities {
            identity: vec![
                pair("simulator", env!("CARGO_PKG_VERSION").to_owned()),
                pair("engine", format!("{engine} {version}")),
                pair("machine", format!("{} {}", std::env::consts::ARCH, std::env::consts::OS)),
            ],
            profiles: Profile::ALL.iter().collect(),
            runs: usize::MAX,
        }
    }

    fn run(&self, job: &Job) -> Result<Seen, TargetError> {
        run_by(job, SimBuilder::run)
    }
}

/// Runs `job` on simulated hardware, with the guest wherever `run` puts it.
pub(crate) fn run_by(
    job: &Job,
    run: impl FnOnce(SimBuilder) -> Result<Run, SimError>,
) -> Result<Seen, TargetError> {
    let guest = Guest::from_bytes(&job.module).map_err(|error| failed(&error))?;
    let mut sim = Sim::builder()
        .board(job.board.clone())
        .profile(job.profile)
        .guest(guest)
        .seed(job.seed)
        .args(job.args.clone())
        .limit_compute(job.limits.compute)
        .keep_compiled(!job.once)
        .keep_log(false);
    if let Some(time) = job.limits.time {
        sim = sim.limit_time(time);
    }
    if let Some(time) = job.limits.stop_after {
        sim = sim.stop_after(time);
    }
    if let Some(bytes) = job.limits.trace_bytes {
        sim = sim.limit_trace(bytes);
    }
    if let Some(scenario) = &job.scenario {
        sim = sim.scenario(scenario.clone());
    }
    if let Some(text) = &job.expectations {
        let board = job.board.clone().with_profile(job.profile).map_err(|error| failed(&error))?;
        let expectations = hw_board::expectations::parse(text, "expectations.toml", &board);
        sim = sim.expectations(expectations.map_err(|error| failed(&error))?);
    }
    // What guests do wrong here they do wrong on purpose: nobody need be warned.
    let run = tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), || run(sim));
    run.map(|run| seen(&run)).map_err(|error| failed(&error))
}

fn seen(run: &Run) -> Seen {
    let scenario = run.scenario.as_ref().filter(|scenario| !scenario.succeeded()).map(ToString::to_string);
    let mismatch = run.mismatch.as_ref().map(ToString::to_string);
    Seen {
        outcome: run.outcome.to_string(),
        trace: run.trace.bytes().to_vec(),
        device_time_ns: run.device_time_ns,
        unmet: scenario.into_iter().chain(mismatch).collect::<Vec<_>>().join("\n"),
        seed: run.scenario.as_ref().filter(|scenario| scenario.succeeded()).and_then(ScenarioReport::seed),
    }
}

/// An error with its causes, on one line.
fn failed(error: &dyn Error) -> TargetError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    TargetError::Failed(text)
}
