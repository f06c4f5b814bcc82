//! What the program says of itself: `tracing` events of all crates, on standard error.

use std::io::{self, IsTerminal};

use anyhow::Context;
use tracing::Level;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{exit::Exit, failure::Failure};

/// The environment variable with the filter: `debug`, `sim_host=trace,warn`.
const VARIABLE: &str = "TWINBOARD_LOG";

/// The target of the guest's own messages.
const GUEST: &str = "twinboard::guest";

/// Starts telling, from level `warn` on unless the environment says otherwise.
pub(crate) fn start() -> Result<(), Failure> {
    let targets = match std::env::var(VARIABLE) {
        Ok(filter) => parse(&filter)?,
        Err(_) => Targets::new().with_default(Level::WARN).with_target(GUEST, LevelFilter::OFF),
    };
    let coloured = io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(coloured).without_time();
    tracing_subscriber::registry().with(lines).with(targets).init();
    Ok(())
}

/// The filter that `text` spells. The guest's messages are on standard output already, so they must be asked for.
fn parse(text: &str) -> Result<Targets, Failure> {
    let targets = text.parse::<Targets>().with_context(|| {
        format!("{VARIABLE}={text:?} is no filter (like \"debug\" or \"sim_host=trace,warn\")")
    });
    let targets = targets.map_err(|error| Failure::new(Exit::Usage, error))?;
    Ok(if text.contains(GUEST) { targets } else { targets.with_target(GUEST, LevelFilter::OFF) })
}
