//! The keys of an object in JSON: which ones it must have, and which ones it may.

use serde_json::Value;
use sim_host::hw_board::file::hint;

use super::Object;

/// What stands under a key that a call must have.
pub(super) fn key<'j>(object: &'j Object, name: &str) -> Result<&'j Value, String> {
    object.get(name).ok_or_else(|| format!("a call lacks {name:?}"))
}

/// Refuses other keys than those of `known`: what is not read must not be equal.
pub(super) fn only(object: &Object, known: &[&str]) -> Result<(), String> {
    only_names(object, known.iter().copied())
}

/// The same, for names from the ABI.
pub(super) fn only_names<'n>(
    object: &Object,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Result<(), String> {
    let other = object.keys().find(|name| !known.clone().any(|known| known == name.as_str()));
    other.map_or(Ok(()), |name| Err(unknown("key", name, known)))
}

/// Says that there is no such thing, and what may have been meant.
pub(super) fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> String {
    format!("unknown {what} {name:?}{}", meant(name, known))
}

/// The nearest of the `known` names; if none is near, the name may come from another version.
pub(super) fn meant<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    Some(hint(name, known))
        .filter(|hint| hint.starts_with(" (did you mean "))
        .unwrap_or_else(|| " (a trace of another version?)".to_owned())
}

/// Puts the name of a key before what is wrong with its value.
pub(super) fn at(name: &str) -> impl Fn(String) -> String {
    move |what| format!("{name:?}: {what}")
}
