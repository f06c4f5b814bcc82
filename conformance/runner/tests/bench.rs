//! Devices at the end of a line, played by the simulator: opened when needed, and anew after a failure.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use conformance::{BenchTarget, Capabilities, Conformance, SimTarget, Suite, Target, Verdict};
use sim_host::{Ended, Order, Simulator};

/// A device that fails at its first run if it is the first of all.
#[derive(Debug)]
struct Device {
    is_first: bool,
}

impl sim_host::Target for Device {
    fn run(&mut self, order: Order<'_>) -> Result<Ended, Box<dyn Error + Send + Sync>> {
        if self.is_first { Err("the cable came off".into()) } else { Simulator.run(order) }
    }
}

fn suite() -> Suite {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../cases");
    Suite::load(folder).unwrap_or_else(|error| panic!("{error}")).matching(&["gpio/*"])
}

fn capabilities(runs: usize) -> Capabilities {
    Capabilities { runs, ..SimTarget::new().capabilities() }
}

#[test]
fn a_device_that_failed_is_opened_anew() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let open = move || -> Result<Box<dyn sim_host::Target + Send>, String> {
        Ok(Box::new(Device { is_first: count.fetch_add(1, Ordering::SeqCst) == 0 }))
    };
    let target = BenchTarget::new("bench", capabilities(1), open);
    let matrix = Conformance::new(suite()).target(Arc::new(target)).run();
    let failed: Vec<_> =
        matrix.rows.iter().filter(|row| matches!(row.cells[0].verdict, Verdict::Failed(_))).collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].cells[0].verdict.detail().unwrap().contains("the cable came off"));
    assert_eq!(opened.load(Ordering::SeqCst), 2);
}

#[test]
fn a_device_that_was_open_already_is_used_first() {
    let target = BenchTarget::new("bench", capabilities(1), || Err("no second device".to_owned()));
    let target = target.with(Box::new(Device { is_first: false }));
    let matrix = Conformance::new(suite()).target(Arc::new(target)).run();
    assert!(matrix.is_good(), "{}", conformance::report::text(&matrix));
}

#[test]
fn an_opener_that_panics_is_a_failure() {
    let target = BenchTarget::new("bench", capabilities(1), || panic!("no more ports"));
    let matrix = Conformance::new(suite()).target(Arc::new(target)).run();
    assert!(matrix.rows.iter().all(|row| row.cells[0].verdict.detail().unwrap().contains("no more ports")));
}

#[test]
fn a_device_that_cannot_be_opened_is_a_failure() {
    let target = BenchTarget::new("bench", capabilities(4), || Err("no such port".to_owned()));
    let matrix = Conformance::new(suite()).target(Arc::new(target)).run();
    assert!(!matrix.is_good());
    assert!(matrix.rows.iter().all(|row| row.cells[0].verdict.detail().unwrap().contains("no such port")));
}
