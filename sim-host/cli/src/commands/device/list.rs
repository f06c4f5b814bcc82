//! `twinboard device list`

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, anyhow};
use clap::Args;
use remote_board::{Device, InstalledApp, Port, RemoteError, Usb};
use serde_json::{Value, json};

use super::{
    info::{app_json, device_json, state_name},
    report::Report,
};
use crate::{exit::Exit, failure::Failure};

/// Finds the boards at this machine's serial ports: by the USB identity of what is plugged in, and by its hello. Ports of
/// other devices are listed, but nothing is sent to them.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Says hello to every port, whatever is plugged in. What does not expect it may do anything then.
    #[arg(long)]
    all: bool,

    /// Takes the ports from a file instead of the machine: a line each, PATH or PATH VENDOR:PRODUCT or PATH
    /// VENDOR:PRODUCT NAME, the numbers hexadecimal.
    #[arg(long, value_name = "FILE", hide = true)]
    ports: Option<PathBuf>,
}

/// What became of a port.
enum Found {
    Board(Box<Device>, Option<InstalledApp>),
    NoAnswer(RemoteError),
    NotAsked,
}

impl List {
    pub(super) fn execute(self, report: &Report) -> Result<Exit, Failure> {
        let ports = match &self.ports {
            Some(file) => read(file)?,
            None => Port::all(),
        };
        let found = self.ask(&ports);
        let width = ports.iter().map(|port| port.path.len()).max().unwrap_or_default();
        let mut text = String::new();
        let mut objects = Vec::new();
        for (port, found) in ports.iter().zip(&found) {
            text += &format!("{:<width$}  {}\n", port.path, describe(port, found));
            objects.push(object(port, found));
        }
        if ports.is_empty() {
            text = "no serial ports\n".to_owned();
        }
        report.done(&text, json!({ "ports": objects }))?;
        Ok(Exit::Done)
    }

    /// Says hello to all that boards may be at, at the same time.
    fn ask(&self, ports: &[Port]) -> Vec<Found> {
        thread::scope(|scope| {
            let asked: Vec<_> = ports
                .iter()
                .map(|port| {
                    let wanted = self.all || port.usb.as_ref().is_some_and(|usb| usb.known().is_some());
                    wanted.then(|| scope.spawn(|| ask(port)))
                })
                .collect();
            let answer = |asked: thread::ScopedJoinHandle<'_, Found>| match asked.join() {
                Ok(found) => found,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            asked.into_iter().map(|asked| asked.map_or(Found::NotAsked, answer)).collect()
        })
    }
}

/// Says hello, and asks which app is there.
fn ask(port: &Port) -> Found {
    let told = port.ask().and_then(|mut session| Ok((session.info()?.app, session.device().clone())));
    match told {
        Ok((app, device)) => Found::Board(Box::new(device), app),
        Err(error) => Found::NoAnswer(error),
    }
}

fn describe(port: &Port, found: &Found) -> String {
    let plugged = match &port.usb {
        None => "no USB".to_owned(),
        Some(Usb { vendor, product, name, serial }) => {
            let mut text = format!("USB {vendor:04x}:{product:04x}");
            if let Some(known) = port.usb.as_ref().and_then(Usb::known) {
                text = format!("{known}, {text}");
            } else if !name.is_empty() {
                text = format!("{name}, {text}");
            }
            if !serial.is_empty() {
                text += &format!(", serial {serial}");
            }
            text
        }
    };
    match found {
        Found::Board(device, app) => {
            let (engine, version) = &device.engine;
            let app = app.as_ref().map_or("none", |app| state_name(app.state));
            let Device { board, firmware, .. } = &**device;
            format!("board {board}, firmware {firmware}, {engine} {version}, app {app} ({plugged})")
        }
        Found::NoAnswer(error) => format!("no board: {} ({plugged})", why(port, error)),
        Found::NotAsked => {
            format!("not asked: boards are not known to be at such a port; --all asks ({plugged})")
        }
    }
}

fn object(port: &Port, found: &Found) -> Value {
    let (device, app, why) = match found {
        Found::Board(device, app) => (device_json(device), app_json(app.as_ref()), Value::Null),
        Found::NoAnswer(error) => (Value::Null, Value::Null, why(port, error).into()),
        Found::NotAsked => (Value::Null, Value::Null, "boards are not known to be at such a port".into()),
    };
    json!({
        "port": port.path,
        "usb": port.usb.as_ref().map(|usb| json!({
            "vendor": format!("{:04x}", usb.vendor),
            "product": format!("{:04x}", usb.product),
            "name": usb.name,
            "serial": usb.serial,
            "known": usb.known(),
        })),
        "asked": !matches!(found, Found::NotAsked),
        "device": device,
        "app": app,
        "why": why,
    })
}

/// Why nobody answered; the port need not be named again.
fn why(port: &Port, error: &RemoteError) -> String {
    let place = format!("serial:{}: ", port.path);
    let text =
        format!("{:#}", anyhow::Chain::new(error).map(ToString::to_string).collect::<Vec<_>>().join(": "));
    text.strip_prefix(&place).map(str::to_owned).unwrap_or(text)
}

/// Ports as a file lists them.
fn read(file: &Path) -> Result<Vec<Port>, Failure> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let port = |(at, line): (usize, &str)| {
        parse(line).ok_or_else(|| {
            let error =
                anyhow!("{}:{}: no port (PATH VENDOR:PRODUCT NAME): {line:?}", file.display(), at + 1);
            Failure::new(Exit::Usage, error)
        })
    };
    lines.map(port).collect()
}

fn parse(line: &str) -> Option<Port> {
    let mut words = line.trim().splitn(3, ' ');
    let path = words.next()?.to_owned();
    let Some(identity) = words.next() else { return Some(Port { path, usb: None }) };
    let (vendor, product) = identity.split_once(':')?;
    let number = |digits| u16::from_str_radix(digits, 16).ok();
    let name = words.next().unwrap_or_default().to_owned();
    let usb = Usb { vendor: number(vendor)?, product: number(product)?, name, serial: String::new() };
    Some(Port { path, usb: Some(usb) })
}
