//! Writes a program as a case, in the form that `conformance/FORMAT.md` describes.

use std::{fs, io, path::Path};

use super::program::Program;
use crate::{Limits, Seen, case::TRACE_FILE, trace_text};

/// Bytes of a module on one line of `guest.hex`.
const LINE_BYTES: usize = 32;

/// Writes the files of a case into `folder`, with what `expected` says as the expectation.
///
/// # Errors
/// A folder or file that cannot be written.
pub(super) fn write(folder: &Path, program: &Program, about: &str, expected: &Seen) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let world = &program.world;
    let mut case = format!("about = {}\nprofiles = [{:?}]\n", toml_text(about), world.profile.name);
    case += &format!("outcome = {}\n", toml_text(&expected.outcome));
    if world.seed != 0 {
        case += &format!("seed = {}\n", world.seed);
    }
    if !world.args.is_empty() {
        let args: Vec<String> = world.args.iter().map(|arg| toml_text(arg)).collect();
        case += &format!("args = [{}]\n", args.join(", "));
    }
    case += &limits(&world.limits);
    fs::write(folder.join("case.toml"), case)?;
    fs::write(folder.join("board.toml"), world.board())?;
    if let Some(scenario) = world.scenario() {
        fs::write(folder.join("scenario.toml"), scenario)?;
    }
    let module = program.module();
    match text_of(&module) {
        Some(text) => fs::write(folder.join("guest.wat"), text)?,
        None => fs::write(folder.join("guest.hex"), hex(&module))?,
    }
    if !expected.outcome.starts_with("refused ") {
        let text = trace_text::text(expected).map_err(io::Error::other)?;
        fs::write(folder.join(TRACE_FILE), text)?;
    }
    Ok(())
}

/// The module as text, if that says all but how long its numbers are written.
fn text_of(module: &[u8]) -> Option<String> {
    let text = wasmprinter::print_bytes(module).ok()?;
    let again = wasmprinter::print_bytes(wat::parse_str(&text).ok()?).ok()?;
    (again == text).then_some(text)
}

fn limits(limits: &Limits) -> String {
    let mut text = String::new();
    for (key, time) in [("limit-time", limits.time), ("stop-after", limits.stop_after)] {
        if let Some(time) = time {
            text += &format!("{key} = \"{}us\"\n", time.as_micros());
        }
    }
    if let Some(bytes) = limits.trace_bytes {
        text += &format!("limit-trace = {bytes}\n");
    }
    text
}

/// Text as TOML has it, on one line.
fn toml_text(text: &str) -> String {
    toml::Value::String(text.replace('\n', " ")).to_string()
}

fn hex(bytes: &[u8]) -> String {
    let line = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n";
    bytes.chunks(LINE_BYTES).map(line).collect()
}
