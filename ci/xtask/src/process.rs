//! Starting other programs: what is run is printed, and a failure names the program.

use std::ffi::OsStr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Error, Result, bail};

/// A program with this process's environment, less what the outer `cargo run` put there for xtask alone.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (key, _) in std::env::vars_os() {
        if key.to_str().is_some_and(|key| key.starts_with("CARGO_PKG_") || key.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(key);
        }
    }
    command
}

/// Cargo, the one that runs xtask.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Prints the command, runs it with this process's own output and fails unless it succeeds.
///
/// # Errors
/// Fails when the program cannot be started or does not end with status 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    println!("$ {}", line(command));
    let status = command.status().with_context(|| format!("cannot start {}", program(command)))?;
    success(command, status, "")
}

/// Runs the command and returns its standard output.
///
/// # Errors
/// Fails as [`run`] does, or when the output is not UTF-8; the message has the program's standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", program(command)))?;
    success(command, output.status, &String::from_utf8_lossy(&output.stderr))?;
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed text that is not UTF-8", line(command)))
}

/// Like [`run`], but ends the program after `limit` and says so.
///
/// # Errors
/// Fails as [`run`] does, and when the time is over.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    println!("$ {}", line(command));
    let mut child =
        command.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {}", program(command)))?;
    match wait(&mut child, limit)? {
        Some(status) => success(command, status, ""),
        None => bail!("`{}` did not end within {} s and was stopped", line(command), limit.as_secs()),
    }
}

/// The seconds since some moment in the past: for printing how long a step took.
#[allow(clippy::disallowed_methods, reason = "measures how long a step of the test command takes")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Prints `error: …` and one `caused by: …` for each cause.
pub(crate) fn print_error(error: &Error) {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("caused by: {cause}");
    }
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = command.get_args().map(|word| quoted(&word.to_string_lossy()));
    std::iter::once(program(command)).chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    if word.contains('\'') {
        format!("\"{word}\"")
    } else if word.contains([' ', '"', '[']) {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

fn program(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn success(command: &Command, status: ExitStatus, said: &str) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let said = said.trim();
    let said = if said.is_empty() { String::new() } else { format!(": {said}") };
    bail!("`{}` failed ({status}){said}", line(command))
}

#[allow(clippy::disallowed_methods, reason = "std has no wait with a time limit, so this one polls")]
fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let start = now();
    while start.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_program_and_what_it_said() {
        let mut sh = command("sh");
        sh.args(["-c", "echo no such thing >&2; exit 3"]);
        let error = output(&mut sh).unwrap_err().to_string();
        assert!(error.contains("sh -c") && error.contains("no such thing") && error.contains('3'), "{error}");
    }

    #[test]
    fn words_are_quoted_for_a_shell() {
        let mut echo = command("echo");
        echo.args(["plain", "two words", "it's"]);
        assert_eq!(line(&echo), "echo plain 'two words' \"it's\"");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = output(&mut command("no-such-program")).unwrap_err().to_string();
        assert_eq!(error, "cannot start no-such-program");
    }

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let mut sleep = command("sleep");
        sleep.arg("600");
        let error = run_within(&mut sleep, Duration::from_millis(100)).unwrap_err().to_string();
        assert!(error.contains("`sleep 600` did not end within"), "{error}");
    }
}
