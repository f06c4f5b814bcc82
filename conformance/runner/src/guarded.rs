//! A target that may crash or hang, called so that the runner does neither.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use crate::{Job, Seen, Target, TargetError};

/// How often a target may hang before it is given up: a new device may do what the last one did not.
const MOST_HANGS: usize = 3;

/// A target, and how often it has hung.
#[derive(Clone)]
pub(crate) struct Guarded {
    target: Arc<dyn Target>,
    patience: Duration,
    hangs: Arc<AtomicUsize>,
}

impl Guarded {
    pub(crate) fn new(target: Arc<dyn Target>, patience: Duration) -> Self {
        Self { target, patience, hangs: Arc::default() }
    }

    /// Runs a guest on a thread of its own, which is left behind when it does not come back. A target that did not
    /// answer several times is not asked again: it has patience of its own, and this is the last resort.
    pub(crate) fn run(&self, job: Job) -> Result<Seen, TargetError> {
        if self.hangs.load(Ordering::Acquire) >= MOST_HANGS {
            return failed(format!("it is given up, for it has hung {MOST_HANGS} times"));
        }
        let (answer, answered) = mpsc::channel();
        let target = Arc::clone(&self.target);
        let run = move || {
            let result = catch_unwind(AssertUnwindSafe(|| target.run(&job)));
            // Nobody waits any more for an answer that comes too late.
            let _ =
                answer.send(result.unwrap_or_else(|panic| failed(format!("it panicked: {}", said(&*panic)))));
        };
        if let Err(error) = thread::Builder::new().name("target".to_owned()).spawn(run) {
            return failed(format!("no thread for it: {error}"));
        }
        answered.recv_timeout(self.patience).unwrap_or_else(|_| {
            self.hangs.fetch_add(1, Ordering::AcqRel);
            failed(format!("no answer within {:?}", self.patience))
        })
    }
}

fn failed(what: String) -> Result<Seen, TargetError> {
    Err(TargetError::Failed(what))
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
