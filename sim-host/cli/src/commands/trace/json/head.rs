//! The first line of a trace in JSON: of which version the trace is.

use device_abi::{ABI_PACKAGE, ABI_VERSION};

use super::{
    Object,
    keys::{at, only},
    value::number,
};
use crate::trace_file::JSON_FORMAT;

/// Whether a line is a head and not a call.
pub(super) fn is_head(line: &Object) -> bool {
    line.contains_key("trace") && !line.contains_key("call")
}

/// Refuses the head of a trace that this program cannot read.
pub(super) fn check(head: &Object) -> Result<(), String> {
    let package = &head["trace"];
    let package = package.as_str().ok_or_else(|| format!("\"trace\": expected a string, found {package}"))?;
    let (ours, _) = ABI_PACKAGE.split_once('@').unwrap_or((ABI_PACKAGE, ""));
    let major = ABI_VERSION >> 16;
    let theirs = package.split_once('@').and_then(|(name, version)| {
        let theirs: u32 = version.split('.').next()?.parse().ok()?;
        (name == ours).then_some(theirs)
    });
    // A later minor version has more functions; what a call of these is, is told where one comes.
    if theirs != Some(major) {
        return Err(format!("a trace of {package:?}, and this program reads those of {ours}@{major}"));
    }
    let format = head.get("format").ok_or("a head lacks \"format\"")?;
    let format = number(format, u64::MAX).map_err(at("format"))?;
    if format != JSON_FORMAT {
        return Err(format!("a trace in format {format}, and this program reads format {JSON_FORMAT}"));
    }
    only(head, &["trace", "format"])
}
