//! Programs that end with this one, whatever ends it.

use std::{
    io,
    process::{Child, Command},
    sync::{
        LazyLock,
        mpsc::{self, Sender},
    },
    thread,
};

/// The program that [`command`] needs, and the package that it is in (Debian's name).
pub(crate) const SETPRIV: (&str, &str) = ("setpriv", "util-linux");

/// Ends unless its parent is the process that it was started by, and then becomes the program.
const UNLESS_LEFT: &str = r#"[ "$PPID" = "$0" ] || exit 1; exec "$@""#;

/// A command for `program`, whose arguments are still to come, which the kernel kills when the thread ends that starts it
/// (prctl(2), PR_SET_PDEATHSIG): [`start`] has one that does not end before this process.
#[must_use]
pub fn command(program: &str) -> Command {
    let mut command = Command::new(SETPRIV.0);
    // Of a parent that has ended before the kernel was asked, nobody hears.
    command.args(["--pdeathsig", "KILL", "sh", "-c", UNLESS_LEFT]);
    command.arg(std::process::id().to_string()).arg(program);
    command
}

/// Starts a command from a thread that lives as long as this process.
///
/// # Errors
/// Why it cannot be started.
pub fn start(command: Command) -> io::Result<Child> {
    static STARTER: LazyLock<Option<Sender<Order>>> = LazyLock::new(starter);
    let (started, child) = mpsc::channel();
    let starter = STARTER.as_ref();
    let ordered = starter.and_then(|starter| starter.send(Order { command, started }).ok());
    let child = ordered.and_then(|()| child.recv().ok());
    child.unwrap_or_else(|| Err(io::Error::other("there is no thread to start programs")))
}

/// A command that is to be started, and who is told of it.
struct Order {
    command: Command,
    started: Sender<io::Result<Child>>,
}

fn starter() -> Option<Sender<Order>> {
    let (orders, ordered) = mpsc::channel::<Order>();
    let serve = move || {
        for Order { mut command, started } in ordered {
            let child = command.spawn();
            // It holds ends of the child's pipes, by which others are to see that the child has ended.
            drop(command);
            let _ = started.send(child);
        }
    };
    thread::Builder::new().name("starter".to_owned()).spawn(serve).ok().map(|_| orders)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_program_outlives_the_thread_that_wanted_it() {
        let wanted = || {
            let mut sleep = command("sleep");
            sleep.arg("60");
            start(sleep).unwrap()
        };
        let mut child = thread::spawn(wanted).join().unwrap();
        pause();
        assert_eq!(child.try_wait().unwrap(), None);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[expect(clippy::disallowed_methods, reason = "a signal takes its time")]
    fn pause() {
        thread::sleep(Duration::from_millis(200));
    }

    #[test]
    fn a_program_of_another_parent_ends_at_once() {
        // As if the parent had ended, and the shell had got another one.
        let mut orphan = Command::new("sh");
        orphan.args(["-c", UNLESS_LEFT, "1", "sleep", "60"]);
        assert_eq!(start(orphan).unwrap().wait().unwrap().code(), Some(1));
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let error = start(Command::new("/nowhere")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
