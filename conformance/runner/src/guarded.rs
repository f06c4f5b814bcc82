//! A target that may crash or hang, called so that the runner does neither.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use crate::{Job, Seen, Target, TargetError};

/// A target, and whether it can still be asked.
#[derive(Clone)]
pub(crate) struct Guarded {
    target: Arc<dyn Target>,
    patience: Duration,
    hangs: Arc<AtomicBool>,
}

impl Guarded {
    pub(crate) fn new(target: Arc<dyn Target>, patience: Duration) -> Self {
        Self { target, patience, hangs: Arc::default() }
    }

    /// Runs a guest on a thread of its own, which is left behind when it does not come back. A target that once
    /// did not answer is not asked again: it has patience of its own, and this is the last resort.
    pub(crate) fn run(&self, job: Job) -> Result<Seen, TargetError> {
        if self.hangs.load(Ordering::Acquire) {
            return failed("it hangs since an earlier case".to_owned());
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
            self.hangs.store(true, Ordering::Release);
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
