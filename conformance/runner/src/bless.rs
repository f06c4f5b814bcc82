//! Expectations, written from what the simulator does.

use std::fs;

use crate::{Case, case::TRACE_FILE};

/// Makes `trace` what the case expects.
///
/// # Errors
/// A file that cannot be written.
pub(crate) fn bless(case: &Case, trace: &str) -> Result<(), String> {
    let path = case.folder.join(TRACE_FILE);
    fs::write(&path, trace).map_err(|error| format!("{}: cannot be written: {error}", path.display()))
}
