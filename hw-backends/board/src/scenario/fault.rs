//! Faults that a step adds or ends.

use hw_mock::Fault;
use toml::{Spanned, de::DeValue};

use super::{
    keys,
    step::{Action, FaultStep},
    text::ns_of_ms,
};
use crate::{
    Board,
    file::{Key, Problems, Section, hint, quote},
    wire,
};

const NS_PER_US: f64 = 1e3;
const MILLION: f64 = 1e6;

/// Reads a fault.
pub(super) fn read(
    within: &str,
    value: &Spanned<DeValue<'_>>,
    board: &Board,
    problems: &mut Problems,
) -> Option<FaultStep> {
    let section = Section::open_any(within, value, problems)?;
    let kinds = keys::fault_kinds();
    let name = section.required_text(&keys::FAULT_KIND, problems)?;
    let Some(kind) = kinds.iter().find(|kind| kind.name == name.value) else {
        let hint = hint(name.value, kinds.iter().map(|kind| kind.name));
        problems.add(name.line, format!("unknown fault {}{hint}", quote(name.value)));
        return None;
    };
    let known: Vec<Key> = [keys::FAULT_KIND].into_iter().chain(kind.keys.iter().copied()).collect();
    let section = Section::open(within, value, &known, problems)?;
    for key in known.iter().filter(|key| key.required) {
        section.require(key, problems);
    }
    let bus = bus(section, board, problems);
    let address = section.integer(&keys::ADDRESS, problems).map(|address| address.value as u8);
    let times = section.integer(&keys::TIMES, problems).map(|times| times.value.into());
    let rate = section.number(&keys::RATE, problems);
    if let Some(rate) = rate
        && rate.value > 0.0
        && rate.value < 1.0 / MILLION
    {
        let value = rate.value;
        let message =
            format!("\"rate\" in {within} is {value:e}, must be 0, or at least 1e-6: one in a million");
        problems.add(rate.line, message);
    }
    let per_million = rate.map(|rate| (rate.value * MILLION).round() as u32);
    let count = |key, problems: &mut Problems| section.integer(key, problems).map(|count| count.value);
    let fault = match kind.name {
        "nack" => Fault::Nack { byte: count(&keys::BYTE, problems).unwrap_or(0) },
        "arbitration-lost" => Fault::ArbitrationLost,
        "short-read" => Fault::ShortRead { bytes: count(&keys::BYTES, problems)? },
        "stuck" => Fault::StuckFor { ns: ns_of_ms(section.number(&keys::FOR_MS, problems)?.value) },
        _ => {
            let extra_us = section.number(&keys::EXTRA_US, problems)?.value;
            Fault::Slow { extra_ns: (extra_us * NS_PER_US).round() as u64 }
        }
    };
    // A stuck bus is about no transaction unless something says which.
    let chosen = address.is_some() || per_million.is_some();
    let times = times.or((chosen && matches!(fault, Fault::StuckFor { .. })).then_some(1));
    Some(FaultStep { bus: bus?, address, fault, times, per_million })
}

/// Reads which faults end.
pub(super) fn read_clear(
    within: &str,
    value: &Spanned<DeValue<'_>>,
    board: &Board,
    problems: &mut Problems,
) -> Option<Action> {
    let section = Section::open(within, value, keys::CLEAR_KEYS, problems)?;
    let said = section.value(keys::BUS.name).is_some();
    let bus = bus(section, board, problems);
    let address = section.integer(&keys::ADDRESS, problems).map(|address| address.value as u8);
    if said && bus.is_none() { None } else { Some(Action::ClearFaults { bus, address }) }
}

fn bus(section: Section<'_, '_>, board: &Board, problems: &mut Problems) -> Option<u32> {
    wire::bus(section.value(keys::BUS.name)?, board, problems)
}
