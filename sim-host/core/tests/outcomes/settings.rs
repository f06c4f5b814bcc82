//! The comment lines at the head of a guest that say how it is run.

use std::time::Duration;

use sim_host::{Profile, Sim, SimBuilder};

/// Wall-clock time that no guest of these tests needs, however loaded the machine is.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a guest is run, and what is compared.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) profiles: Vec<&'static Profile>,
    pub(crate) trace: Show,
    seed: u64,
    args: Vec<String>,
    stop_after: Option<Duration>,
    limit_time: Option<Duration>,
    limit_compute: Duration,
    limit_trace: Option<u64>,
}

/// What of a trace is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    Untimed,
    Timed,
    Count,
}

impl Settings {
    /// Reads the leading `;; key: value` lines.
    pub(crate) fn parse(guest: &str) -> Result<Self, String> {
        let mut settings = Self {
            profiles: Profile::ALL.iter().collect(),
            trace: Show::Untimed,
            seed: 0,
            args: Vec::new(),
            stop_after: None,
            limit_time: None,
            limit_compute: PATIENCE,
            limit_trace: None,
        };
        let mut about = false;
        for line in guest.lines().map_while(|line| line.strip_prefix(";; ")) {
            let (key, value) = line.split_once(": ").ok_or(format!("`;; {line}` is not `;; key: value`"))?;
            match key {
                "about" => about = true,
                "profiles" => settings.profiles = profiles(value)?,
                "seed" => settings.seed = number(value)?,
                "args" => settings.args = value.split_whitespace().map(Into::into).collect(),
                "stop-after" => settings.stop_after = Some(duration(value)?),
                "limit-time" => settings.limit_time = Some(duration(value)?),
                "limit-compute" => settings.limit_compute = duration(value)?,
                "limit-trace" => settings.limit_trace = Some(number(value)?),
                "trace" => settings.trace = show(value)?,
                _ => return Err(format!("unknown key `{key}`")),
            }
        }
        if about { Ok(settings) } else { Err("the guest does not begin with `;; about: …`".into()) }
    }

    /// A run as the settings want it.
    pub(crate) fn sim(&self) -> SimBuilder {
        let mut sim =
            Sim::builder().seed(self.seed).args(self.args.clone()).limit_compute(self.limit_compute);
        if let Some(end) = self.stop_after {
            sim = sim.stop_after(end);
        }
        if let Some(limit) = self.limit_time {
            sim = sim.limit_time(limit);
        }
        if let Some(limit) = self.limit_trace {
            sim = sim.limit_trace(limit);
        }
        sim
    }
}

fn profiles(names: &str) -> Result<Vec<&'static Profile>, String> {
    names
        .split_whitespace()
        .map(|name| Profile::by_name(name).ok_or(format!("unknown profile `{name}`")))
        .collect()
}

fn number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}

fn duration(text: &str) -> Result<Duration, String> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).ok_or(format!("`{text}` has no unit"))?;
    let count = number(&text[..unit_at])?;
    match &text[unit_at..] {
        "s" => Ok(Duration::from_secs(count)),
        "ms" => Ok(Duration::from_millis(count)),
        "us" => Ok(Duration::from_micros(count)),
        "ns" => Ok(Duration::from_nanos(count)),
        unit => Err(format!("unknown unit `{unit}`")),
    }
}

fn show(text: &str) -> Result<Show, String> {
    match text {
        "untimed" => Ok(Show::Untimed),
        "timed" => Ok(Show::Timed),
        "count" => Ok(Show::Count),
        _ => Err(format!("`{text}` is not a way to show a trace")),
    }
}
