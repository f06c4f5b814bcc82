//! `twinboard device info` and `twinboard device status`

use std::fmt::Write;

use device_link::{AppState, Dropped, Mode};
use remote_board::{Device, InstalledApp, Session, Status};
use serde_json::{Value, json};

use super::report::Report;
use crate::{exit::Exit, failure::Failure, target::unreachable};

/// Says who the device is.
pub(super) fn info(session: &mut Session, report: &Report) -> Result<Exit, Failure> {
    let status = session.info().map_err(unreachable)?;
    let device = session.device();
    let mut text = String::new();
    let (engine, version) = &device.engine;
    let modes = [(device.modes.bench, "bench"), (device.modes.native, "native")];
    let modes: Vec<&str> = modes.into_iter().filter_map(|(can, name)| can.then_some(name)).collect();
    line(&mut text, "board", &format!("{}, id {}", device.board, hex(&device.device_id)));
    line(&mut text, "firmware", &format!("{}, {engine} {version}", device.firmware));
    line(&mut text, "profile", &device.profile);
    line(&mut text, "modes", &modes.join(", "));
    line(
        &mut text,
        "apps",
        if device.persistent { "outlive a loss of power" } else { "are lost without power" },
    );
    line(&mut text, "memory", &memory(&status));
    line(
        &mut text,
        "line",
        &status.line_rate.map_or_else(
            || "has no bit rate".to_owned(),
            |rates| format!("{} baud, up to {}", rates.now, rates.highest),
        ),
    );
    line(&mut text, "app", &app(status.app.as_ref()));
    report.done(
        &text,
        json!({
            "device": device_json(device),
            "memory": memory_json(&status),
            "line-rate": status.line_rate.map(|rates| json!({ "now": rates.now, "highest": rates.highest })),
            "app": app_json(status.app.as_ref()),
        }),
    )?;
    Ok(Exit::Done)
}

/// Says how the device is.
pub(super) fn status(session: &mut Session, report: &Report) -> Result<Exit, Failure> {
    let status = session.info().map_err(unreachable)?;
    let mut text = String::new();
    line(&mut text, "app", &app(status.app.as_ref()));
    if status.app.as_ref().is_some_and(|app| app.state == AppState::Held) {
        line(
            &mut text,
            "",
            "the device does not start it by itself any more, until `start` or a new `install`",
        );
    }
    let run = match &status.run {
        None => "none".to_owned(),
        Some(run) => {
            let dropped =
                dropped(&run.dropped).map(|dropped| format!("; {dropped} dropped")).unwrap_or_default();
            format!("{} for {} s{dropped}", mode(run.mode), seconds(run.time_ns))
        }
    };
    line(&mut text, "run", &run);
    let last = status.last_end.as_ref();
    let last_text = last.map_or_else(
        || "none since the device's start".to_owned(),
        |(outcome, time_ns)| format!("{outcome} after {} s", seconds(*time_ns)),
    );
    line(&mut text, "last run", &last_text);
    let up =
        format!("{}.{} s, after {}", status.uptime_ms / 1000, status.uptime_ms % 1000 / 100, reset(&status));
    line(&mut text, "up", &up);
    line(&mut text, "memory", &memory(&status));
    let received = status.received;
    let frames =
        format!("{} frames, {} damaged, {} too long", received.frames, received.damaged, received.too_long);
    line(&mut text, "received", &frames);
    report.done(
        &text,
        json!({
            "app": app_json(status.app.as_ref()),
            "run": status.run.map(|run| json!({
                "mode": mode(run.mode),
                "time-ns": run.time_ns,
                "dropped": dropped_json(&run.dropped),
            })),
            "last-end": last.map(|(outcome, time_ns)| {
                json!({ "outcome": outcome.to_string(), "time-ns": time_ns })
            }),
            "uptime-ms": status.uptime_ms,
            "last-reset": reset(&status),
            "memory": memory_json(&status),
            "received": {
                "frames": received.frames,
                "damaged": received.damaged,
                "too-long": received.too_long,
            },
        }),
    )?;
    Ok(Exit::Done)
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name:<9} {value}");
}

/// Who a device is.
pub(super) fn device_json(device: &Device) -> Value {
    json!({
        "board": device.board,
        "device-id": hex(&device.device_id),
        "firmware": device.firmware,
        "engine": device.engine.0,
        "engine-version": device.engine.1,
        "profile": device.profile,
        "modes": { "bench": device.modes.bench, "native": device.modes.native },
        "persistent": device.persistent,
    })
}

fn app(app: Option<&InstalledApp>) -> String {
    let Some(InstalledApp { length, crc32, profile, state, autostart, failed_starts }) = app else {
        return "none installed".to_owned();
    };
    let mut text = format!("{}, {length} bytes, crc32 {crc32:08x}, profile {profile}", state_name(*state));
    if *autostart {
        text += ", autostart";
    }
    let _ = match failed_starts {
        0 => Ok(()),
        1 => write!(text, ", ended badly once after the device had started it"),
        times => write!(text, ", ended badly {times} times after the device had started it"),
    };
    text
}

/// What is installed.
pub(super) fn app_json(app: Option<&InstalledApp>) -> Value {
    app.map_or(Value::Null, |app| {
        json!({
            "bytes": app.length,
            "crc32": format!("{:08x}", app.crc32),
            "profile": app.profile,
            "state": state_name(app.state),
            "autostart": app.autostart,
            "failed-starts": app.failed_starts,
        })
    })
}

/// An app's state, as the verbs call it.
pub(super) fn state_name(state: AppState) -> &'static str {
    match state {
        AppState::Idle => "idle",
        AppState::Running => "running",
        AppState::Held => "held",
        AppState::Damaged => "damaged",
    }
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Bench => "bench",
        Mode::Native => "native",
    }
}

fn reset(status: &Status) -> &'static str {
    status.last_reset.name()
}

fn memory(status: &Status) -> String {
    let heap = status.heap;
    format!("{} of {} bytes free, at the lowest {}", heap.free, heap.total, heap.least_free)
}

fn memory_json(status: &Status) -> Value {
    let heap = status.heap;
    json!({ "total": heap.total, "free": heap.free, "least-free": heap.least_free })
}

/// What the device could not send, for people; `None` when it is nothing.
pub(crate) fn dropped(dropped: &Dropped) -> Option<String> {
    let Dropped { log_lines, trace_bytes, errors } = *dropped;
    let counted = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts = [
        counted(log_lines.into(), "log lines"),
        counted(trace_bytes, "bytes of trace"),
        counted(errors.into(), "errors"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What the device could not send.
pub(super) fn dropped_json(dropped: &Dropped) -> Value {
    let Dropped { log_lines, trace_bytes, errors } = *dropped;
    json!({ "log-lines": log_lines, "trace-bytes": trace_bytes, "errors": errors })
}

/// Nanoseconds as seconds with microseconds.
pub(super) fn seconds(time_ns: u64) -> String {
    format!("{}.{:06}", time_ns / 1_000_000_000, time_ns % 1_000_000_000 / 1_000)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
